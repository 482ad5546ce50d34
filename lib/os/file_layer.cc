#include "os/file_layer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

namespace coffre {
namespace {

// Group-readable so that a restore station's account may be given access; the umask narrows it.
constexpr mode_t kFileMode = 0640;
constexpr mode_t kFolderMode = 0750;

// Runs a system call again while a signal interrupts it; its result, or -1 with errno set.
template <typename Call>
auto uninterrupted(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

int outcome(int result) {
  return result < 0 ? errno : 0;
}

class SystemFileLayer final : public FileLayer {
 public:
  int create_unnamed(int folder, FileDescriptor& out) override {
    return opened(uninterrupted([&] { return ::openat(folder, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, kFileMode); }), out);
  }

  int create_named(int folder, const std::string& name, FileDescriptor& out) override {
    constexpr int kFlags = O_CREAT | O_EXCL | O_NOFOLLOW | O_RDWR | O_CLOEXEC;
    return opened(uninterrupted([&] { return ::openat(folder, name.c_str(), kFlags, kFileMode); }), out);
  }

  int write(int file, ByteView bytes, std::size_t& written) override {
    const auto result = uninterrupted([&] { return ::write(file, bytes.data(), bytes.size()); });
    if (result < 0) return errno;
    written = static_cast<std::size_t>(result);
    return 0;
  }

  int sync(int file_or_folder) override {
    // Not repeated after EINTR or any other failure: a second fsync may report success for pages that were dropped.
    return outcome(::fsync(file_or_folder));
  }

  int link(int file, int folder, const std::string& name) override {
    // AT_EMPTY_PATH would need CAP_DAC_READ_SEARCH; the way over /proc needs no privilege (open(2), O_TMPFILE).
    const std::string source = "/proc/self/fd/" + std::to_string(file);
    return outcome(::linkat(AT_FDCWD, source.c_str(), folder, name.c_str(), AT_SYMLINK_FOLLOW));
  }

  int rename(int folder, const std::string& from, const std::string& to) override {
    return outcome(::renameat(folder, from.c_str(), folder, to.c_str()));
  }

  int remove_file(int folder, const std::string& name) override { return outcome(::unlinkat(folder, name.c_str(), 0)); }

  int make_folder(int folder, const std::string& name) override {
    return outcome(::mkdirat(folder, name.c_str(), kFolderMode));
  }

 private:
  static int opened(int fd, FileDescriptor& out) {
    if (fd < 0) return errno;
    out = FileDescriptor(fd);
    return 0;
  }
};

}  // namespace

FileLayer& system_file_layer() {
  static SystemFileLayer layer;
  return layer;
}

}  // namespace coffre
