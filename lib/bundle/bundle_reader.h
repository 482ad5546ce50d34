// Reads a bundle as a stream and checks every part against the manifest, which comes last.
//
// Refused, always Error(damaged): absolute paths, `..`, links, directories, encrypted entries, duplicates, names
// outside is_part_name, a missing, second or not-last manifest, parts that differ from the manifest in name, order,
// size or hash, more than kMaxParts, data beyond the limits (bombs), trailing data. Threads: one. Memory: one block,
// whatever the size; visitors decide what they keep.
#pragma once

#include <cstdint>

#include "base/stream.h"
#include "bundle/manifest.h"

namespace coffre {

inline constexpr std::size_t kMaxParts = 4096;

struct BundleLimits {
  std::uint64_t max_part_bytes = 4ULL * 1024 * 1024 * 1024;
  std::uint64_t max_total_bytes = 8ULL * 1024 * 1024 * 1024;
};

// Sees parts while they stream by. What it was shown is only trustworthy once read_bundle has returned.
class PartVisitor {
 public:
  virtual ~PartVisitor() = default;
  virtual void begin(std::string_view name, PartRole role) = 0;
  virtual void data(ByteView bytes) = 0;
  virtual void end() = 0;
};

// Reads the whole bundle through `visitor` and returns the manifest, all checks done.
Manifest read_bundle(ByteSource& zip, PartVisitor& visitor, const BundleLimits& limits = {});

}  // namespace coffre
