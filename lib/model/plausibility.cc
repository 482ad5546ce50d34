#include "model/plausibility.h"

#include <fmt/format.h>

#include "base/text.h"
#include "base/translate.h"
#include "model/fact_word.h"

namespace coffre {
namespace {

// Both identify calls taken together: what the first did not say, the second may have said.
DeviceIdentity seen_by(const Collected& collected) {
  DeviceIdentity seen = collected.before;
  if (seen.model.empty()) seen.model = collected.after.model;
  if (seen.serial.empty()) seen.serial = collected.after.serial;
  seen.counts.insert(collected.after.counts.begin(), collected.after.counts.end());
  return seen;
}

void judge_text(std::vector<DoubtReason>& out, Doubt doubt, const char* label, const std::string& expected,
                const std::string& found) {
  if (expected.empty() || expected == found) return;
  const std::string shown = found.empty() ? tr("none") : printable(found);
  out.push_back({doubt, fmt::format(fmt::runtime(tr("{} {} expected, {} found")), label, printable(expected), shown)});
}

// More than half gone: written without a product, so that no count that a device invents can overflow.
bool fell_by_more_than_half(std::int64_t expected, std::int64_t found) {
  return expected > 0 && found < expected / 2 + expected % 2;
}

bool below_plausible_size(std::uint64_t expected, std::uint64_t found) {
  return static_cast<double>(found) <= static_cast<double>(expected) * kSmallestPlausibleShare;
}

// Each part by itself: a cut database beside large other parts does not show in their sum.
void judge_parts(std::vector<DoubtReason>& out, const PartSizes& expected, const PartSizes& found) {
  for (const auto& [name, size] : expected) {
    const auto now = found.find(name);
    const std::uint64_t bytes = now == found.end() ? 0 : now->second;
    if (size < kSmallestJudgedPart || !below_plausible_size(size, bytes)) continue;
    out.push_back({Doubt::size_dropped, fmt::format(fmt::runtime(tr("{}: about {} bytes expected, {} found")),
                                                    printable(name), size, bytes)});
  }
}

void judge_sizes(std::vector<DoubtReason>& out, const std::optional<Expectation>& expected, const Collected& found) {
  if (found.restore_bytes == 0) {
    out.push_back({Doubt::empty, tr("the device gave no configuration at all")});
    return;
  }
  if (!expected) return;
  if (below_plausible_size(expected->restore_bytes, found.restore_bytes)) {
    out.push_back({Doubt::size_dropped, fmt::format(fmt::runtime(tr("about {} bytes expected, {} found")),
                                                    expected->restore_bytes, found.restore_bytes)});
    return;  // said once
  }
  judge_parts(out, expected->restore_parts, found.restore_parts);
}

}  // namespace

std::string_view to_string(Doubt doubt) {
  switch (doubt) {
    case Doubt::identity_changed_during_run:
      return "identity_changed_during_run";
    case Doubt::other_serial:
      return "other_serial";
    case Doubt::other_model:
      return "other_model";
    case Doubt::fewer_channels:
      return "fewer_channels";
    case Doubt::size_dropped:
      return "size_dropped";
    case Doubt::empty:
      return "empty";
    case Doubt::implausible_answer:
      return "implausible_answer";
  }
  return "";
}

std::vector<DoubtReason> doubts(const std::optional<Expectation>& expected, const Collected& collected) {
  std::vector<DoubtReason> found;
  for (const std::string& line : differences(collected.before, collected.after)) {
    found.push_back({Doubt::identity_changed_during_run,
                     fmt::format(fmt::runtime(tr("the device changed while it was read: {}")), line)});
  }
  judge_sizes(found, expected, collected);
  if (!expected) return found;

  const DeviceIdentity seen = seen_by(collected);
  judge_text(found, Doubt::other_serial, tr("serial"), expected->identity.serial, seen.serial);
  judge_text(found, Doubt::other_model, tr("model"), expected->identity.model, seen.model);
  for (const auto& [what, count] : expected->identity.counts) {
    const auto now = seen.counts.find(what);
    if (now == seen.counts.end() || !fell_by_more_than_half(count, now->second)) continue;
    found.push_back({Doubt::fewer_channels,
                     fmt::format(fmt::runtime(tr("{} {} expected, {} found")), fact_word(what), count, now->second)});
  }
  return found;
}

}  // namespace coffre
