// A regular file as a RandomReader.
#pragma once

#include <memory>
#include <string>

#include "base/stream.h"
#include "os/file_descriptor.h"

namespace coffre {

// Over a fresh descriptor, which it takes over. Cached pages are dropped first (POSIX_FADV_DONTNEED, best effort: what
// other processes use stays), so that reading asks the disk. `subject` names the file in errors.
// Throws Error(io) when it is not a regular file or cannot be read; read_at past the end: Error(damaged).
std::unique_ptr<RandomReader> make_file_reader(FileDescriptor file, std::string subject);

// A file by its path, for tools that are given one (a bare .bak, a key file): links are followed, only regular files.
// Throws Error(not_found) or Error(io).
std::unique_ptr<RandomReader> open_path(const std::string& path);

}  // namespace coffre
