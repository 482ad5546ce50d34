// A place goes away, or fills up, while a run is in the middle of a backup: nothing is written into the bare folder,
// the line says it, and the next run finishes.
#include <signal.h>
#include <catch2/catch.hpp>
#include <functional>

#include "base/text.h"
#include "fleet.h"
#include "support/bind_mount.h"
#include "support/tmpfs_mount.h"

using namespace coffre::test;

namespace {

// Runs until the fault point, does `harm` there, and lets the run go on.
Run run_with_harm(Fleet& fleet, const std::string& point, const std::function<void()>& harm) {
  ChildProcess run = fleet.start_run({"--all"}, "stop:" + point);
  run.wait_stopped();
  harm();
  run.send_signal(SIGCONT);
  return fleet.finish(run);
}

void take_every_inode(const std::filesystem::path& folder) {
  std::error_code full;
  for (int number = 0; !full; ++number) std::filesystem::create_directories(folder / std::to_string(number), full);
}

void check_next_run(Fleet& fleet) {
  const Run next = fleet.run({"--all"});
  INFO(next.err);
  CHECK(next.exit_code == 0);
  for (const ListedBackup& backup : fleet.backups()) CHECK(backup.proof == 4);
  CHECK(fleet.anomalies() == std::vector<std::string>{});
  CHECK(fleet.damage() == std::vector<std::string>{});
}

}  // namespace

TEST_CASE("a place that is unmounted during a backup gets nothing in its bare folder, and the next run goes on") {
  struct Row {
    const char* name;
    const char* point;
    bool local;
    const char* result;
    int exit_code;
    const char* anomaly;  // of the device; "" when its week's backup was there before
  };
  const std::vector<Row> rows{
      {"local, while it collects", "back_up.collected", true, "failed", 1, ""},
      {"local, before the backup gets its name", "back_up.intent", true, "failed", 1, ""},
      {"local, once the backup is on record", "back_up.recorded", true, "not_proven", 3, "replica_missing"},
      {"second, before the copy is put", "replicate.put", false, "not_proven", 3, "replica_missing"},
      {"second, before the copy is read back", "replicate.read_back", false, "not_proven", 3, "replica_missing"},
  };
  for (const Row& row : rows) {
    INFO("row: " << row.name);
    TempDir dir;
    BindMount place(dir / "disk", dir / "mounted");
    REQUIRE(place.mounted());
    FleetOptions options{.devices = 1};
    (row.local ? options.local : options.cloud) = place.point();
    Fleet fleet(options);
    REQUIRE(fleet.run().exit_code == 0);
    const auto before = Fleet::objects(place.real());

    const Run run = run_with_harm(fleet, row.point, [&] { place.unmount(); });
    INFO(run.err);
    CHECK(run.exit_code == row.exit_code);
    CHECK(run.device("NVR").result == row.result);
    CHECK_THAT(run.device("NVR").message, Catch::Contains("mounted"));
    CHECK(run.lines_about("NVR").size() == 1);
    CHECK(Fleet::objects(place.point()).empty());
    CHECK(fleet.leaks() == std::vector<std::string>{});
    const std::vector<std::string> anomalies = fleet.anomalies();
    std::vector<std::string> of_device;
    for (const std::string& anomaly : anomalies) {
      if (anomaly.ends_with(" " + Fleet::display("NVR"))) of_device.push_back(anomaly.substr(0, anomaly.find(' ')));
    }
    CHECK(coffre::join(of_device, " ") == row.anomaly);
    // The place that is named is the one that is away.
    const std::string other = row.local ? "replica_unavailable cloud" : "replica_unavailable local";
    CHECK_THAT(anomalies, !Catch::VectorContains(other));

    place.mount();
    const auto after = Fleet::objects(place.real());
    for (const auto& [path, bytes] : before) CHECK((after.contains(path) && after.at(path) == bytes));
    check_next_run(fleet);
  }
}

TEST_CASE("a place that fills up during a backup keeps what it has, and the next run goes on when there is room") {
  struct Row {
    const char* name;
    const char* point;
    bool local;
    const char* result;
    std::vector<std::string> anomalies;
    bool inodes = false;  // there is room, but no inode
  };
  const std::string display = Fleet::display("NVR");
  const std::vector<Row> rows{
      {"local", "back_up.header_written", true, "failed", {"disk_space local"}},
      {"second", "replicate.put", false, "not_proven", {"replica_missing " + display, "replica_unavailable cloud"}},
      {"second, without an inode left",
       "replicate.put",
       false,
       "not_proven",
       {"replica_missing " + display, "replica_unavailable cloud"},
       true},
  };
  for (const Row& row : rows) {
    INFO("row: " << row.name);
    TempDir dir;
    TmpfsMount volume(dir / "volume", "size=8m,nr_inodes=64");
    REQUIRE(volume.mounted());
    FleetOptions options{.devices = 1};
    (row.local ? options.local : options.cloud) = dir / "volume";
    Fleet fleet(options);
    REQUIRE(fleet.run().exit_code == 0);

    const auto filler = dir / "volume" / "filler";
    const Run run = run_with_harm(fleet, row.point, [&] {
      if (row.inodes) {
        take_every_inode(filler);
      } else {
        write_file(filler, std::string(std::filesystem::space(dir / "volume").available, 'x'));
      }
    });
    INFO(run.err);
    CHECK(run.device("NVR").result == row.result);
    CHECK(run.device("NVR").code == "no_space");
    CHECK(run.lines_about("NVR").size() == 1);
    CHECK(fleet.anomalies() == row.anomalies);
    CHECK(fleet.leaks() == std::vector<std::string>{});
    std::filesystem::remove_all(filler);
    check_next_run(fleet);
  }
}
