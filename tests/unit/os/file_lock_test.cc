#include "os/file_lock.h"

#include <errno.h>
#include <fcntl.h>

#include <catch2/catch.hpp>

#include "support/temp_dir.h"

using namespace coffre;

TEST_CASE("A lock excludes every other opening of the file, in the same process too") {
  const test::TempDir dir;
  const std::string path = dir / "lock";
  FileDescriptor first(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  const FileDescriptor second(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  CHECK(probe_lock(second.get()) == 0);
  REQUIRE(lock_file(first.get()) == 0);
  CHECK(lock_file(first.get()) == 0);  // one's own lock is no obstacle
  CHECK(lock_file(second.get()) == EAGAIN);
  CHECK(probe_lock(second.get()) == EAGAIN);
  first.reset();
  CHECK(probe_lock(second.get()) == 0);
  CHECK(lock_file(second.get()) == 0);
}

TEST_CASE("Locking what is not open is an error, not a lock") {
  CHECK(lock_file(-1) == EBADF);
}
