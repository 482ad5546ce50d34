#include "os/file_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

namespace coffre {
namespace {

struct flock whole_file() {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return lock;  // start 0, length 0: everything; pid 0, as open file description locks want it
}

}  // namespace

int lock_file(int file) {
  struct flock lock = whole_file();
  if (::fcntl(file, F_OFD_SETLK, &lock) == 0) return 0;
  return errno == EACCES ? EAGAIN : errno;
}

int probe_lock(int file) {
  struct flock lock = whole_file();
  if (::fcntl(file, F_OFD_GETLK, &lock) != 0) return errno;
  return lock.l_type == F_UNLCK ? 0 : EAGAIN;
}

}  // namespace coffre
