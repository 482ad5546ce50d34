// SIGKILL at every named instant of a backup: the next run carries on by itself, and nothing is lost, doubled or left.
#include <signal.h>
#include <catch2/catch.hpp>

#include "fleet.h"

#include "support/source_tree.h"

using namespace coffre::test;

namespace {

const std::vector<std::string>& points() {
  static const std::vector<std::string> kPoints{
      "back_up.locked",    "back_up.leased",           "back_up.identified", "back_up.header_written",
      "back_up.collected", "back_up.identified_again", "back_up.sealed",     "back_up.synced",
      "back_up.opened",    "back_up.intent",           "back_up.linked",     "back_up.recorded",
      "replicate.put",     "replicate.read_back",      "replicate.recorded"};
  return kPoints;
}

// Every fault point in the sources of the two use cases is in the list above.
std::vector<std::string> points_in(const std::string& file) {
  const std::string text = read_file(source_dir() + "/lib/service/" + file);
  const std::string call = "fault_point(\"";
  std::vector<std::string> found;
  for (auto at = text.find(call); at != std::string::npos; at = text.find(call, at + 1)) {
    const auto from = at + call.size();
    found.push_back(text.substr(from, text.find('"', from) - from));
  }
  return found;
}

std::map<std::string, int> backups_by_device(Fleet& fleet, int proof) {
  std::map<std::string, int> count;
  for (const ListedBackup& backup : fleet.backups()) count[backup.device] += backup.proof == proof ? 1 : 0;
  return count;
}

}  // namespace

TEST_CASE("the list of kill points is the one in the sources") {
  for (const char* file : {"back_up.cc", "collect_and_seal.cc", "replicate.cc"}) {
    for (const std::string& point : points_in(file)) CHECK_THAT(points(), Catch::VectorContains(point));
  }
}

TEST_CASE("killed at any instant of the first backups, the next run finishes them") {
  std::vector<std::string> faults;
  for (const std::string& point : points()) faults.push_back("kill:" + point);
  for (const char* second : {"back_up.identified@2", "back_up.linked@2", "back_up.recorded@2", "replicate.put@2"}) {
    faults.push_back("kill:" + std::string(second));
  }
  for (const std::string& fault : faults) {
    Fleet fleet({.devices = 2});
    const Run killed = fleet.run({}, fault);
    const Run next = fleet.run();
    INFO(fault << "\n" << killed.err << next.err);
    CHECK(killed.signal == SIGKILL);
    CHECK(next.exit_code == 0);
    CHECK(backups_by_device(fleet, 4) == std::map<std::string, int>{{"NVR-1", 1}, {"NVR-2", 1}});
    CHECK(fleet.anomalies() == std::vector<std::string>{});
    CHECK(fleet.damage() == std::vector<std::string>{});
  }
}

TEST_CASE("killed during a later backup, the older one stays and the chain goes on") {
  for (const char* fault : {"kill:back_up.sealed", "kill:back_up.linked", "kill:back_up.recorded"}) {
    Fleet fleet({.devices = 1});
    REQUIRE(fleet.run().exit_code == 0);
    const auto before = Fleet::objects(fleet.local());
    const Run killed = fleet.run({"--all"}, fault);
    INFO(fault << "\n" << killed.err);
    CHECK(killed.signal == SIGKILL);
    CHECK(fleet.run().exit_code == 0);  // nothing is due: it only finishes what was left
    CHECK(fleet.damage() == std::vector<std::string>{});
    CHECK(fleet.run({"--all"}).exit_code == 0);
    const auto after = Fleet::objects(fleet.local());
    for (const auto& [path, bytes] : before) CHECK((after.contains(path) && after.at(path) == bytes));
    const std::size_t finished = std::string(fault) == "kill:back_up.sealed" ? 0 : 1;
    CHECK(fleet.backups().size() == 2 + finished);
    CHECK(fleet.damage() == std::vector<std::string>{});
  }
}

TEST_CASE("the search for clear text finds what lies in a file") {
  Fleet fleet({.devices = 1});
  REQUIRE(fleet.leaks() == std::vector<std::string>{});
  write_file(fleet.server() / "left.txt", "user " + std::string(kCanary));
  CHECK(fleet.leaks().size() == 1);
}
