#include "os/file_reader.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <filesystem>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "support/temp_dir.h"

using namespace coffre;

namespace {

ErrorCode code_of_opening(const std::string& path) {
  try {
    (void)open_path(path);
  } catch (const Error& error) {
    INFO(error.what());
    return error.code();
  }
  FAIL("opened");
  return ErrorCode::internal;
}

}  // namespace

TEST_CASE("A file is read anywhere, as often as wanted") {
  const test::TempDir dir;
  test::write_file(dir / "f", "0123456789");
  const auto reader = open_path(dir / "f");
  REQUIRE(reader->size() == 10);
  Bytes some(4);
  reader->read_at(6, some);
  CHECK(as_text(some) == "6789");
  reader->read_at(0, some);
  CHECK(as_text(some) == "0123");
  reader->read_at(10, {});  // nothing, at the end
}

TEST_CASE("Reading past the end is damage, also when the file is cut while it is open") {
  const test::TempDir dir;
  test::write_file(dir / "f", "0123456789");
  const auto reader = open_path(dir / "f");
  Bytes some(4);
  CHECK_THROWS_AS(reader->read_at(7, some), Error);
  CHECK_THROWS_AS(reader->read_at(~std::uint64_t{0}, some), Error);
  std::filesystem::resize_file(dir / "f", 3);
  CHECK_THROWS_WITH(reader->read_at(0, some), Catch::Contains("shorter than it should be"));
}

TEST_CASE("Only regular files are read, and nothing waits for a FIFO's writer") {
  const test::TempDir dir;
  const std::string fifo = dir / "fifo";
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  CHECK(code_of_opening(fifo) == ErrorCode::io);
  CHECK(code_of_opening(dir.path()) == ErrorCode::io);
  CHECK(code_of_opening(dir / "absent") == ErrorCode::not_found);
}
