#include "device_view.h"

#include <fmt/format.h>

#include "base/text.h"
#include "base/translate.h"
#include "cli/output.h"
#include "model/fact_word.h"

namespace coffre {

using cli::Json;

std::string certificate_text(const ServerCertificate& shown, const Zone& zone) {
  const auto end = from_rfc3339(shown.not_after);
  std::string text =
      fmt::format(fmt::runtime(tr("The device shows this certificate:\n  subject      {}\n  issuer       {}\n"
                                  "  valid until  {}\n  key          {}\n  fingerprint  {}\n  pin          {}")),
                  printable(shown.subject), printable(shown.issuer),
                  end ? cli::dated_text(*end, zone) : shown.not_after, shown.key, shown.fingerprint, shown.pin);
  if (shown.weak_key) text += std::string("\n") + tr("Its key is WEAK by today's rules.");
  return text;
}

std::string identity_text(const DeviceIdentity& identity) {
  std::string text = fmt::format(fmt::runtime(tr("{} {}, serial {}, firmware {}")), printable(identity.vendor),
                                 printable(identity.model), printable(identity.serial), printable(identity.firmware));
  for (const auto& [name, count] : identity.counts) text += fmt::format(", {} {}", count, fact_word(name));
  return text;
}

Json step_json(const StepReport& step) {
  return Json::object()
      .set("step", step.step)
      .set("status", step.status)
      .set("bytes", step.bytes)
      .set("milliseconds", step.took.count())
      .set("verdict", step.verdict);
}

std::string step_text(const StepReport& step) {
  return fmt::format("{} -> {} ({}, {}): {}", printable(step.step), step.status, cli::size_text(step.bytes),
                     cli::duration_text(step.took), printable(step.verdict));
}

Json parts_json(const std::vector<Part>& parts) {
  Json list = Json::array();
  for (const Part& part : parts) list.add(Json::object().set("name", part.name).set("size", part.size));
  return list;
}

std::vector<std::string> part_lines(const std::vector<Part>& parts) {
  std::vector<std::string> lines;
  lines.reserve(parts.size());
  for (const Part& part : parts) lines.push_back(fmt::format("  {:<36} {:>10}", part.name, cli::size_text(part.size)));
  return lines;
}

}  // namespace coffre
