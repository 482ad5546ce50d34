// Exclusion between processes and threads by locks on files (F_OFD_SETLK), released by the kernel when their holder
// dies.
//
// The lock file is made if missing and never removed (removing it would let two hold "it"). The holder writes who it is
// into the file, for messages only; what counts is the lock. Two FileLocks on one path exclude each other also inside
// one process. Not inherited by programs that are started (close-on-exec).
//
// Threads: acquire from any thread; a FileLock is a value that one thread uses at a time.
// Errors: io, no_space from making the file; conflict when somebody else holds it past the deadline.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "os/file_descriptor.h"
#include "os/folder.h"

namespace coffre {

struct LockHolder {
  std::int64_t pid = 0;
  std::string command;  // program name, printable
  std::string host;
  std::string since;  // RFC 3339

  [[nodiscard]] std::string text() const;  // "backupd (process 4711 on server1) since 2026-11-21T03:00:00Z", translated
};

class FileLock {
 public:
  // nullopt when somebody else holds it; `clock` gives the "since".
  static std::optional<FileLock> try_acquire(const Folder& root, std::string_view path, const Clock& clock);
  // Waits until `patience` has passed on the clock's since_boot(); then Error(conflict), which names the holder and
  // `what` is being protected ("device CLIENT/SITE/NVR_X").
  static FileLock acquire(const Folder& root, std::string_view path, const Clock& clock,
                          std::chrono::milliseconds patience, std::string_view what);

  FileLock(FileLock&&) noexcept = default;
  FileLock& operator=(FileLock&& other) noexcept;  // releases what was held
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  ~FileLock();

 private:
  explicit FileLock(FileDescriptor file) : file_(std::move(file)) {}
  void release() noexcept;

  FileDescriptor file_;
};

// Who holds it now, if anybody and if it says so.
std::optional<LockHolder> lock_holder(const Folder& root, std::string_view path);

}  // namespace coffre
