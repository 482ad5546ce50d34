// The local volume cannot be used: no device is asked, one line says why, and the next run goes on when it is back.
#include <catch2/catch.hpp>
#include <functional>

#include "fleet.h"
#include "support/bind_mount.h"
#include "support/tmpfs_mount.h"

using namespace coffre::test;

namespace {

const std::string kForeign = "coffre-installation 00112233445566778899aabbccddeeff\n";

// The whole run was refused: nothing was asked of any device, nothing came about.
void check_refused(Fleet& fleet, const Run& run, int exit_code, const char* error, const char* says) {
  INFO(run.out << run.err);
  CHECK(run.exit_code == exit_code);
  CHECK(run.error == error);
  CHECK_THAT(run.message, Catch::Contains(says));
  CHECK(fleet.recorders().counts("*").total == 0);
}

}  // namespace

TEST_CASE("a local volume that cannot be used ends the run before any device is asked") {
  struct Row {
    const char* name;
    std::function<void(BindMount&)> spoil;
    std::function<void(BindMount&)> mend;
    int exit_code;
    const char* error;
    const char* says;
    const char* anomaly;
  };
  const std::string owner = "_coffre/INSTALLATION";
  std::string ours;
  const std::vector<Row> rows{
      {"read-only", [](BindMount& volume) { REQUIRE(volume.read_only()); },
       [](BindMount& volume) { REQUIRE(volume.writable()); }, 1, "io", "the volume is read-only",
       "replica_unavailable local"},
      {"not mounted: the bare folder", [](BindMount& volume) { volume.unmount(); },
       [](BindMount& volume) { volume.mount(); }, 4, "rule", "perhaps its volume is not mounted",
       "replica_unavailable local"},
      {"another installation's",
       [&](BindMount& volume) {
         ours = read_file(volume.point() / owner);
         write_file(volume.point() / owner, kForeign);
       },
       [&](BindMount& volume) { write_file(volume.point() / owner, ours); }, 4, "rule",
       "belongs to installation 00112233445566778899aabbccddeeff", "replica_unavailable local"},
  };
  TempDir dir;
  BindMount volume(dir / "disk", dir / "mounted");
  REQUIRE(volume.mounted());
  Fleet fleet({.devices = 2, .local = volume.point()});
  REQUIRE(fleet.run().exit_code == 0);
  for (const Row& row : rows) {
    INFO("row: " << row.name);
    fleet.recorders().reset_counts("*");
    row.spoil(volume);
    const bool bare = !volume.mounted();
    check_refused(fleet, fleet.run({"--all"}), row.exit_code, row.error, row.says);
    CHECK(fleet.anomalies() == std::vector<std::string>{row.anomaly});
    if (bare) CHECK(Fleet::objects(volume.point()).empty());
    row.mend(volume);
    CHECK(fleet.run({"--all"}).exit_code == 0);
    CHECK(fleet.anomalies() == std::vector<std::string>{});
  }
  CHECK(fleet.damage() == std::vector<std::string>{});
}

TEST_CASE("a full volume: the reserve is kept for interventions, and nothing is deleted to make room") {
  TempDir dir;
  TmpfsMount volume(dir / "volume", "size=8m");
  REQUIRE(volume.mounted());
  Fleet fleet({.devices = 2, .local = dir / "volume"});
  REQUIRE(fleet.run().exit_code == 0);
  const auto before = Fleet::objects(fleet.local());
  fleet.recorders().reset_counts("*");

  const auto filler = dir / "volume" / "filler";
  const auto space = std::filesystem::space(dir / "volume");
  write_file(filler, std::string(space.available - space.capacity / 50, 'x'));  // 2 % are left
  const Run run = fleet.run({"--all"});
  check_refused(fleet, run, 1, "no_space", "Make room or enlarge the volume");
  CHECK(fleet.anomalies() == std::vector<std::string>{"disk_space local"});

  std::filesystem::remove(filler);
  CHECK(Fleet::objects(fleet.local()) == before);
  CHECK(fleet.run({"--all"}).exit_code == 0);
  CHECK(fleet.anomalies() == std::vector<std::string>{});
  CHECK(fleet.damage() == std::vector<std::string>{});
}

TEST_CASE("a backup that does not fit leaves nothing, and the smaller ones are made") {
  TempDir dir;
  TmpfsMount volume(dir / "volume", "size=6m");
  REQUIRE(volume.mounted());
  Fleet fleet({.devices = 2, .run_settings = "  workers: 1\n", .local = dir / "volume"});
  fleet.recorders().set("NVR-1", "size", "12000000");

  const Run run = fleet.run();
  INFO(run.err);
  CHECK(run.exit_code == 3);
  CHECK(run.device("NVR-1").result == "failed");
  CHECK(run.device("NVR-1").code == "no_space");
  CHECK(run.device("NVR-2").result == "proven");
  REQUIRE(run.lines_about("NVR-1").size() == 1);
  CHECK(fleet.anomalies() == std::vector<std::string>{"backup_missing " + Fleet::display("NVR-1"), "disk_space local"});
  CHECK(fleet.damage() == std::vector<std::string>{});

  fleet.recorders().set("NVR-1", "size", "100000");
  CHECK(fleet.run().exit_code == 0);
  CHECK(fleet.anomalies() == std::vector<std::string>{});
  CHECK(fleet.damage() == std::vector<std::string>{});
}
