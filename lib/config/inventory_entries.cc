#include "config/inventory_entries.h"

#include <fmt/format.h>

#include "base/text.h"
#include "base/translate.h"
#include "config/suggest.h"
#include "config/value_forms.h"

namespace coffre {
namespace {

std::string text_of(const YamlValue& map, std::string_view key) {
  const std::optional<YamlValue> value = map.find(key);
  return value ? value->text() : "";
}

std::optional<Person> person_of(const YamlValue& map, std::string_view key) {
  const std::optional<YamlValue> value = map.find(key);
  if (!value) return std::nullopt;
  return Person{text_of(*value, "name"), text_of(*value, "mail"), text_of(*value, "phone")};
}

std::optional<Date> date_of(const YamlValue& map, std::string_view key, std::vector<Finding>& findings) {
  const std::optional<YamlValue> value = map.find(key);
  if (!value) return std::nullopt;
  const std::optional<Date> date = parse_date(value->text());
  if (!date) findings.push_back(value->finding(tr("there is no such day")));
  return date;
}

// Every step of a path as a code where it can be one; empty when a step leaves nothing.
std::string proposed_path(const std::vector<std::string_view>& steps) {
  std::vector<std::string> codes;
  for (const std::string_view step : steps) {
    codes.push_back(suggested_code(step));
    if (codes.back().empty()) return {};
  }
  return join(codes, "/");
}

Finding bad_path(const YamlValue::Member& entry, const std::string& form, const std::string& proposal) {
  std::string text = fmt::format(
      fmt::runtime(tr("the name has to be {} of capital letters, digits and \"-\", at most 32 each")), form);
  if (!proposal.empty()) text += fmt::format(fmt::runtime(tr("; for example {}")), proposal);
  return entry.value.key_finding(std::move(text));
}

// "NVR_Hall d'entrée" -> "NVR_HALL-D-ENTREE"; without "_" there is no telling type from name.
std::string proposed_device(const std::vector<std::string_view>& steps) {
  if (steps.size() != 3) return {};
  const std::size_t bar = steps[2].find('_');
  if (bar == std::string_view::npos) return {};
  const std::string site = proposed_path({steps[0], steps[1]});
  const std::string type = suggested_code(steps[2].substr(0, bar));
  const std::string name = suggested_code(steps[2].substr(bar + 1));
  if (site.empty() || type.empty() || name.empty()) return {};
  return site + "/" + type + "_" + name;
}

void read_window(const YamlValue& entry, Site& site) {
  const std::optional<YamlValue> window = entry.find("window");
  if (!window) return;
  site.window.iso_weekday = parse_weekday(text_of(*window, "day")).value_or(site.window.iso_weekday);
  site.window.from_minute = parse_time_of_day(text_of(*window, "from")).value_or(site.window.from_minute);
  site.window.to_minute = parse_time_of_day(text_of(*window, "to")).value_or(site.window.to_minute);
}

std::optional<Retired> retired_of(const YamlValue& entry, std::vector<Finding>& findings) {
  const std::optional<YamlValue> value = entry.find("retired");
  if (!value) return std::nullopt;
  const std::optional<Date> date = date_of(*value, "date", findings);
  return Retired{date.value_or(Date()), text_of(*value, "by"), text_of(*value, "reason")};
}

}  // namespace

std::optional<Code> client_code(const YamlValue::Member& entry, std::vector<Finding>& findings) {
  std::optional<Code> code = Code::create(entry.name);
  if (!code) findings.push_back(bad_path(entry, tr("a code"), suggested_code(entry.name)));
  return code;
}

std::optional<SiteCodes> site_codes(const YamlValue::Member& entry, std::vector<Finding>& findings) {
  const std::vector<std::string_view> steps = split(entry.name, '/');
  if (steps.size() == 2) {
    const std::optional<Code> client = Code::create(steps[0]);
    const std::optional<Code> site = Code::create(steps[1]);
    if (client && site) return SiteCodes{*client, *site};
  }
  findings.push_back(bad_path(entry, "CLIENT/SITE", steps.size() == 2 ? proposed_path(steps) : ""));
  return std::nullopt;
}

std::optional<DeviceKey> device_key(const YamlValue::Member& entry, std::vector<Finding>& findings) {
  std::optional<DeviceKey> key = DeviceKey::from_path(entry.name);
  if (!key) findings.push_back(bad_path(entry, "CLIENT/SITE/TYPE_NAME", proposed_device(split(entry.name, '/'))));
  return key;
}

Client client_of(const Code& code, const YamlValue& entry, std::vector<Finding>& findings) {
  Client client{code, text_of(entry, "name"), {}, {}, {}, {}, {}, {}};
  client.representative = person_of(entry, "representative");
  client.on_call_contact = person_of(entry, "on_call_contact");
  client.security_manager = person_of(entry, "security_manager");
  client.report_address = text_of(entry, "report_address");
  const std::optional<YamlValue> contract = entry.find("contract");
  if (!contract) return client;
  client.contract_from = date_of(*contract, "from", findings);
  client.contract_to = date_of(*contract, "to", findings);
  if (client.contract_from && client.contract_to && *client.contract_to < *client.contract_from) {
    findings.push_back(contract->key_finding(tr("the contract ends before it begins")));
  }
  return client;
}

Site site_of(const SiteCodes& codes, const YamlValue& entry, std::vector<Finding>& findings) {
  Site site{codes.client, codes.site, text_of(entry, "name"), Contract::standard, {}, {}, {}, {}, {}, {}};
  site.contract = parse_contract(text_of(entry, "contract")).value_or(Contract::standard);
  site.backup_owner = person_of(entry, "backup_owner");
  site.deputy = person_of(entry, "deputy");
  site.zone = text_of(entry, "zone");
  site.report_address = text_of(entry, "report_address");
  read_window(entry, site);
  const std::optional<YamlValue> networks = entry.find("networks");
  if (!networks) return site;
  for (const YamlValue& network : networks->items()) {
    if (!is_network(network.text())) findings.push_back(network.finding(tr("there is no such network")));
    site.networks.push_back(network.text());
  }
  return site;
}

Device device_of(const DeviceKey& key, const YamlValue::Member& entry, std::vector<Finding>& findings) {
  const YamlValue& values = entry.value;
  Device device{key, text_of(values, "driver"), {}, {}, {}, Collection::automatic, {}, {}, {}, {}};
  device.address = text_of(values, "address");
  device.pin = text_of(values, "pin");
  device.credential = text_of(values, "credential");
  if (text_of(values, "collection") == "manual") device.collection = Collection::manual;
  device.retired = retired_of(values, findings);
  if (const std::optional<YamlValue> recipients = values.find("recipients")) {
    for (const YamlValue& line : recipients->items()) device.recipients.push_back(line.text());
  }
  if (const std::optional<YamlValue> settings = values.find("settings")) {
    for (const YamlValue::Member& setting : settings->members()) device.settings[setting.name] = setting.value.text();
  }
  if (const std::optional<YamlValue> former = values.find("renamed_from")) {
    device.renamed_from = DeviceKey::from_path(former->text());
    if (device.renamed_from == key) findings.push_back(former->finding(tr("is the device's own name")));
  }
  if (!device.address.empty() && !has_possible_port(device.address)) {
    findings.push_back(values.find("address")->finding(tr("the port has to lie between 1 and 65535")));
  }
  const bool reached = device.collection == Collection::automatic && !device.retired;
  if (device.address.empty() && reached) {
    findings.push_back(values.key_finding(
        tr("the key \"address\" is missing; without an address a device needs `collection: manual`")));
  }
  return device;
}

}  // namespace coffre
