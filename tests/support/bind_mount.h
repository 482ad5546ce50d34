// One folder shown at another place for as long as a test wants it, also read-only; unmounted (lazily) when the test
// ends in any way. The folder at `point` itself is then bare again, as under a volume that is not mounted. Needs root:
// mounted() says whether it worked.
#pragma once

#include <sys/mount.h>

#include <filesystem>

namespace coffre::test {

class BindMount {
 public:
  // Makes both folders.
  BindMount(std::filesystem::path real, std::filesystem::path point)
      : real_(std::move(real)), point_(std::move(point)) {
    std::filesystem::create_directories(real_);
    std::filesystem::create_directories(point_);
    mount();
  }
  BindMount(const BindMount&) = delete;
  BindMount& operator=(const BindMount&) = delete;
  ~BindMount() { unmount(); }

  [[nodiscard]] bool mounted() const { return mounted_; }
  [[nodiscard]] const std::filesystem::path& point() const { return point_; }
  [[nodiscard]] const std::filesystem::path& real() const { return real_; }

  void mount() { mounted_ = ::mount(real_.c_str(), point_.c_str(), nullptr, MS_BIND, nullptr) == 0; }
  void unmount() {
    if (mounted_) ::umount2(point_.c_str(), MNT_DETACH);
    mounted_ = false;
  }
  // False when it did not work.
  [[nodiscard]] bool read_only() const { return remount(MS_RDONLY); }
  [[nodiscard]] bool writable() const { return remount(0); }

 private:
  [[nodiscard]] bool remount(unsigned long flags) const {
    return ::mount(nullptr, point_.c_str(), nullptr, MS_BIND | MS_REMOUNT | flags, nullptr) == 0;
  }

  std::filesystem::path real_;
  std::filesystem::path point_;
  bool mounted_ = false;
};

}  // namespace coffre::test
