// Files that survive a power cut, and are there whole or not at all.
//
// The recipe (security-design.md section 3): a file without a name (O_TMPFILE) in the target folder -> write -> fsync
// -> re-read by the caller on a fresh descriptor -> link to its name -> fsync of the folder. Until the link, a kill or
// a power cut leaves nothing; after publish() returned, the file is there for good.
//
//   crash during            leaves
//   write, sync, re-read    nothing (on filesystems without O_TMPFILE, such as gocryptfs: a file named
//                           ".coffre-unfinished-<random>", which list() does not show and the next DurableFile in that
//                           folder removes)
//   publish                 nothing, or the whole file under its name (also after an error of publish)
//
// Nothing is ever overwritten, except by atomic_replace, which is for our own small files.
// Threads: one DurableFile belongs to one thread at a time; the folder may be shared.
// Errors: no_space (ENOSPC, EDQUOT), io (read-only volume, I/O error, not mounted ...), thrown at once. The first
// failed write or sync is final: every later call throws again, the file can only be dropped (a second fsync would
// lie).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/stream.h"
#include "os/folder.h"

namespace coffre {

enum class PublishResult {
  published,  // it has its name now, durably
  exists,     // something of that name was there; nothing changed, the file may be published under another name
};

class DurableFile final : public ByteSink {
 public:
  // Starts an unnamed file in the sub-folder `folder` of `root` (made durably if missing). `root` outlives the file.
  DurableFile(const Folder& root, std::string_view folder);
  DurableFile(const DurableFile&) = delete;
  DurableFile& operator=(const DurableFile&) = delete;
  ~DurableFile() override;  // not published: as if it had never been

  void write(ByteView bytes) override;
  [[nodiscard]] std::uint64_t size() const { return size_; }

  // Everything written is on the disk afterwards. Further writes throw Error(internal).
  void sync();

  // What the disk holds, by a fresh descriptor after dropping cached pages. Only after sync(). Any number of times.
  [[nodiscard]] std::unique_ptr<RandomReader> reread() const;

  // Gives the file its name: `path` is relative to the root, in any folder of the same filesystem (made durably if
  // missing), e.g. "CLIENT/SITE/TYPE_NAME/_suspect/X.bak". Only after sync(); after `published`, not again. Checks
  // first that the volume is still mounted where it was.
  PublishResult publish(std::string_view path);

 private:
  void require_usable() const;
  [[noreturn]] void fail(int error_number, std::string step);

  const Folder& root_;
  FileDescriptor folder_;
  FileDescriptor file_;
  std::string temporary_name_;  // only where O_TMPFILE is not supported
  std::string subject_;
  std::uint64_t size_ = 0;
  int failed_ = 0;
  bool synced_ = false;
  bool published_ = false;
};

// A small file, published at once by the recipe, read back and compared (Error(damaged)).
PublishResult put_if_absent(const Folder& root, std::string_view path, ByteView content);

// Our own small files (lists, configuration): afterwards `path` holds `content`, durably; a crash leaves the old
// content or the new, and perhaps a ".<name>.new", which the next call replaces. One writer at a time (the caller's
// lock).
void atomic_replace(const Folder& root, std::string_view path, ByteView content);

// Removes files that a killed process left in `folder` where O_TMPFILE is not supported. Those of living processes are
// locked by them and stay. Returns how many were removed.
std::size_t remove_unfinished(const Folder& root, std::string_view folder);

}  // namespace coffre
