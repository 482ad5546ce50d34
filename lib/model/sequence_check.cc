#include "model/sequence_check.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/translate.h"

namespace coffre {
namespace {

std::string gap(std::uint64_t first, std::uint64_t last) {
  if (first == last) return fmt::format(fmt::runtime(tr("{} missing")), first);
  return fmt::format(fmt::runtime(tr("{} to {} missing")), first, last);
}

}  // namespace

std::vector<std::string> sequence_findings(std::vector<SequenceEntry> entries, std::uint64_t head) {
  std::ranges::stable_sort(entries, {}, &SequenceEntry::sequence);
  std::vector<std::string> findings;
  SequenceEntry before;  // number 0 with a digest of zeros: what the first file names as the one before it
  for (const SequenceEntry& entry : entries) {
    if (entry.sequence == before.sequence) {
      findings.push_back(fmt::format(fmt::runtime(tr("{} twice")), entry.sequence));
      continue;
    }
    if (entry.sequence > before.sequence + 1) {
      findings.push_back(gap(before.sequence + 1, entry.sequence - 1));
    } else if (entry.prev_digest != before.digest) {
      findings.push_back(fmt::format(fmt::runtime(tr("{} does not follow {}: another file was before it")),
                                     entry.sequence, before.sequence));
    }
    before = entry;
  }
  if (head > before.sequence) findings.push_back(gap(before.sequence + 1, head));
  return findings;
}

}  // namespace coffre
