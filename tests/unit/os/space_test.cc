#include "os/space.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "support/temp_dir.h"

using namespace coffre;

namespace {

Space bytes(std::uint64_t total, std::uint64_t available) {
  return {total, available, 0, 0};
}

}  // namespace

TEST_CASE("Watermarks are at 20, 10 and 5 percent") {
  struct Row {
    std::string name;
    Space space;
    SpaceLevel level;
  };
  const auto row = GENERATE(values<Row>({
      {"above 20 %", bytes(1000, 201), SpaceLevel::ample},
      {"20 %", bytes(1000, 200), SpaceLevel::warn},
      {"above 10 %", bytes(1000, 101), SpaceLevel::warn},
      {"10 %", bytes(1000, 100), SpaceLevel::critical},
      {"5 %", bytes(1000, 50), SpaceLevel::reserve},
      {"nothing", bytes(1000, 0), SpaceLevel::reserve},
      {"bytes ample, files at 8 %", {1000, 900, 100, 8}, SpaceLevel::critical},
      {"a filesystem that knows no numbers", {0, 0, 0, 0}, SpaceLevel::ample},
  }));
  DYNAMIC_SECTION(row.name) {
    CHECK(level_of(row.space) == row.level);
  }
}

TEST_CASE("Scheduled backups keep the reserve, backups around a change may use it") {
  struct Row {
    std::string name;
    Kind kind;
    std::uint64_t available;
    std::uint64_t expected;
    bool allowed;
  };
  const auto row = GENERATE(values<Row>({
      {"weekly with room", Kind::hebdo, 100, 40, true},
      {"weekly that would reach the reserve", Kind::hebdo, 100, 50, false},
      {"weekly in the reserve", Kind::hebdo, 50, 0, false},
      {"monthly in the reserve", Kind::mensuel, 50, 0, false},
      {"before a change, in the reserve", Kind::pre, 50, 40, true},
      {"after a change, in the reserve", Kind::post, 50, 50, true},
      {"before a change, does not fit", Kind::pre, 50, 51, false},
      {"our own catalog, in the reserve", Kind::catalog, 50, 10, true},
  }));
  DYNAMIC_SECTION(row.name) {
    bool allowed = true;
    try {
      require_space(bytes(1000, row.available), row.kind, row.expected);
    } catch (const Error& error) {
      INFO(error.what());
      CHECK(error.code() == ErrorCode::no_space);
      allowed = false;
    }
    CHECK(allowed == row.allowed);
  }
}

TEST_CASE("A real volume has a size") {
  const test::TempDir dir;
  const Space space = space_of(Folder::open(dir.path()));
  CHECK(space.total_bytes > 0);
  CHECK(space.available_bytes <= space.total_bytes);
  CHECK(space.free_share() >= 0.0);
  CHECK(space.free_share() <= 1.0);
}
