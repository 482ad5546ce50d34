#include "os/narrow_umask.h"

#include <sys/stat.h>

namespace coffre {

NarrowUmask::NarrowUmask() : before_(::umask(S_IRWXG | S_IRWXO)) {}
NarrowUmask::~NarrowUmask() {
  ::umask(before_);
}

}  // namespace coffre
