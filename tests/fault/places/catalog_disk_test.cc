// The disk of the catalog is full: the run ends with one line, and nothing of what the two places hold is lost.
#include <catch2/catch.hpp>

#include "fleet.h"
#include "support/tmpfs_mount.h"

using namespace coffre::test;

namespace {

namespace fs = std::filesystem;

// Puts the folder's files onto a small disk of its own under the same name.
void move_to_disk(const fs::path& folder, const fs::path& aside) {
  for (const auto& entry : fs::directory_iterator(aside)) fs::copy(entry.path(), folder / entry.path().filename());
}

}  // namespace

TEST_CASE("wherever the catalog's disk is full during a run, the next run with room makes good") {
  constexpr std::size_t kKibibyte = 1024;
  for (const std::size_t left : {0U, 24U, 48U, 96U, 160U, 256U}) {
    INFO("KiB left: " << left);
    Fleet fleet({.devices = 2, .run_settings = "  workers: 1\n"});
    REQUIRE(fleet.run().exit_code == 0);
    const fs::path data = fleet.server() / "data";
    fs::rename(data, fleet.server() / "aside");
    TmpfsMount disk(data, "size=4m");
    REQUIRE(disk.mounted());
    move_to_disk(data, fleet.server() / "aside");
    const auto before = Fleet::objects(fleet.local());

    const auto space = fs::space(data).available;
    write_file(data / "filler", std::string(space - left * kKibibyte, 'x'));
    const Run run = fleet.run({"--all"});
    INFO(run.out << run.err);
    if (left == 0) CHECK(run.error == "no_space");
    if (!run.error.empty()) {
      CHECK(run.exit_code == 1);
      CHECK(run.error == "no_space");
      CHECK_THAT(run.message, Catch::Contains(data.string()));
    }
    // It came to its end: whoever was concerned says so.
    for (const auto& [name, device] : run.devices) {
      if (device.result == "proven") continue;
      CHECK(device.code == "no_space");
      CHECK(run.lines_about(name).size() == 1);
    }
    CHECK(fleet.leaks() == std::vector<std::string>{});

    fs::remove(data / "filler");
    const Run next = fleet.run({"--all"});
    INFO(next.err);
    CHECK(next.exit_code == 0);
    CHECK(fleet.anomalies() == std::vector<std::string>{});
    CHECK(fleet.damage() == std::vector<std::string>{});
    const auto after = Fleet::objects(fleet.local());
    for (const auto& [path, bytes] : before) CHECK((after.contains(path) && after.at(path) == bytes));
  }
}
