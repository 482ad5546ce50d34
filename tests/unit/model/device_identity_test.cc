#include "model/device_identity.h"

#include <catch2/catch.hpp>

namespace coffre {
namespace {

using Lines = std::vector<std::string>;

DeviceIdentity recorder() {
  return {"Acme", "NR-16", "S100", "4.1.2", {{"channels", 16}, {"users", 3}}};
}

TEST_CASE("equal identities differ in nothing") {
  CHECK(differences(recorder(), recorder()).empty());
}

TEST_CASE("each fact that differs is one line with both sides") {
  struct Row {
    std::string name;
    DeviceIdentity after;
    Lines lines;
  };
  const std::vector<Row> rows = {
      {"vendor", {"Other", "NR-16", "S100", "4.1.2", {}}, {"vendor: Acme before, Other after"}},
      {"model", {"Acme", "NR-32", "S100", "4.1.2", {}}, {"model: NR-16 before, NR-32 after"}},
      {"serial", {"Acme", "NR-16", "S200", "4.1.2", {}}, {"serial: S100 before, S200 after"}},
      {"firmware", {"Acme", "NR-16", "S100", "4.1.3", {}}, {"firmware: 4.1.2 before, 4.1.3 after"}},
      {"count", {"", "", "", "", {{"channels", 15}, {"users", 3}}}, {"channels: 16 before, 15 after"}},
      {"two", {"", "NR-32", "", "", {{"users", 0}}}, {"model: NR-16 before, NR-32 after", "users: 3 before, 0 after"}},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      CHECK(differences(recorder(), row.after) == row.lines);
    }
  }
}

TEST_CASE("what only one side says is not compared") {
  CHECK(differences(recorder(), DeviceIdentity{}).empty());
  CHECK(differences(DeviceIdentity{}, recorder()).empty());
  DeviceIdentity more = recorder();
  more.counts["zones"] = 4;
  CHECK(differences(recorder(), more).empty());
  CHECK(differences(more, recorder()).empty());
}

TEST_CASE("a device's text cannot break the line") {
  DeviceIdentity hostile = recorder();
  hostile.serial = "S1\n\x1b[2J";
  CHECK(differences(recorder(), hostile) == Lines{"serial: S100 before, S1\\x0a\\x1b[2J after"});
}

}  // namespace
}  // namespace coffre
