// The second place is away for a week: a run each night says so, with what waits and since when; the run that finds it
// again copies everything, in memory that does not grow with what waits.
#include <signal.h>
#include <catch2/catch.hpp>
#include <fstream>
#include <functional>

#include "bucket_fleet.h"
#include "cli/output.h"
#include "support/bind_mount.h"

using namespace coffre::test;

namespace {

constexpr std::size_t kDevices = 6;
constexpr int kNights = 7;
constexpr std::size_t kSize = 2'500'000;  // of each export

FleetOptions six_devices() {
  return {.devices = kDevices, .recorder = {"--make", "hikvision", "--size", std::to_string(kSize)}};
}

// The most memory that a living process ever had. (wait4's ru_maxrss counts the test's own, from before exec.)
std::size_t most_memory(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stoul(line.substr(line.find_first_of("0123456789"))) * 1024;
  }
  throw std::runtime_error("no VmHWM in /proc");
}

std::size_t weight_of_backups(const Fleet& fleet) {
  std::size_t weight = 0;
  for (const auto& [path, content] : Fleet::objects(fleet.local())) {
    if (path.ends_with(".bak")) weight += content.size();
  }
  return weight;
}

// `before`: what the backups weighed when the place went away.
void check_night(Fleet& fleet, int night, std::size_t before) {
  INFO("night " << night);
  const Run run = fleet.run({"--all"});
  INFO(run.err);
  CHECK(run.exit_code == 3);
  CHECK(run.not_replicated == static_cast<int>(kDevices) * night);
  for (const auto& [name, device] : run.devices) {
    CHECK(device.result == "not_proven");
    CHECK(device.proof == 1);
  }
  const std::string waits = std::to_string(kDevices * static_cast<std::size_t>(night)) + " backups (" +
                            coffre::cli::size_text(weight_of_backups(fleet) - before) + ") wait for it";
  CHECK_THAT(run.err, Catch::Contains("The second place is away or refuses since") && Catch::Contains(waits));
}

// The last of the week's copies has been recorded; the process has done everything but leave.
void check_catch_up(Fleet& fleet, std::size_t before) {
  constexpr std::size_t kWaiting = kDevices * kNights;
  const std::size_t weight = weight_of_backups(fleet) - before;
  ChildProcess run = fleet.start_run({}, "stop:replicate.recorded@" + std::to_string(kWaiting));
  run.wait_stopped(std::chrono::minutes{4});
  const std::size_t memory = most_memory(run.pid());
  run.send_signal(SIGCONT);
  const Run caught_up = fleet.finish(run);
  INFO(caught_up.err);
  CHECK(caught_up.exit_code == 0);
  CHECK(caught_up.not_replicated == 0);
  CAPTURE(memory, weight);
  CHECK(weight > kWaiting * kSize);
  CHECK(memory < weight / 2);
  CHECK_THAT(caught_up.err, !Catch::Contains("backups ("));

  const std::vector<ListedBackup> backups = fleet.backups();
  CHECK(backups.size() == kWaiting + kDevices);
  for (const ListedBackup& backup : backups) {
    INFO(backup.name);
    CHECK(backup.proof == 4);
    CHECK(backup.copies == std::map<std::string, std::string>{{"local", "good"}, {"cloud", "good"}});
  }
  std::size_t read_back = 0;
  for (const std::string& row : fleet.journal("replicate")) {
    if (row.find(" done ") != std::string::npos) ++read_back;
  }
  CHECK(read_back >= kWaiting);
  CHECK(fleet.anomalies() == std::vector<std::string>{});
}

}  // namespace

TEST_CASE("a directory that is not mounted for a week gets everything when it is back") {
  TempDir dir;
  BindMount place(dir / "bucket", dir / "mounted");
  REQUIRE(place.mounted());
  FleetOptions options = six_devices();
  options.cloud = place.point();
  Fleet fleet(options);
  REQUIRE(fleet.run().exit_code == 0);
  const std::size_t before = weight_of_backups(fleet);
  place.unmount();
  for (int night = 1; night <= kNights; ++night) {
    fleet.set_clock_ahead(night);
    check_night(fleet, night, before);
    CHECK(Fleet::objects(place.point()).empty());
  }
  place.mount();
  check_catch_up(fleet, before);
  CHECK(fleet.damage() == std::vector<std::string>{});
}

TEST_CASE("a bucket whose store does not listen for a week gets everything when it does") {
  BucketFleet at(six_devices());
  Fleet& fleet = at.fleet();
  REQUIRE(fleet.run().exit_code == 0);
  const std::size_t before = weight_of_backups(fleet);
  at.store().stop_listening();
  for (int night = 1; night <= kNights; ++night) {
    at.set_clock_ahead(night);
    check_night(fleet, night, before);
  }
  CHECK(at.backups_in_bucket().size() == kDevices);
  at.store().listen_again();
  check_catch_up(fleet, before);
  CHECK(at.twins_in_bucket() == std::vector<std::string>{});
  CHECK(at.damage() == std::vector<std::string>{});
}
