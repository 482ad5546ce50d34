// The end of a ZIP, checked against what a streaming reader met in front of it.
//
// A ZIP says everything twice: in front of each entry, and in the directory at its end. Readers that look at only one
// of the two can be shown different contents, and links are marked in the directory alone. So both must agree here.
// Source: PKWARE APPNOTE 6.3.10, sections 4.3.12 to 4.3.16 and 4.5.3 (integers are little-endian).
// Threads: none of its own. Errors: Error(damaged).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/stream.h"

namespace coffre {

struct ZipEntry {
  std::string name;
  std::uint64_t offset = 0;  // of its local header
  std::uint64_t size = 0;    // uncompressed
};

// Reads `rest`, which starts at `position` of the file, to its end: exactly one directory record per entry, in order,
// all regular files, stored or deflated, not encrypted; then the end records that describe this directory; then
// nothing.
void check_zip_directory(ByteSource& rest, std::uint64_t position, const std::vector<ZipEntry>& entries);

}  // namespace coffre
