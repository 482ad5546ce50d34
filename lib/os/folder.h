// A directory held by a descriptor; everything below it is reached from that descriptor, never by path again, so that
// nobody can slide another filesystem or a link underneath.
//
// Paths below are relative texts "A/B/c.bak": components of 1..255 bytes, none of them "." or "..", no "//", no leading
// or trailing "/", no NUL; others throw Error(usage). "" is the folder itself where that makes sense. Resolution
// follows no symbolic link, leaves neither the folder nor its mount (openat2 RESOLVE_BENEATH, NO_SYMLINKS, NO_XDEV).
//
// Threads: all const functions may be called by many threads at once.
// Errors: not_found (the folder itself), rule (a symbolic link), io (everything else; "volume not mounted" when the
// mount is no longer the one that was opened), no_space; absence of a *file* is a value.
// Crash: make_folders leaves some of the folders, move_file perhaps both names; nothing else here changes the disk but
// remove_file.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/stream.h"
#include "os/file_descriptor.h"
#include "os/file_layer.h"

namespace coffre {

enum class MoveResult {
  moved,
  absent,  // there is no file of that name
  taken,   // the other name is somebody's: nothing was moved
};

struct FileInfo {
  std::uint64_t size = 0;  // bytes
  Instant modified;        // a hint: whoever may write the folder may change it
};

class Folder {
 public:
  // Opens an existing folder; its last component must not be a symbolic link. `layer` outlives the folder.
  static Folder open(const std::string& path, FileLayer& layer = system_file_layer());
  // As open, after making the last component (0750, durably) if it is absent; the folder above must exist.
  static Folder open_or_make(const std::string& path, FileLayer& layer = system_file_layer());

  Folder(Folder&&) noexcept;
  Folder& operator=(Folder&&) noexcept;
  ~Folder();

  [[nodiscard]] const std::string& path() const;  // as given; for messages and for require_mounted only
  [[nodiscard]] int fd() const;
  [[nodiscard]] std::uint64_t mount_id() const;  // mnt_id of /proc/self/mountinfo, taken at opening
  [[nodiscard]] FileLayer& layer() const;

  // Throws Error(io) "volume not mounted" unless the path still leads to this very folder on this very mount: covers
  // unmounting under us, another volume mounted over it, and a dead FUSE process.
  void require_mounted() const;

  // Makes every missing folder of the path (0750) and syncs each one's parent; the parent is synced once a process also
  // when the folder was there, since another process may have died before doing it. Returns the innermost, opened.
  [[nodiscard]] FileDescriptor make_folders(std::string_view relative) const;
  // Opens an existing sub-folder; nullopt when it, or one above it, is absent.
  [[nodiscard]] std::optional<FileDescriptor> open_folder(std::string_view relative) const;

  // A regular file, by a fresh descriptor whose cached pages were dropped first (best effort), so that what is read
  // comes from the disk. nullptr when absent. Anything but a regular file throws Error(io).
  [[nodiscard]] std::unique_ptr<RandomReader> open_file(std::string_view relative) const;
  [[nodiscard]] std::optional<FileInfo> head(std::string_view relative) const;
  // A whole small file; nullopt when absent, Error(damaged) when it is larger than `max_bytes`.
  [[nodiscard]] std::optional<std::string> read_small(std::string_view relative, std::size_t max_bytes) const;

  // Every regular file below `relative` ("" = all), in byte order of the paths, with paths relative to this folder.
  // Names that start with "." are skipped (unfinished files of the fallback recipe live there), as are symbolic links,
  // devices, other mounts and a "lost+found" at the top. An absent folder is an empty one. At most 32 levels deep, else
  // Error(io).
  using Visitor = std::function<void(const std::string& path, const FileInfo& info)>;
  void list(std::string_view relative, const Visitor& visit) const;

  // Syncs an existing folder: what was found in it is there for good, whoever put it there. Nothing when absent.
  void sync_folder(std::string_view relative) const;

  // Removes a file durably. False when it was absent.
  bool remove_file(std::string_view relative) const;

  // Gives a file another name, durably, then takes the old one away; never replaces. The folders of `to` are made. The
  // bytes are not read: they may be damaged.
  [[nodiscard]] MoveResult move_file(std::string_view from, std::string_view to) const;

 private:
  struct State;
  explicit Folder(std::unique_ptr<State> state);
  void make_entry_durable(int parent, const std::string& relative) const;
  std::unique_ptr<State> state_;
};

// "A/B/c" -> {"A/B", "c"}; "c" -> {"", "c"}. Checks the form (Error(usage)).
struct SplitPath {
  std::string folder;
  std::string name;
};
SplitPath split_path(std::string_view relative);

}  // namespace coffre
