// A store whose listing, or whose look at a key, shows what was put only after a while: nothing is taken for lost, sent
// twice or left as an open matter.
#include <catch2/catch.hpp>

#include "bucket_fleet.h"

using namespace coffre::test;
using coffre::simulator::StoreLies;

namespace {

constexpr unsigned kFar = 1'000'000;  // not within this run

std::vector<std::string> lost_or_damaged(Fleet& fleet) {
  std::vector<std::string> found;
  for (const std::string& anomaly : fleet.anomalies()) {
    if (anomaly.starts_with("replica_damaged") || anomaly.starts_with("backup_lost") ||
        anomaly.starts_with("lock_broken")) {
      found.push_back(anomaly);
    }
  }
  return found;
}

}  // namespace

TEST_CASE("a store that is behind with what it shows loses nothing; what it shows in time is sent once") {
  struct Row {
    const char* name;
    StoreLies lies;
    bool within_the_run;
  };
  const std::vector<Row> rows{
      {"the listing, a little", {.listings_behind = 2}, true},
      {"the look at a key, a little", {.looks_behind = 2}, true},
      {"both, a little", {.listings_behind = 1, .looks_behind = 1}, true},
      {"the listing, longer than the run", {.listings_behind = kFar}, true},  // the key is found by itself
      {"the look at a key, longer than the run", {.looks_behind = kFar}, false},
      {"both, longer than the run", {.listings_behind = kFar, .looks_behind = kFar}, false},
  };
  BucketFleet at({.devices = 1});
  REQUIRE(at.fleet().run().exit_code == 0);
  std::size_t made = 1;
  for (const Row& row : rows) {
    INFO("row: " << row.name);
    const std::size_t since = at.store().requests().requests().size();
    at.lie(row.lies);
    const Run run = at.fleet().run({"--all"});
    INFO(run.err);
    CHECK(run.exit_code == (row.within_the_run ? 0 : 3));
    CHECK(lost_or_damaged(at.fleet()) == std::vector<std::string>{});
    CHECK(at.backups_in_bucket().size() == ++made + at.twins_in_bucket().size());
    if (row.within_the_run) {
      CHECK(run.device("NVR").proof == 4);
      CHECK(at.puts_of_backups(since) == 1);
    } else {
      CHECK(run.device("NVR").result == "not_proven");
      CHECK(at.puts_of_backups(since) <= 2);  // the run's own, and the one of its catching up
    }

    at.store().show_everything();
    at.heal();
    const Run next = at.fleet().run();
    INFO(next.err);
    CHECK(next.exit_code == 0);
    for (const ListedBackup& backup : at.fleet().backups()) CHECK(backup.proof == 4);
    CHECK(at.fleet().anomalies() == std::vector<std::string>{});
    CHECK(at.damage() == std::vector<std::string>{});
  }
}
