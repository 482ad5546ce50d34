// Looks at every readable regular file below a path, within bounds: for the search for identity files, which must not
// lie where the service can read them.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "base/stream.h"

namespace coffre {

struct WalkLimits {
  int max_depth = 16;
  std::size_t max_files = 100'000;
  // Not even opened: closing a file ends every POSIX lock that this process has on it, and SQLite relies on such locks.
  // Those that are absent do no harm.
  std::vector<std::string> never_opened{};
};

struct WalkResult {
  std::size_t files = 0;                // shown to the visitor
  std::vector<std::string> not_walked;  // folders below which we did not look: too deep, another mount, too many files
};

// Calls `visit` with the path and the content of each regular file below `path` that this process can read; `path` may
// itself be a file. Symbolic links are not followed; unreadable files and folders are passed over (what we cannot read
// is no danger here); other mounts are not entered but named in the result. Order: byte order of the paths.
// An absent `path` is an empty one. Throws Error(io) only when the disk fails; the visitor may throw.
using FileVisitor = std::function<void(const std::string& path, const RandomReader& content)>;
WalkResult walk_files(const std::string& path, const WalkLimits& limits, const FileVisitor& visit);

}  // namespace coffre
