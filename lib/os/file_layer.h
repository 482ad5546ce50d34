// The few system calls that change a disk, behind an interface, so that tests can make each of them fail and can cut
// the power between any two (tests/support/recording_file_layer.h). Reading does not pass here.
//
// Every call returns 0 or an errno value, never -1, and never throws. EINTR is handled inside, except for sync, which
// is never repeated. Folders are directory descriptors; names are single components. Thread-safe.
#pragma once

#include <cstddef>
#include <string>

#include "base/bytes.h"
#include "os/file_descriptor.h"

namespace coffre {

class FileLayer {
 public:
  virtual ~FileLayer() = default;

  // A new empty file without a name in `folder`, open for reading and writing (O_TMPFILE; without O_EXCL, which would
  // forbid naming it later). EOPNOTSUPP where the filesystem cannot, e.g. gocryptfs.
  virtual int create_unnamed(int folder, FileDescriptor& out) = 0;
  // A new empty file of that name; EEXIST if there is anything of that name.
  virtual int create_named(int folder, const std::string& name, FileDescriptor& out) = 0;
  // One write(2): `written` bytes of the front were taken, possibly fewer than asked.
  virtual int write(int file, ByteView bytes, std::size_t& written) = 0;
  // fsync(2), of a file or of a folder.
  virtual int sync(int file_or_folder) = 0;
  // Gives the open file a (further) name; EEXIST if there is anything of that name: never replaces.
  virtual int link(int file, int folder, const std::string& name) = 0;
  // Replaces `to`, whatever it was, in one step.
  virtual int rename(int folder, const std::string& from, const std::string& to) = 0;
  virtual int remove_file(int folder, const std::string& name) = 0;
  virtual int make_folder(int folder, const std::string& name) = 0;
};

// The operating system itself. Lives as long as the program.
FileLayer& system_file_layer();

}  // namespace coffre
