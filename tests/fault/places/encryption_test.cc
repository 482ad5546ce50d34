// Rule 1 and attack 20: a local volume that is not encrypted ends the run before any device is asked, and alarms.
#include <catch2/catch.hpp>

#include "fleet.h"

using namespace coffre::test;

TEST_CASE("a run on a volume that is not encrypted is refused and alarms; `encryption: none` aloud is a warning only") {
  Fleet fleet({.devices = 1});
  const std::string aloud = read_file(fleet.config());
  const auto at = aloud.find("encryption: none");
  REQUIRE(at != std::string::npos);
  std::string required = aloud;
  required.replace(at, std::string("encryption: none").size(), "encryption: required");
  write_file(fleet.config(), required);

  const Run refused = fleet.run();
  INFO(refused.err);
  CHECK(refused.exit_code == 4);
  CHECK(refused.error == "rule");
  CHECK(fleet.recorders().counts("*").total == 0);
  CHECK(fleet.anomalies() == std::vector<std::string>{"volume_not_encrypted local"});

  write_file(fleet.config(), aloud);
  CHECK(fleet.run().exit_code == 0);
  CHECK(fleet.anomalies() == std::vector<std::string>{});
  CHECK_THAT(fleet.call("backupd", {"check", "--offline"}).out, Catch::Contains("WARNING"));
}
