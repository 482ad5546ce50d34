#include "os/file_error.h"

#include <errno.h>

#include <catch2/catch.hpp>

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

TEST_CASE("A volume that went away is named as such") {
  CHECK(not_mounted("/data").reason() == "volume not mounted");
  CHECK(not_mounted("/data").code() == ErrorCode::io);
}
