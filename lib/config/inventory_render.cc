#include "config/inventory_render.h"

#include <fmt/format.h>

#include <string_view>

#include "base/translate.h"
#include "config/value_forms.h"
#include "config/yaml_document.h"

namespace coffre {
namespace {

// Collects "key: value" lines, leaving out what is empty.
class Lines {
 public:
  void text(std::string_view key, std::string_view value) {
    if (!value.empty()) lines_.push_back(fmt::format("{}: {}", key, yaml_scalar(value)));
  }
  void date(std::string_view key, const std::optional<Date>& value) {
    if (value) text(key, format_date(*value));
  }
  void person(std::string_view key, const std::optional<Person>& value) {
    if (!value) return;
    std::string line = fmt::format("{}: {{name: {}", key, yaml_scalar(value->name));
    if (!value->mail.empty()) line += ", mail: " + yaml_scalar(value->mail);
    if (!value->phone.empty()) line += ", phone: " + yaml_scalar(value->phone);
    lines_.push_back(line + "}");
  }
  void list(std::string_view key, const std::vector<std::string>& values) {
    if (values.empty()) return;
    lines_.push_back(fmt::format("{}:", key));
    for (const std::string& value : values) lines_.push_back("  - " + yaml_scalar(value));
  }
  void raw(std::string line) { lines_.push_back(std::move(line)); }
  // Opens a nested map: what `inner` collected, two blanks deeper.
  void map(std::string_view key, const Lines& inner) {
    if (inner.lines_.empty()) return;
    lines_.push_back(fmt::format("{}:", key));
    for (const std::string& line : inner.lines_) lines_.push_back("  " + line);
  }
  [[nodiscard]] std::vector<std::string> take() { return std::move(lines_); }

 private:
  std::vector<std::string> lines_;
};

}  // namespace

std::vector<std::string> render_client(const Client& client) {
  Lines lines;
  lines.text("name", client.name);
  lines.person("representative", client.representative);
  lines.person("on_call_contact", client.on_call_contact);
  lines.person("security_manager", client.security_manager);
  lines.text("report_address", client.report_address);
  Lines contract;
  contract.date("from", client.contract_from);
  contract.date("to", client.contract_to);
  lines.map("contract", contract);
  return lines.take();
}

std::vector<std::string> render_site(const Site& site) {
  Lines lines;
  lines.text("name", site.name);
  lines.text("contract", contract_name(site.contract));
  lines.person("backup_owner", site.backup_owner);
  lines.person("deputy", site.deputy);
  const Window& window = site.window;
  const Window usual;
  const bool special = window.iso_weekday != usual.iso_weekday || window.from_minute != usual.from_minute ||
                       window.to_minute != usual.to_minute;
  if (special) {
    lines.raw(fmt::format("window: {{day: {}, from: \"{}\", to: \"{}\"}}", weekday_name(window.iso_weekday),
                          format_time_of_day(window.from_minute), format_time_of_day(window.to_minute)));
  }
  lines.text("zone", site.zone);
  lines.text("report_address", site.report_address);
  lines.list("networks", site.networks);
  return lines.take();
}

std::vector<std::string> render_device(const Device& device) {
  Lines lines;
  lines.text("driver", device.driver);
  lines.text("address", device.address);
  lines.text("pin", device.pin);
  if (device.pin.empty() && device.collection == Collection::automatic && !device.retired) {
    lines.raw(
        fmt::format(fmt::runtime(tr("# pin: not confirmed yet, see `backupd device pin {}`")), device.key.display()));
  }
  lines.text("credential", device.credential);
  if (device.collection == Collection::manual) lines.raw("collection: manual");
  lines.list("recipients", device.recipients);
  if (device.renamed_from) lines.text("renamed_from", device.renamed_from->display());
  Lines settings;
  for (const auto& [name, value] : device.settings) {
    settings.raw(fmt::format("{}: {}", yaml_scalar(name), value.empty() ? "\"\"" : yaml_scalar(value)));
  }
  lines.map("settings", settings);
  if (device.retired) {
    lines.raw(fmt::format("retired: {{date: {}, by: {}, reason: {}}}", format_date(device.retired->date),
                          yaml_scalar(device.retired->by), yaml_scalar(device.retired->reason)));
  }
  return lines.take();
}

}  // namespace coffre
