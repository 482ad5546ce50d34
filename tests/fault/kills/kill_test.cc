// SIGKILL at every named instant of a backup: the next run carries on by itself, and nothing is lost, doubled or left.
#include <signal.h>
#include <catch2/catch.hpp>

#include "fleet.h"
#include "kill_points.h"

using namespace coffre::test;

namespace {

std::map<std::string, int> backups_by_device(Fleet& fleet, int proof) {
  std::map<std::string, int> count;
  for (const ListedBackup& backup : fleet.backups()) count[backup.device] += backup.proof == proof ? 1 : 0;
  return count;
}

}  // namespace

TEST_CASE("killed at any instant of the first backups, the next run finishes them") {
  std::vector<std::string> faults;
  for (const std::string& point : run_points()) faults.push_back("kill:" + point);
  for (const char* second : {"back_up.identified@2", "back_up.linked@2", "back_up.recorded@2", "replicate.put@2"}) {
    faults.push_back("kill:" + std::string(second));
  }
  for (const std::string& fault : faults) {
    Fleet fleet({.devices = 2});
    const Run killed = fleet.run({}, fault);
    CHECK(fleet.leaks() == std::vector<std::string>{});  // as the kill left it: the catalog's WAL, unnamed files
    const Run next = fleet.run();
    INFO(fault << "\n" << killed.err << next.err);
    CHECK(killed.signal == SIGKILL);
    CHECK(next.exit_code == 0);
    CHECK(backups_by_device(fleet, 4) == std::map<std::string, int>{{"NVR-1", 1}, {"NVR-2", 1}});
    CHECK(fleet.anomalies() == std::vector<std::string>{});
    CHECK(fleet.damage() == std::vector<std::string>{});
  }
}

TEST_CASE("killed at any instant of a later backup, the older one stays and the chain goes on") {
  // From the intent on, the next run finishes what it finds; before, nothing of the backup was named.
  const std::vector<std::string> finished{"back_up.linked", "back_up.recorded", "replicate.put", "replicate.read_back",
                                          "replicate.recorded"};
  for (const std::string& point : run_points()) {
    Fleet fleet({.devices = 1});
    REQUIRE(fleet.run().exit_code == 0);
    const auto before = Fleet::objects(fleet.local());
    const Run killed = fleet.run({"--all"}, "kill:" + point);
    INFO(point << "\n" << killed.err);
    CHECK(killed.signal == SIGKILL);
    CHECK(fleet.leaks() == std::vector<std::string>{});
    CHECK(fleet.run().exit_code == 0);  // nothing is due: it only finishes what was left
    CHECK(fleet.damage() == std::vector<std::string>{});
    CHECK(fleet.run({"--all"}).exit_code == 0);
    const auto after = Fleet::objects(fleet.local());
    for (const auto& [path, bytes] : before) CHECK((after.contains(path) && after.at(path) == bytes));
    const bool kept = std::find(finished.begin(), finished.end(), point) != finished.end();
    CHECK(fleet.backups().size() == (kept ? 3U : 2U));
    CHECK(fleet.anomalies() == std::vector<std::string>{});
    CHECK(fleet.damage() == std::vector<std::string>{});
  }
}

TEST_CASE("killed while a suspect backup is put aside, it is put aside once") {
  for (const char* point : {"back_up.sealed", "back_up.intent", "back_up.linked", "back_up.recorded", "replicate.put",
                            "replicate.recorded"}) {
    Fleet fleet({.devices = 1});
    REQUIRE(fleet.run().exit_code == 0);
    fleet.recorders().fault("NVR", "half-size");
    const Run killed = fleet.run({"--all"}, "kill:" + std::string(point));
    INFO(point << "\n" << killed.err);
    CHECK(killed.signal == SIGKILL);
    CHECK(fleet.leaks() == std::vector<std::string>{});
    CHECK(fleet.run().exit_code == 0);
    for (const ListedBackup& backup : fleet.backups()) CHECK(backup.suspect == (backup.sequence == 2));
    CHECK(fleet.damage() == std::vector<std::string>{});
    fleet.recorders().heal("NVR");
    CHECK(fleet.run({"--all"}).exit_code == 0);
    CHECK(fleet.anomalies() == std::vector<std::string>{});
    CHECK(fleet.damage() == std::vector<std::string>{});
  }
}

TEST_CASE("killed three times in a row, at one step further each time, the fourth run finishes") {
  Fleet fleet({.devices = 3, .run_settings = "  workers: 1\n"});
  for (const char* fault : {"kill:back_up.linked", "kill:back_up.recorded", "kill:replicate.put"}) {
    CHECK(fleet.run({}, fault).signal == SIGKILL);
    CHECK(fleet.leaks() == std::vector<std::string>{});
  }
  const Run next = fleet.run();
  INFO(next.err);
  CHECK(next.exit_code == 0);
  CHECK(backups_by_device(fleet, 4) == std::map<std::string, int>{{"NVR-1", 1}, {"NVR-2", 1}, {"NVR-3", 1}});
  CHECK(fleet.anomalies() == std::vector<std::string>{});
  CHECK(fleet.damage() == std::vector<std::string>{});
}
