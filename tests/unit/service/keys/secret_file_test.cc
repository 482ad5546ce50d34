#include "service/keys/secret_file.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "support/error_of.h"
#include "support/temp_dir.h"

using namespace coffre;
using namespace coffre::test;

TEST_CASE("a key file is its owner's alone, and is never overwritten") {
  const TempDir dir;
  const auto file = dir / "a.key";
  CHECK(write_secret_file(file, SecretString::copy_of("one")) == PublishResult::published);
  CHECK(write_secret_file(file, SecretString::copy_of("two")) == PublishResult::exists);
  CHECK(read_file(file) == "one");
  struct stat status {};
  REQUIRE(::stat(file.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600);
}

TEST_CASE("writing a key narrows the umask for itself only, also when it fails") {
  const TempDir dir;
  const mode_t before = ::umask(022);
  write_secret_file(dir / "a.key", SecretString::copy_of("x"));
  CHECK(error_of([&] { write_secret_file(dir / "no/a.key", SecretString::copy_of("x")); }).code() ==
        ErrorCode::not_found);
  CHECK(::umask(before) == 022);
}
