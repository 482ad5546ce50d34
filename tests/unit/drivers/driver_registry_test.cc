#include "drivers/driver_registry.h"

#include <catch2/catch.hpp>

#include "scripted_device.h"
#include "small_definition.h"
#include "support/temp_dir.h"

using namespace coffre;

TEST_CASE("the shipped definitions are found beside the programs, as in an installation") {
  std::vector<Finding> findings;
  const auto drivers = load_drivers(shipped_drivers_directory(), {}, findings);
  CHECK(test::lines_of(findings).empty());
  for (const char* name : {"hikvision-isapi", "nx-witness", "axis-dca", "zoneminder"}) {
    CAPTURE(name);
    REQUIRE(drivers->find(name) != nullptr);
    CHECK(drivers->find(name)->description().name == name);
  }
  CHECK(drivers->find("unknown") == nullptr);
  CHECK(drivers->all().size() >= 4);
}

TEST_CASE("a site's own definition is added, or replaces a shipped one with a note that people see") {
  const test::TempDir shipped;
  const test::TempDir site;
  test::write_file(shipped / "small.yaml", test::kSmallDefinition);
  test::write_file(site / "small.yaml", test::small_with("version: \"1\"", "version: \"2\""));
  test::write_file(site / "own.yaml", test::small_with("name: small", "name: own"));
  test::write_file(site / "README.md", "not a definition");
  std::vector<Finding> findings;
  const auto drivers = load_drivers(shipped.path(), site.path(), findings);
  CHECK(test::lines_of(findings).empty());
  REQUIRE(drivers->all().size() == 2);
  CHECK(drivers->find("small")->description().version == "2");
  CHECK_THAT(drivers->find("small")->description().notes.back(), Catch::EndsWith("replaces the shipped definition"));
  CHECK_THAT(drivers->find("own")->description().notes.back(), Catch::StartsWith("This installation's own definition"));
}

TEST_CASE("a bad file is left out and named; the others stay") {
  const test::TempDir shipped;
  test::write_file(shipped / "small.yaml", test::kSmallDefinition);
  test::write_file(shipped / "bad.yaml", test::small_with("get: /export", "get: /reboot"));
  test::write_file(shipped / "other.yaml", test::kSmallDefinition);
  std::vector<Finding> findings;
  const auto drivers = load_drivers(shipped.path(), shipped / "absent", findings);
  CHECK(drivers->all().size() == 1);
  REQUIRE(findings.size() == 2);
  CHECK_THAT(findings[0].line(), Catch::Contains("bad.yaml:20:10: /requests/2/get: "));
  CHECK_THAT(findings[1].line(), Catch::Contains("the file has to be named small.yaml"));
}

TEST_CASE("an absent shipped folder is a finding, not an empty installation") {
  std::vector<Finding> findings;
  CHECK(load_drivers("/nowhere/drivers", {}, findings)->all().empty());
  CHECK(findings.size() == 1);
}

TEST_CASE("one file can be tried by itself") {
  const test::TempDir folder;
  test::write_file(folder / "try.yaml", test::kSmallDefinition);
  std::vector<Finding> findings;
  const auto driver = load_driver(folder / "try.yaml", findings);
  REQUIRE(driver != nullptr);
  CHECK(driver->description().title == "A small definition");
  CHECK(load_driver(folder / "none.yaml", findings) == nullptr);
}
