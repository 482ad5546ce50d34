#include "os/narrow_umask.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>

using namespace coffre;

TEST_CASE("the umask is narrow as long as it is asked for, and then what it was") {
  const mode_t ours = ::umask(022);
  {
    const NarrowUmask narrow;
    const mode_t within = ::umask(077);
    CHECK(within == 077);
  }
  CHECK(::umask(ours) == 022);
}
