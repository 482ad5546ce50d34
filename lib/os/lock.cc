#include "os/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <thread>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "base/translate.h"
#include "os/file_error.h"
#include "os/file_lock.h"
#include "os/resolve.h"

namespace coffre {
namespace {

constexpr std::size_t kMaxHolderText = 4096;
constexpr std::chrono::milliseconds kPause{20};  // between attempts: F_OFD_SETLKW knows no deadline

FileDescriptor open_lock_file(const Folder& root, std::string_view path) {
  const SplitPath split = split_path(path);
  const FileDescriptor folder = root.make_folders(split.folder);
  FileDescriptor file;
  int error_number = ENOENT;
  while (error_number == ENOENT) {
    error_number = open_beneath(folder.get(), split.name, O_RDWR, file);
    if (error_number == ENOENT) error_number = root.layer().create_named(folder.get(), split.name, file);
    if (error_number == EEXIST) error_number = ENOENT;  // another one made it between both: open that
  }
  if (error_number != 0) throw file_error(error_number, tr("opening a lock"), root.path() + "/" + std::string(path));
  return file;
}

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "?";
  return name.data();
}

// For messages only, so failures (a full disk) are ignored.
void write_holder(int file, const Clock& clock) noexcept {
  try {
    const std::string text = fmt::format("pid {}\ncommand {}\nhost {}\nsince {}\n", ::getpid(),
                                         program_invocation_short_name, host_name(), to_rfc3339(clock.now()));
    if (::ftruncate(file, 0) == 0) (void)!::pwrite(file, text.data(), text.size(), 0);
  } catch (...) {  // the lock itself holds
  }
}

LockHolder parse_holder(std::string_view text) {
  LockHolder holder;
  for (const std::string_view line : split(text, '\n')) {
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos) continue;
    const std::string_view key = line.substr(0, space);
    const std::string_view value = line.substr(space + 1);
    if (key == "pid") std::from_chars(value.data(), value.data() + value.size(), holder.pid);
    if (key == "command") holder.command = printable(value);
    if (key == "host") holder.host = printable(value);
    if (key == "since") holder.since = printable(value);
  }
  return holder;
}

Error held_error(const std::optional<LockHolder>& holder, std::string_view what) {
  const std::string reason = holder ? fmt::format(fmt::runtime(tr("{} is at it")), holder->text())
                                    : std::string(tr("another process is at it"));
  Error error(ErrorCode::conflict, tr("waiting for exclusive use"), reason,
              tr("Wait until it has ended; a lock ends with its process, there is nothing to remove"));
  error.on(what);
  return error;
}

}  // namespace

std::string LockHolder::text() const {
  return fmt::format(fmt::runtime(tr("{} (process {} on {}) since {}")), command, pid, host, since);
}

std::optional<FileLock> FileLock::try_acquire(const Folder& root, std::string_view path, const Clock& clock) {
  FileDescriptor file = open_lock_file(root, path);
  const int error_number = lock_file(file.get());
  if (error_number == EAGAIN) return std::nullopt;
  if (error_number != 0) throw file_error(error_number, tr("locking"), root.path() + "/" + std::string(path));
  write_holder(file.get(), clock);
  return FileLock(std::move(file));
}

FileLock FileLock::acquire(const Folder& root, std::string_view path, const Clock& clock,
                           std::chrono::milliseconds patience, std::string_view what) {
  const auto deadline = clock.since_boot() + patience;
  for (;;) {
    auto lock = try_acquire(root, path, clock);
    if (lock) return std::move(*lock);
    if (clock.since_boot() >= deadline) throw held_error(lock_holder(root, path), what);
    std::this_thread::sleep_for(kPause);
  }
}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  if (this == &other) return *this;
  release();
  file_ = std::move(other.file_);
  return *this;
}

FileLock::~FileLock() {
  release();
}

void FileLock::release() noexcept {
  if (!file_.valid()) return;
  (void)!::ftruncate(file_.get(), 0);  // nobody is at it any more; a failure only leaves a stale text
  file_.reset();
}

std::optional<LockHolder> lock_holder(const Folder& root, std::string_view path) {
  const SplitPath split = split_path(path);
  const auto folder = root.open_folder(split.folder);
  if (!folder) return std::nullopt;
  FileDescriptor file;
  if (open_beneath(folder->get(), split.name, O_RDONLY, file) != 0) return std::nullopt;
  if (probe_lock(file.get()) != EAGAIN) return std::nullopt;
  std::string text(kMaxHolderText, '\0');
  const ssize_t got = ::pread(file.get(), text.data(), text.size(), 0);
  if (got <= 0) return std::nullopt;
  text.resize(static_cast<std::size_t>(got));
  return parse_holder(text);
}

}  // namespace coffre
