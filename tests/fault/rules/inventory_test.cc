// Rule 8: a device once seen stays expected, and a load that loses too many of them is refused.
#include <catch2/catch.hpp>

#include "fleet.h"

using namespace coffre::test;

TEST_CASE("an inventory that loses devices is refused above 5 %, and named below") {
  constexpr std::size_t kDevices = 25;
  Fleet fleet({.devices = kDevices});
  const std::vector<std::string> one{"--device", Fleet::display("NVR-1")};
  REQUIRE(fleet.run(one).exit_code == 0);

  // One of 25.
  fleet.write_inventory(kDevices, "NVR-25");
  const Run tolerated = fleet.run(one);
  INFO(tolerated.err);
  CHECK(tolerated.exit_code == 3);
  CHECK(tolerated.device("NVR-1").result == "proven");
  CHECK(tolerated.missing == std::vector<std::string>{Fleet::display("NVR-25")});
  REQUIRE(tolerated.lines_about("NVR-25").size() == 1);

  // Three of 25.
  fleet.write_inventory(kDevices - 3);
  fleet.recorders().reset_counts("*");
  const Run refused = fleet.run(one);
  INFO(refused.out);
  CHECK(refused.exit_code == 4);
  CHECK(refused.error == "rule");
  CHECK_THAT(refused.message, Catch::Contains("3 of 25 expected devices are no longer in it") &&
                                  Catch::Contains("backupd inventory accept --ticket T --reason R"));
  CHECK(fleet.recorders().counts("*").total == 0);
  CHECK(fleet.anomalies() == std::vector<std::string>{"inventory_shrunk inventory"});

  const auto accepted = fleet.call("backupd", {"inventory", "accept", "--ticket", "T-1", "--reason", "sold"});
  INFO(accepted.err);
  CHECK(accepted.exit_code == 0);
  const Run after = fleet.run(one);
  INFO(after.err);
  CHECK(after.exit_code == 3);
  CHECK(after.device("NVR-1").result == "proven");
  CHECK(after.missing.size() == 3);
  CHECK(fleet.anomalies() == std::vector<std::string>{});

  // What was accepted is that loss, and no other.
  fleet.write_inventory(kDevices - 5);
  CHECK(fleet.run(one).exit_code == 4);
  fleet.write_inventory(kDevices);
  CHECK(fleet.run(one).exit_code == 0);
  CHECK(fleet.damage() == std::vector<std::string>{});
}

TEST_CASE("an inventory that lost all of its files, or one of two, is refused too, and nothing is asked") {
  Fleet fleet({.devices = 4});
  REQUIRE(fleet.run().exit_code == 0);
  const auto folder = fleet.server() / "inventory";
  const std::string whole = read_file(folder / "fleet.yaml");
  fleet.recorders().reset_counts("*");

  SECTION("one of two") {
    fleet.write_inventory(2);
    const Run run = fleet.run();
    INFO(run.out << run.err);
    CHECK(run.exit_code == 4);
    CHECK_THAT(run.message, Catch::Contains("2 of 4 expected devices") &&
                                Catch::Contains("backupd inventory accept --ticket T --reason R"));
  }
  SECTION("empty") {
    write_file(folder / "fleet.yaml", "devices:\n");
    const Run run = fleet.run();
    INFO(run.out << run.err);
    CHECK(run.exit_code == 4);
    CHECK_THAT(run.message, Catch::Contains("4 of 4 expected devices"));
  }
  SECTION("gone") {
    std::filesystem::remove(folder / "fleet.yaml");
    const Run run = fleet.run();
    INFO(run.out << run.err);
    CHECK((run.exit_code == 4 || run.exit_code == 2));
    CHECK_THAT(run.message, Catch::Contains("inventory"));
  }
  CHECK(fleet.recorders().counts("*").total == 0);
  write_file(folder / "fleet.yaml", whole);
  CHECK(fleet.run({"--all"}).exit_code == 0);
  CHECK(fleet.anomalies() == std::vector<std::string>{});
  CHECK(fleet.damage() == std::vector<std::string>{});
}
