// An error at every named instant of a backup, in place of a kill: the run says it and ends, and the next one carries
// on.
#include <algorithm>
#include <catch2/catch.hpp>

#include "fleet.h"
#include "kill_points.h"

using namespace coffre::test;

TEST_CASE("an error at any instant of a backup is told in one line, and the next run finishes") {
  for (const std::string& point : run_points()) {
    Fleet fleet({.devices = 1});
    // The failure comes some seconds after the backup's own time: what is recorded later ends the matter all the same.
    if (point == "back_up.linked" || point == "back_up.recorded") fleet.recorders().set("NVR", "delay-ms", "100");
    const Run failed = fleet.run({}, "fail:" + point);
    INFO(point << "\n" << failed.out << failed.err);
    const bool all_on_record = point == run_points().back();
    CHECK((all_on_record ? failed.exit_code == 0 : failed.exit_code == 1 || failed.exit_code == 3));
    CHECK((failed.error == "internal" || failed.device("NVR").code == "internal"));
    CHECK(failed.lines_about("NVR").size() <= 1);
    CHECK_THAT(failed.out, Catch::Contains(point));
    CHECK(fleet.leaks() == std::vector<std::string>{});
    const Run next = fleet.run();
    INFO(next.err);
    CHECK(next.exit_code == 0);
    const auto backups = fleet.backups();
    REQUIRE(backups.size() == 1);
    CHECK(backups[0].sequence == 1);
    CHECK(backups[0].proof == 4);
    CHECK(fleet.anomalies() == std::vector<std::string>{});
    CHECK(fleet.damage() == std::vector<std::string>{});
  }
}
