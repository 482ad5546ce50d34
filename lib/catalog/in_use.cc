#include "catalog/in_use.h"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/error.h"
#include "base/translate.h"

namespace coffre {
namespace {

constexpr off_t kPendingByte = 0x40000000;  // PENDING, RESERVED, then 510 bytes SHARED
constexpr off_t kLockBytes = 512;

}  // namespace

void require_unused_catalog(const std::string& path) {
  const std::string step = tr("replacing the catalog");
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    if (errno == ENOENT) return;
    throw Error(ErrorCode::io, step, errno_text(errno)).on(path);
  }
  struct flock asked {};
  asked.l_type = F_WRLCK;
  asked.l_whence = SEEK_SET;
  asked.l_start = kPendingByte;
  asked.l_len = kLockBytes;
  const int result = ::fcntl(file, F_GETLK, &asked);
  const int problem = errno;
  ::close(file);
  if (result != 0) throw Error(ErrorCode::io, step, errno_text(problem)).on(path);
  if (asked.l_type == F_UNLCK) return;
  throw Error(ErrorCode::conflict, step,
              fmt::format(fmt::runtime(tr("process {} is at work with it")), static_cast<long>(asked.l_pid)),
              tr("Wait for its end, or stop it (systemctl stop backupd), then start this once more"))
      .on(path);
}

}  // namespace coffre
