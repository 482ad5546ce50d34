// While it lives, files that this process makes are 0600 and folders 0700. The umask is the whole process's: one at a
// time, in a program that writes from one thread.
#pragma once

namespace coffre {

class NarrowUmask {
 public:
  NarrowUmask();
  ~NarrowUmask();
  NarrowUmask(const NarrowUmask&) = delete;
  NarrowUmask& operator=(const NarrowUmask&) = delete;

 private:
  unsigned before_;
};

}  // namespace coffre
