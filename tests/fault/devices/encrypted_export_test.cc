// The same recorder, giving its export under a random password: what is wrong with it is seen all the same.
#include <catch2/catch.hpp>

#include "fault_table.h"

using namespace coffre::test;

namespace {

FleetOptions encrypted() {
  return {.run_settings = "  answer_timeout: 20s\n  total_timeout: 25s\n",
          .recorder = {"--make", "hikvision", "--export", "encrypted"},
          .device_lines = "    settings: {export: encrypted}\n"};
}

}  // namespace

TEST_CASE("an encrypted export that is none is suspect, whatever stands in its place") {
  const char* const kSuspect = "backup_suspect";
  check_faults(
      encrypted(),
      {
          {"login page with status 200", "login-page", "", "suspect", "", "HTML", kRunAgain, kSuspect,
           Left::suspect_file},
          {"empty", "empty", "", "suspect", "", "empty", kRunAgain, kSuspect, Left::suspect_file},
          {"half of the bytes", "half-body", "", "suspect", "", "cut", kRunAgain, kSuspect, Left::suspect_file},
          {"declares more than it sends", "truncated", "", "suspect", "", "before its declared end", kRunAgain,
           kSuspect, Left::suspect_file},
          {"declares less than it sends", "lying-short", "", "suspect", "", "more bytes came than were declared",
           kRunAgain, kSuspect, Left::suspect_file},
          {"an error with status 200", "error-in-200", "", "suspect", "", "begins like an error", kRunAgain, kSuspect,
           Left::suspect_file},
          {"another device's serial", "other-serial", "", "suspect", "", "SIM-OTHER-0001", kAccept, kSuspect,
           Left::suspect_file},
          {"half the size", "half-size", "", "suspect", "", "bytes expected", kAccept, kSuspect, Left::suspect_file},
      });
}

TEST_CASE("a recorder that refuses the plain export gives the encrypted one, and its password stands nowhere") {
  Fleet fleet({.devices = 1, .recorder = {"--make", "hikvision", "--export", "encrypted"}});
  const Run run = fleet.run();
  INFO(run.err);
  CHECK(run.exit_code == 0);
  const auto backups = fleet.backups();
  REQUIRE(backups.size() == 1);
  const std::string password = fleet.export_password(backups.front());
  CHECK(password.size() == 24);
  CHECK(fleet.places_of(password) == std::vector<std::string>{});
  CHECK(fleet.damage() == std::vector<std::string>{});
}
