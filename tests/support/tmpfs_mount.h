// A small tmpfs on a folder for one test, unmounted (lazily, with everything mounted over it) when the test ends in any
// way. Needs root: mounted() says whether it worked.
#pragma once

#include <sys/mount.h>

#include <filesystem>
#include <string>

namespace coffre::test {

class TmpfsMount {
 public:
  // Makes the folder. `options` as in tmpfs(5): "size=1m".
  TmpfsMount(std::filesystem::path point, const std::string& options) : point_(std::move(point)) {
    std::filesystem::create_directories(point_);
    mounted_ = ::mount("coffre-test", point_.c_str(), "tmpfs", 0, options.c_str()) == 0;
  }
  TmpfsMount(const TmpfsMount&) = delete;
  TmpfsMount& operator=(const TmpfsMount&) = delete;
  ~TmpfsMount() { unmount(); }

  [[nodiscard]] bool mounted() const { return mounted_; }
  void unmount() {
    if (mounted_) ::umount2(point_.c_str(), MNT_DETACH);
    mounted_ = false;
  }
  // False when it did not work.
  [[nodiscard]] bool remount_read_only() const {
    return ::mount("coffre-test", point_.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, "") == 0;
  }

 private:
  std::filesystem::path point_;
  bool mounted_ = false;
};

}  // namespace coffre::test
