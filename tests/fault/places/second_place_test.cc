// The second place is away: backups are made all the same, say that they are not proven, and are caught up by the next
// run that finds it.
#include <catch2/catch.hpp>
#include <functional>

#include "fleet.h"
#include "support/bind_mount.h"

using namespace coffre::test;

TEST_CASE("without the second place backups are made, not proven, and caught up by the next run") {
  struct Row {
    const char* name;
    std::function<void(BindMount&)> spoil;
    std::function<void(BindMount&)> mend;
  };
  const std::vector<Row> rows{
      {"read-only", [](BindMount& place) { REQUIRE(place.read_only()); },
       [](BindMount& place) { REQUIRE(place.writable()); }},
      {"not mounted: the bare folder", [](BindMount& place) { place.unmount(); },
       [](BindMount& place) { place.mount(); }},
      {"gone with its folder",
       [](BindMount& place) {
         place.unmount();
         std::filesystem::remove(place.point());
       },
       [](BindMount& place) {
         std::filesystem::create_directory(place.point());
         place.mount();
       }},
  };
  for (const Row& row : rows) {
    INFO("row: " << row.name);
    TempDir dir;
    BindMount place(dir / "bucket", dir / "mounted");
    REQUIRE(place.mounted());
    Fleet fleet({.devices = 2, .cloud = place.point()});
    REQUIRE(fleet.run().exit_code == 0);
    const auto before = Fleet::objects(place.real());

    row.spoil(place);
    const Run run = fleet.run({"--all"});
    INFO(run.out << run.err);
    CHECK(run.exit_code == 3);
    CHECK(run.not_replicated == 2);
    for (const char* device : {"NVR-1", "NVR-2"}) {
      CHECK(run.device(device).result == "not_proven");
      CHECK(run.device(device).proof == 1);
      const auto lines = run.lines_about(device);
      REQUIRE(lines.size() == 1);
      CHECK_THAT(lines[0], Catch::Contains("cloud") || Catch::Contains("mounted"));
    }
    CHECK(fleet.anomalies() == std::vector<std::string>{"replica_missing " + Fleet::display("NVR-1"),
                                                        "replica_missing " + Fleet::display("NVR-2"),
                                                        "replica_unavailable cloud"});
    CHECK(Fleet::objects(place.real()) == before);
    if (!place.mounted() && std::filesystem::exists(place.point())) CHECK(Fleet::objects(place.point()).empty());

    row.mend(place);
    const Run next = fleet.run();
    INFO(next.err);
    CHECK(next.exit_code == 0);
    for (const ListedBackup& backup : fleet.backups()) CHECK(backup.proof == 4);
    CHECK(fleet.anomalies() == std::vector<std::string>{});
    CHECK(fleet.damage() == std::vector<std::string>{});
  }
}

TEST_CASE("another installation's second place ends the run, and nothing is put there") {
  Fleet fleet({.devices = 1});
  REQUIRE(fleet.run().exit_code == 0);
  const auto owner = fleet.cloud() / "_coffre/INSTALLATION";
  const std::string ours = read_file(owner);
  write_file(owner, "coffre-installation 00112233445566778899aabbccddeeff\n");
  const auto before = Fleet::objects(fleet.cloud());
  fleet.recorders().reset_counts("*");

  const Run run = fleet.run({"--all"});
  INFO(run.out << run.err);
  CHECK(run.exit_code == 4);
  CHECK(run.error == "rule");
  CHECK_THAT(run.message,
             Catch::Contains("cloud") && Catch::Contains("belongs to installation 00112233445566778899aabbccddeeff"));
  CHECK(fleet.recorders().counts("*").total == 0);
  CHECK(Fleet::objects(fleet.cloud()) == before);

  write_file(owner, ours);
  CHECK(fleet.run({"--all"}).exit_code == 0);
  CHECK(fleet.anomalies() == std::vector<std::string>{});
  CHECK(fleet.damage() == std::vector<std::string>{});
}
