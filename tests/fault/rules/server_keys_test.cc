// What the machine that takes backups holds, and must not hold: `run` refuses what `check` says is wrong.
#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "fleet.h"

using namespace coffre::test;

namespace fs = std::filesystem;

TEST_CASE("a server key that other accounts can read ends the run with what to do") {
  Fleet fleet({.devices = 1});
  for (const char* const name : {"kek.key", "signing.key", "catalog.identity", "dedup.key"}) {
    const fs::path key = fleet.server() / "keys" / name;
    INFO(key);
    REQUIRE(::chmod(key.c_str(), 0644) == 0);
    const auto run = fleet.call("backupd", {"run"});
    CHECK(run.exit_code == 4);
    CHECK_THAT(run.err,
               Catch::Contains("other accounts can read this key") && Catch::Contains("chmod 600 " + key.string()));
    CHECK(fleet.call("backupd", {"check", "--offline"}).exit_code == 4);
    REQUIRE(::chmod(key.c_str(), 0600) == 0);
  }
  CHECK(fleet.recorders().counts("*").total == 0);
  CHECK(fleet.run().exit_code == 0);
}

TEST_CASE("an identity in a place is found by run and by check") {
  Fleet fleet({.devices = 1});
  for (const fs::path& place : {fleet.local(), fleet.cloud()}) {
    const fs::path stray = place / "secours.key";
    fs::copy_file(fleet.server().parent_path() / "offline" / "secours.key", stray);
    const auto run = fleet.call("backupd", {"run"});
    CHECK(run.exit_code == 4);
    CHECK_THAT(run.err, Catch::Contains(stray.string()));
    const auto check = fleet.call("backupd", {"check", "--offline"});
    CHECK(check.exit_code == 4);
    CHECK_THAT(check.out, Catch::Contains(stray.string()));
    fs::remove(stray);
  }
  const auto check = fleet.call("backupd", {"check", "--offline"});
  CHECK_THAT(check.out, Catch::Contains("none in the folders of configuration, data and both places"));
}
