// A disk that broke and was replaced: the message leads to the command, the command to the next backup.
#include <catch2/catch.hpp>

#include "fleet.h"

using namespace coffre::test;

namespace fs = std::filesystem;

namespace {

void replace_disk(const fs::path& place) {
  fs::remove_all(place);
  fs::create_directories(place);
}

ChildResult claim(Fleet& fleet, const std::string& which) {
  return fleet.call("backupd", {"replica", "claim", which, "--ticket", "4711", "--reason", "disk replaced"});
}

}  // namespace

TEST_CASE("a replaced disk of either place is claimed, and the next run goes on") {
  Fleet fleet({.devices = 1});
  REQUIRE(fleet.run({"--all"}).exit_code == 0);
  const auto which = GENERATE(std::string("local"), std::string("cloud"));
  DYNAMIC_SECTION(which) {
    const fs::path place = which == "local" ? fleet.local() : fleet.cloud();
    replace_disk(place);
    const auto refused = fleet.run({"--all"});
    CHECK(refused.exit_code != 0);
    CHECK_THAT(refused.err + refused.message, Catch::Contains("backupd replica claim " + which));

    const auto claimed = claim(fleet, which);
    INFO(claimed.err);
    CHECK(claimed.exit_code == 0);
    CHECK(read_file(place / "_coffre/INSTALLATION") ==
          read_file((which == "local" ? fleet.cloud() : fleet.local()) / "_coffre/INSTALLATION"));
    CHECK(claim(fleet, which).exit_code == 0);

    const auto run = fleet.run({"--all"});
    INFO(run.out << run.err);
    CHECK(run.exit_code == 0);
    CHECK(run.device("NVR").result == "proven");
    // Without the local volume nothing was made; without the second place one more.
    CHECK(fleet.backups().front().sequence == (which == "local" ? 2 : 3));
    if (which == "cloud") CHECK(fleet.damage() == std::vector<std::string>{});  // the older ones are there again
  }
}

TEST_CASE("init beside a place that is ours leaves the new disk as it was, so that it can still be claimed") {
  Fleet fleet({.devices = 1});
  replace_disk(fleet.local());
  const fs::path parent = fleet.server().parent_path();
  const auto init = fleet.call(
      "backupd", {"init", (parent / "second").string(), "--keys-out", (parent / "offline2").string(), "--unlocked",
                  "--local", fleet.local().string(), "--local-location", "room A", "--encryption", "none",
                  "--cloud-directory", fleet.cloud().string(), "--cloud-location", "room B"});
  CHECK(init.exit_code == 4);
  CHECK(fs::is_empty(fleet.local()));
  CHECK(claim(fleet, "local").exit_code == 0);
}
