#include "os/file_error.h"

#include <errno.h>

#include <catch2/catch.hpp>

#include "support/temp_dir.h"

using namespace coffre;

TEST_CASE("An errno value becomes a code and a clear reason") {
  struct Row {
    std::string name;
    int error_number;
    ErrorCode code;
    std::string reason;
  };
  const auto row = GENERATE(values<Row>({
      {"disk full", ENOSPC, ErrorCode::no_space, "no room is left on the volume"},
      {"quota", EDQUOT, ErrorCode::no_space, "the quota is used up"},
      {"read-only volume", EROFS, ErrorCode::io, "the volume is read-only"},
      {"dead FUSE process", ENOTCONN, ErrorCode::io, "volume not mounted"},
      {"FUSE process dies during the call", ECONNABORTED, ErrorCode::io, "volume not mounted"},
      {"device pulled out", ENODEV, ErrorCode::io, "volume not mounted"},
      {"link in the way", ELOOP, ErrorCode::rule, "a symbolic link is in the way"},
      {"mount below", EXDEV, ErrorCode::io, "another volume is mounted there"},
      {"a file in the way", ENOTDIR, ErrorCode::io, "Not a directory"},
      {"failing disk", EIO, ErrorCode::io, "Input/output error"},
  }));
  DYNAMIC_SECTION(row.name) {
    const Error error = file_error(row.error_number, "writing a file", "/data/x");
    CHECK(error.code() == row.code);
    CHECK(error.reason() == row.reason);
    CHECK(error.subject() == "/data/x");
    CHECK(error.step() == "writing a file");
  }
}

TEST_CASE("What the standard library throws names its path, the reason and what to do") {
  const auto problem = std::make_error_code(std::errc::permission_denied);
  const Error error = file_error(std::filesystem::filesystem_error("status", "/data/x", problem));
  CHECK(error.code() == ErrorCode::io);
  CHECK(std::string(error.what()) ==
        "/data/x: using a file or folder: Permission denied. Check owner and rights for the service's account");
}

TEST_CASE("What cannot be looked at is not absent") {
  const test::TempDir folder;
  CHECK(is_there(folder.path()));
  CHECK_FALSE(is_there(folder / "absent"));
  CHECK_FALSE(is_there(folder / "absent/below"));
  try {
    is_there(folder / std::string(300, 'x'));
    FAIL("looked at");
  } catch (const Error& error) {
    CHECK(error.reason() == "File name too long");
    CHECK(error.hint() == "Give a shorter one");
  }
}

TEST_CASE("A volume that went away is named as such") {
  CHECK(not_mounted("/data").reason() == "volume not mounted");
  CHECK(not_mounted("/data").code() == ErrorCode::io);
}
