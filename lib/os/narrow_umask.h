// While it lives, files that this process makes are 0600 and folders 0700. The umask is the whole process's: one at a
// time, in a program that writes from one thread.
#pragma once

#include <sys/stat.h>

namespace coffre {

class NarrowUmask {
 public:
  NarrowUmask() : before_(::umask(S_IRWXG | S_IRWXO)) {}
  ~NarrowUmask() { ::umask(before_); }
  NarrowUmask(const NarrowUmask&) = delete;
  NarrowUmask& operator=(const NarrowUmask&) = delete;

 private:
  mode_t before_;
};

}  // namespace coffre
