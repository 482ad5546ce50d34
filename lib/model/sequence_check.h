// Whether a device's files follow each other without gap, twin or break (schemas/bak-format.md, device_seq and
// prev_digest). Pure. A number whose file has expired is the caller's to add, from the catalog.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/hash.h"

namespace coffre {

struct SequenceEntry {
  std::uint64_t sequence = 0;
  Digest digest{};
  Digest prev_digest{};
};

// One sentence each, translated, in the order of the numbers; empty when all of 1 .. `head` are there once and chained.
// `head`: the greatest number known from elsewhere; one above every entry means that the newest files are gone.
std::vector<std::string> sequence_findings(std::vector<SequenceEntry> entries, std::uint64_t head);

}  // namespace coffre
