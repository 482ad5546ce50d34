#include "model/device_identity.h"

#include <fmt/format.h>

#include "base/text.h"
#include "base/translate.h"
#include "model/fact_word.h"

namespace coffre {
namespace {

void compare(std::vector<std::string>& out, const char* label, const std::string& before, const std::string& after) {
  if (before.empty() || after.empty() || before == after) return;
  out.push_back(fmt::format(fmt::runtime(tr("{}: {} before, {} after")), label, printable(before), printable(after)));
}

}  // namespace

std::vector<std::string> differences(const DeviceIdentity& before, const DeviceIdentity& after) {
  std::vector<std::string> lines;
  compare(lines, tr("vendor"), before.vendor, after.vendor);
  compare(lines, tr("model"), before.model, after.model);
  compare(lines, tr("serial"), before.serial, after.serial);
  compare(lines, tr("firmware"), before.firmware, after.firmware);
  for (const auto& [what, count] : before.counts) {
    const auto found = after.counts.find(what);
    if (found == after.counts.end() || found->second == count) continue;
    lines.push_back(fmt::format(fmt::runtime(tr("{}: {} before, {} after")), fact_word(what), count, found->second));
  }
  return lines;
}

}  // namespace coffre
