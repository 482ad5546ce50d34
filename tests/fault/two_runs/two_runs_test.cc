// Two runs at once, one of them perhaps stopped in the middle: each device is backed up once, and nothing is damaged.
#include <signal.h>
#include <catch2/catch.hpp>

#include "fleet.h"
#include "kills/kill_points.h"

using namespace coffre::test;

namespace {

void check_once_each(Fleet& fleet, std::size_t devices) {
  const auto backups = fleet.backups();
  CHECK(backups.size() == devices);
  for (const ListedBackup& backup : backups) {
    CHECK(backup.sequence == 1);
    CHECK(backup.proof == 4);
  }
  CHECK(fleet.damage() == std::vector<std::string>{});
}

void check_losers(const Run& run) {
  INFO("signal " << run.signal << "\n" << run.out << run.err);
  CHECK((run.exit_code == 0 || run.exit_code == 1 || run.exit_code == 3));
  for (const auto& [name, device] : run.devices) {
    if (device.result != "failed") continue;
    CHECK(device.code == "conflict");
    // Who holds it is written just after it was taken, so it may be unknown for an instant.
    CHECK_THAT(device.message, Catch::Contains("backupd (process ") || Catch::Contains("another process is at it"));
  }
}

}  // namespace

TEST_CASE("two runs at once back up each device once, and the loser says who is at it") {
  Fleet fleet({.devices = 4});
  ChildProcess one = fleet.start_run();
  ChildProcess two = fleet.start_run();
  check_losers(fleet.finish(one));
  check_losers(fleet.finish(two));
  check_once_each(fleet, 4);
}

TEST_CASE("a run that is stopped in the middle and continued after another one doubles nothing") {
  Fleet fleet({.devices = 3, .run_settings = "  workers: 1\n"});
  ChildProcess paused = fleet.start_run({}, "stop:back_up.collected");
  paused.wait_stopped();

  const Run other = fleet.run();
  INFO(other.err);
  CHECK(other.exit_code == 3);
  CHECK(other.device("NVR-1").code == "conflict");
  CHECK_THAT(other.device("NVR-1").message,
             Catch::Contains("backupd (process " + std::to_string(paused.pid()) + " on "));
  CHECK(other.lines_about("NVR-1").size() == 1);
  CHECK(other.device("NVR-2").result == "proven");
  CHECK(other.device("NVR-3").result == "proven");

  paused.send_signal(SIGCONT);
  const Run continued = fleet.finish(paused);
  INFO(continued.err);
  CHECK(continued.exit_code == 0);
  CHECK(continued.device("NVR-2").name == other.device("NVR-2").name);  // made meanwhile: that one counts
  check_once_each(fleet, 3);
  CHECK(fleet.anomalies() == std::vector<std::string>{});
}

TEST_CASE("a catalog is not made anew while a run is at work with it") {
  Fleet fleet({.devices = 1});
  ChildProcess paused = fleet.start_run({}, "stop:back_up.collected");
  paused.wait_stopped();
  const auto rebuilt = fleet.call("restore-cli", {"rebuild-catalog", "--from", "local", "--replace"});
  INFO(rebuilt.err);
  CHECK(rebuilt.exit_code == 1);
  CHECK_THAT(rebuilt.err, Catch::Contains("process " + std::to_string(paused.pid()) + " is at work with it"));
  paused.send_signal(SIGCONT);
  CHECK(fleet.finish(paused).exit_code == 0);
  check_once_each(fleet, 1);
}

TEST_CASE("a run that is stopped at any instant and continued after another one loses and doubles nothing") {
  for (const std::string& point : run_points()) {
    Fleet fleet({.devices = 2, .run_settings = "  workers: 1\n"});
    ChildProcess paused = fleet.start_run({}, "stop:" + point);
    paused.wait_stopped();
    const Run other = fleet.run();
    paused.send_signal(SIGCONT);
    const Run continued = fleet.finish(paused);
    INFO(point << "\n" << other.err << continued.err);
    check_losers(other);
    CHECK(other.device("NVR-2").result == "proven");
    CHECK(continued.exit_code == 0);
    check_once_each(fleet, 2);
    CHECK(fleet.anomalies() == std::vector<std::string>{});
  }
}

TEST_CASE("a run that is stopped and never continued is killed, and the device is free again") {
  Fleet fleet({.devices = 1});
  ChildProcess paused = fleet.start_run({}, "stop:back_up.intent");
  paused.wait_stopped();
  const Run other = fleet.run();
  INFO(other.err);
  CHECK(other.exit_code == 1);
  CHECK(other.device("NVR").code == "conflict");
  REQUIRE(other.lines_about("NVR").size() == 1);
  paused.send_signal(SIGKILL);
  CHECK(fleet.finish(paused).signal == SIGKILL);
  CHECK(fleet.run().exit_code == 0);
  check_once_each(fleet, 1);
  CHECK(fleet.anomalies() == std::vector<std::string>{});
}
