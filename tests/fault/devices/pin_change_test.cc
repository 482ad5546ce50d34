// Another certificate answered: the matter stays open until a person has said why, whether the new one is confirmed or
// the old one is there again.
#include <catch2/catch.hpp>

#include "fleet.h"

using namespace coffre::test;

namespace {

std::filesystem::path inventory_of(const Fleet& fleet) {
  return fleet.server() / "inventory" / "fleet.yaml";
}

}  // namespace

TEST_CASE("a changed certificate is confirmed by a person, and with a reason") {
  Fleet fleet({.devices = 1});
  const std::string display = Fleet::display(fleet.name(1));
  const std::string old_pin = fleet.recorders().devices()[0].pin;
  const std::string before = read_file(inventory_of(fleet));
  const std::string new_pin = fleet.recorders().new_certificate(fleet.name(1));
  const std::vector<std::string> open{"pin_changed " + display};
  CHECK(fleet.run().exit_code == 7);
  REQUIRE(fleet.anomalies() == open);
  fleet.recorders().reset_counts("*");

  SECTION("without a reason, and nobody to ask: usage, and nothing is changed") {
    const auto confirmed = fleet.call("backupd", {"device", "pin", display, "--pin", new_pin});
    INFO(confirmed.err);
    CHECK(confirmed.exit_code == 2);
    CHECK_THAT(confirmed.err, Catch::Contains("--reason"));
    CHECK(read_file(inventory_of(fleet)) == before);
    CHECK(fleet.anomalies() == open);
    CHECK(fleet.journal("device_pin").empty());
  }
  SECTION("at the terminal: old and new side by side, a comparison, a reason") {
    ChildProcess child = fleet.start_at_terminal("backupd", {"device", "pin", display, "--ticket", "T-9"});
    child.wait_for_err("[y/N] ");
    CHECK_THAT(child.result().err, Catch::Contains("\n  pin          " + new_pin + "\n"));
    child.write_input("y\n");
    child.wait_for_err("Why did it change?");
    child.write_input("renewed by the site\n");
    const ChildResult confirmed = child.wait();
    INFO(confirmed.err);
    CHECK(confirmed.exit_code == 0);
    CHECK_THAT(confirmed.err, Catch::Contains("old pin  " + old_pin + "\nnew pin  " + new_pin));
    CHECK(fleet.anomalies() == std::vector<std::string>{});
    CHECK(fleet.journal("device_pin") == std::vector<std::string>{display + " done T-9 new=" + new_pin +
                                                                  " old=" + old_pin + " reason=renewed by the site"});
    CHECK(fleet.run().exit_code == 0);
  }
  SECTION("a person who does not recognize it changes nothing") {
    ChildProcess child = fleet.start_at_terminal("backupd", {"device", "pin", display, "--quiet"});
    child.wait_for_err("[y/N] ");
    CHECK_THAT(child.result().err, Catch::Contains(new_pin));  // whom nothing is shown is asked nothing
    child.write_input("n\n");
    CHECK(child.wait().exit_code == 4);
    CHECK(read_file(inventory_of(fleet)) == before);
    CHECK(fleet.anomalies() == open);
  }
  CHECK(fleet.damage() == std::vector<std::string>{});
}

TEST_CASE("the confirmed certificate is back: backups go on, and the matter waits for a person's conclusion") {
  Fleet fleet({.devices = 1});
  const std::string display = Fleet::display(fleet.name(1));
  const std::string pin = fleet.recorders().new_certificate(fleet.name(1));
  REQUIRE(fleet.run().exit_code == 7);
  fleet.write_inventory(1);  // a stranger's certificate answered; now the one that the inventory has
  REQUIRE(fleet.run().exit_code == 0);
  const std::vector<std::string> open{"pin_changed " + display};
  REQUIRE(fleet.anomalies() == open);
  const std::string inventory = read_file(inventory_of(fleet));

  const auto asked = fleet.call("backupd", {"device", "pin", display});
  INFO(asked.err);
  CHECK(asked.exit_code == 0);
  CHECK_THAT(asked.err,
             Catch::Contains("nothing to change") && Catch::Contains("backupd device pin " + display + " --reason R"));
  CHECK_THAT(fleet.call("backupd", {"device", "pin", display, "--json"}).out, Catch::Contains("\"anomaly\": \"open\""));
  CHECK(fleet.anomalies() == open);

  const auto concluded = fleet.call(
      "backupd", {"device", "pin", display, "--reason", "a proxy during the works", "--ticket", "T-4", "--json"});
  INFO(concluded.err);
  CHECK(concluded.exit_code == 0);
  CHECK_THAT(concluded.out, Catch::Contains("\"changed\": false") && Catch::Contains("\"anomaly\": \"closed\""));
  CHECK(fleet.anomalies() == std::vector<std::string>{});
  CHECK(fleet.journal("device_pin") == std::vector<std::string>{display + " done T-4 new=" + pin + " old=" + pin +
                                                                " reason=a proxy during the works"});
  CHECK(read_file(inventory_of(fleet)) == inventory);

  const auto later = fleet.call("backupd", {"device", "pin", display, "--reason", "again", "--json"});
  CHECK_THAT(later.out, Catch::Contains("\"anomaly\": \"none\""));
  CHECK(fleet.journal("device_pin").size() == 1);
  CHECK(fleet.damage() == std::vector<std::string>{});
}
