#include "os/resolve.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"
#include "base/translate.h"

namespace coffre {
namespace {

bool is_component(std::string_view text) {
  return !text.empty() && text.size() <= NAME_MAX && text != "." && text != ".." &&
         text.find('\0') == std::string_view::npos;
}

}  // namespace

void require_relative_path(std::string_view relative) {
  for (const std::string_view component : split(relative, '/')) {
    if (is_component(component)) continue;
    Error error(ErrorCode::usage, tr("reading the name of an object"), tr("it is not a plain relative path"));
    error.on(relative);
    throw error;
  }
}

int open_beneath(int folder, const std::string& relative, int flags, FileDescriptor& out) {
  open_how how{};
  how.flags = static_cast<unsigned>(flags | O_CLOEXEC);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV;
  // glibc 2.36 has no wrapper. EAGAIN: a rename somewhere made the kernel unsure (openat2(2)); ask again.
  long fd = -1;
  do {
    fd = ::syscall(SYS_openat2, folder, relative.c_str(), &how, sizeof how);
  } while (fd < 0 && (errno == EINTR || errno == EAGAIN));
  if (fd < 0) return errno;
  out = FileDescriptor(static_cast<int>(fd));
  return 0;
}

}  // namespace coffre
