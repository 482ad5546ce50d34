// The slice that everything else stands on: a fixture's installation backs a device up, to proof level 4.
#include <catch2/catch.hpp>

#include "support/installation_fixture.h"

using namespace coffre;
using namespace coffre::test;

TEST_CASE("a fixture's device is backed up, proven, and lies in both places") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  CHECK(name == "CLIEXEMP_SIEGEPARIS_NVR_NVR-HALL_20261121_0300_HEBDO.bak");
  CHECK(read_file(fixture.local_file(name)) == read_file(fixture.cloud_file(name)));
  CHECK(fixture.driver().counts(fixture.address(kHall)).logins == 1);
}

TEST_CASE("a fixture that is restarted goes on where it was") {
  InstallationFixture fixture;
  fixture.proven_backup(kHall);
  fixture.restart();
  const std::string second = fixture.proven_backup(kHall);
  CHECK(second == "CLIEXEMP_SIEGEPARIS_NVR_NVR-HALL_20261121_0301_HEBDO.bak");
}

TEST_CASE("a fixture's device can refuse, fail and become implausible") {
  InstallationFixture fixture;
  SECTION("another password") {
    fixture.device(kHall).password = "changed";
    const BackupOutcome outcome = fixture.back_up(kHall);
    CHECK(outcome.result == BackupResult::failed);
    REQUIRE(outcome.error);
    CHECK(outcome.error->category() == "WRONG_PASSWORD");
  }
  SECTION("not there") {
    fixture.device(kHall).fail_at("collect", Error(ErrorCode::unreachable, "collecting", "no answer"));
    CHECK(fixture.back_up(kHall).result == BackupResult::failed);
    fixture.device(kHall).heal();
    fixture.proven_backup(kHall);
  }
  SECTION("another serial") {
    fixture.proven_backup(kHall);
    fixture.device(kHall).identity.serial = "OTHER-1";
    CHECK(fixture.back_up(kHall).result == BackupResult::suspect);
  }
}
