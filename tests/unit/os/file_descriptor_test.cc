#include "os/file_descriptor.h"

#include <fcntl.h>

#include <catch2/catch.hpp>

using coffre::FileDescriptor;

namespace {

bool is_open(int fd) {
  return ::fcntl(fd, F_GETFD) != -1;
}

FileDescriptor open_null() {
  return FileDescriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC));
}

}  // namespace

TEST_CASE("A descriptor is closed when it dies, and only then") {
  int number = -1;
  {
    const FileDescriptor fd = open_null();
    number = fd.get();
    REQUIRE(fd.valid());
    CHECK(is_open(number));
  }
  CHECK_FALSE(is_open(number));
}

TEST_CASE("Moving a descriptor in closes what was held") {
  FileDescriptor first = open_null();
  FileDescriptor second = open_null();
  const int first_number = first.get();
  const int second_number = second.get();
  first = std::move(second);
  CHECK_FALSE(is_open(first_number));
  CHECK(first.get() == second_number);
  CHECK_FALSE(second.valid());  // NOLINT(bugprone-use-after-move): moved-from holds nothing, as the header says
}

TEST_CASE("A released descriptor is somebody else's to close") {
  FileDescriptor fd = open_null();
  const FileDescriptor taken(fd.release());
  fd.reset();
  CHECK(is_open(taken.get()));
}
