#include "os/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <mutex>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/translate.h"
#include "os/file_error.h"
#include "os/file_reader.h"
#include "os/resolve.h"

namespace coffre {
namespace {

// What tells one folder on one mount from any other.
struct Place {
  std::uint64_t mount_id = 0;
  std::uint64_t inode = 0;
  std::uint32_t device_major = 0;
  std::uint32_t device_minor = 0;
  bool operator==(const Place&) const = default;
};

std::optional<Place> place_of(int fd) {
  struct statx status {};
  constexpr unsigned kWanted = STATX_INO | STATX_MNT_ID;
  if (::statx(fd, "", AT_EMPTY_PATH, kWanted, &status) != 0) return std::nullopt;
  if ((status.stx_mask & kWanted) != kWanted) return std::nullopt;
  return Place{status.stx_mnt_id, status.stx_ino, status.stx_dev_major, status.stx_dev_minor};
}

// Without trailing slashes, which would make the kernel follow a link; and independent of the working directory.
std::string absolute_path(const std::string& path) {
  std::string absolute = std::filesystem::absolute(path).string();
  while (absolute.size() > 1 && absolute.back() == '/') absolute.pop_back();
  return absolute;
}

bool is_symbolic_link(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 && S_ISLNK(status.st_mode);
}

FileDescriptor open_directory_path(const std::string& path) {
  FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (fd.valid()) return fd;
  const int error_number = errno;
  if (is_symbolic_link(path)) throw file_error(ELOOP, tr("opening a folder"), path);
  if (error_number != ENOENT) throw file_error(error_number, tr("opening a folder"), path);
  Error error(ErrorCode::not_found, tr("opening a folder"), errno_text(error_number),
              tr("Make it, or mount its volume"));
  error.on(path);
  throw error;
}

FileInfo info_of(const struct stat& status) {
  return {static_cast<std::uint64_t>(status.st_size), from_unix(status.st_mtim.tv_sec)};
}

}  // namespace

struct Folder::State {
  std::string path;
  FileDescriptor fd;
  Place place;
  FileLayer* layer = nullptr;
  std::mutex mutex;
  std::set<std::string> durable;  // sub-folders whose entry is known to be on the disk; guarded by mutex

  [[nodiscard]] std::string subject(std::string_view relative) const {
    return relative.empty() ? path : path + "/" + std::string(relative);
  }
};

Folder::Folder(std::unique_ptr<State> state) : state_(std::move(state)) {}
Folder::Folder(Folder&&) noexcept = default;
Folder& Folder::operator=(Folder&&) noexcept = default;
Folder::~Folder() = default;

Folder Folder::open(const std::string& path, FileLayer& layer) {
  auto state = std::make_unique<State>();
  state->path = absolute_path(path);
  state->fd = open_directory_path(state->path);
  state->layer = &layer;
  const auto place = place_of(state->fd.get());
  if (!place) throw file_error(errno, tr("asking on which mount a folder is"), state->path);
  state->place = *place;
  return Folder(std::move(state));
}

Folder Folder::open_or_make(const std::string& path, FileLayer& layer) {
  const std::filesystem::path absolute = absolute_path(path);
  const Folder parent = open(absolute.parent_path().string(), layer);
  if (!parent.open_folder(absolute.filename().string())) (void)parent.make_folders(absolute.filename().string());
  return open(absolute.string(), layer);
}

const std::string& Folder::path() const {
  return state_->path;
}
int Folder::fd() const {
  return state_->fd.get();
}
std::uint64_t Folder::mount_id() const {
  return state_->place.mount_id;
}
FileLayer& Folder::layer() const {
  return *state_->layer;
}

void Folder::require_mounted() const {
  // The descriptor alone is not enough: a lazily unmounted volume goes on answering through it.
  const auto held = place_of(fd());
  if (!held || *held != state_->place) throw not_mounted(path());
  const FileDescriptor seen(::open(path().c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!seen.valid()) throw not_mounted(path());
  const auto place = place_of(seen.get());
  if (!place || *place != state_->place) throw not_mounted(path());
}

FileDescriptor Folder::make_folders(std::string_view relative) const {
  if (relative.empty()) return std::move(*open_folder(""));
  require_relative_path(relative);
  FileDescriptor parent = std::move(*open_folder(""));
  for (std::size_t start = 0; start <= relative.size();) {
    const std::size_t end = std::min(relative.find('/', start), relative.size());
    const std::string name(relative.substr(start, end - start));
    const std::string so_far(relative.substr(0, end));
    FileDescriptor child;
    int error_number = open_beneath(parent.get(), name, O_RDONLY | O_DIRECTORY, child);
    if (error_number == ENOENT) {
      error_number = layer().make_folder(parent.get(), name);
      if (error_number == 0 || error_number == EEXIST)
        error_number = open_beneath(parent.get(), name, O_RDONLY | O_DIRECTORY, child);
    }
    if (error_number != 0) throw file_error(error_number, tr("making a folder"), state_->subject(so_far));
    make_entry_durable(parent.get(), so_far);
    parent = std::move(child);
    start = end + 1;
  }
  return parent;
}

void Folder::make_entry_durable(int parent, const std::string& relative) const {
  {
    const std::lock_guard guard(state_->mutex);
    if (state_->durable.contains(relative)) return;
  }
  const int error_number = layer().sync(parent);
  if (error_number != 0) throw file_error(error_number, tr("making a folder"), state_->subject(relative));
  const std::lock_guard guard(state_->mutex);
  state_->durable.insert(relative);
}

std::optional<FileDescriptor> Folder::open_folder(std::string_view relative) const {
  if (!relative.empty()) require_relative_path(relative);
  FileDescriptor out;
  const std::string name = relative.empty() ? "." : std::string(relative);
  const int error_number = open_beneath(fd(), name, O_RDONLY | O_DIRECTORY, out);
  if (error_number == 0) return out;
  if (error_number == ENOENT && !relative.empty()) return std::nullopt;
  throw file_error(error_number, tr("opening a folder"), state_->subject(relative));
}

std::unique_ptr<RandomReader> Folder::open_file(std::string_view relative) const {
  require_relative_path(relative);
  FileDescriptor out;
  // O_NONBLOCK: a FIFO of that name must not hold us.
  const int error_number = open_beneath(fd(), std::string(relative), O_RDONLY | O_NONBLOCK | O_NOCTTY, out);
  if (error_number == ENOENT || error_number == ENOTDIR) return nullptr;
  if (error_number != 0) throw file_error(error_number, tr("opening a file"), state_->subject(relative));
  return make_file_reader(std::move(out), state_->subject(relative));
}

std::optional<FileInfo> Folder::head(std::string_view relative) const {
  require_relative_path(relative);
  FileDescriptor out;
  const int error_number = open_beneath(fd(), std::string(relative), O_PATH, out);
  if (error_number == ENOENT || error_number == ENOTDIR) return std::nullopt;
  struct stat status {};
  if (error_number != 0 || ::fstat(out.get(), &status) != 0)
    throw file_error(error_number != 0 ? error_number : errno, tr("looking at a file"), state_->subject(relative));
  if (S_ISREG(status.st_mode)) return info_of(status);
  Error error(ErrorCode::io, tr("looking at a file"), tr("it is not a regular file"));
  error.on(state_->subject(relative));
  throw error;
}

std::optional<std::string> Folder::read_small(std::string_view relative, std::size_t max_bytes) const {
  const auto reader = open_file(relative);
  if (!reader) return std::nullopt;
  if (reader->size() > max_bytes) {
    Error error(ErrorCode::damaged, tr("reading a file"), tr("it is larger than such a file can be"));
    error.on(state_->subject(relative));
    throw error;
  }
  Bytes content(static_cast<std::size_t>(reader->size()));
  reader->read_at(0, content);
  return std::string(as_text(content));
}

void Folder::sync_folder(std::string_view relative) const {
  const auto folder = open_folder(relative);
  if (!folder) return;
  const int error_number = layer().sync(folder->get());
  if (error_number != 0) throw file_error(error_number, tr("syncing a folder"), state_->subject(relative));
}

bool Folder::remove_file(std::string_view relative) const {
  const SplitPath split = split_path(relative);
  const auto folder = open_folder(split.folder);
  if (!folder) return false;
  int error_number = layer().remove_file(folder->get(), split.name);
  if (error_number == ENOENT) return false;
  if (error_number == 0) error_number = layer().sync(folder->get());
  if (error_number != 0) throw file_error(error_number, tr("removing a file"), state_->subject(relative));
  return true;
}

MoveResult Folder::move_file(std::string_view from, std::string_view to) const {
  const SplitPath target = split_path(to);
  require_relative_path(from);
  FileDescriptor file;
  int error_number = open_beneath(fd(), std::string(from), O_RDONLY | O_NONBLOCK | O_NOCTTY, file);
  if (error_number == ENOENT || error_number == ENOTDIR) return MoveResult::absent;
  if (error_number == 0) {
    const FileDescriptor folder = make_folders(target.folder);
    error_number = layer().link(file.get(), folder.get(), target.name);
    if (error_number == EEXIST) return MoveResult::taken;
    if (error_number == 0) error_number = layer().sync(folder.get());
  }
  if (error_number != 0) throw file_error(error_number, tr("moving a file"), state_->subject(from));
  remove_file(from);
  return MoveResult::moved;
}

SplitPath split_path(std::string_view relative) {
  require_relative_path(relative);
  const std::size_t slash = relative.rfind('/');
  if (slash == std::string_view::npos) return {"", std::string(relative)};
  return {std::string(relative.substr(0, slash)), std::string(relative.substr(slash + 1))};
}

}  // namespace coffre
