// Rule 10 for a suspect backup, through the programs: looked at, accepted under a ticket, collected anew and proven.
#include <catch2/catch.hpp>

#include "fleet.h"

using namespace coffre::test;

TEST_CASE("a suspect backup is accepted with a ticket and a reason, and the next run is proven") {
  Fleet fleet({.devices = 1});
  const std::string display = Fleet::display(fleet.name(1));
  REQUIRE(fleet.run().exit_code == 0);
  fleet.recorders().set(fleet.name(1), "serial", "REPLACED-0001");
  const Run doubted = fleet.run({"--all"});
  INFO(doubted.err);
  CHECK(doubted.exit_code == 1);
  REQUIRE(doubted.device(fleet.name(1)).result == "suspect");
  const std::string name = doubted.device(fleet.name(1)).name;
  const std::vector<std::string> open{"backup_suspect " + display};
  REQUIRE(fleet.anomalies() == open);

  SECTION("without a ticket, or without a reason: usage, and nothing is changed") {
    CHECK(fleet.call("restore-cli", {"accept", name, "--reason", "recorder replaced", "--yes"}).exit_code == 2);
    CHECK(fleet.call("restore-cli", {"accept", name, "--ticket", "INC-1", "--yes"}).exit_code == 2);
    CHECK(fleet.call("restore-cli", {"accept", name, "--ticket", "", "--reason", "replaced", "--yes"}).exit_code == 2);
    CHECK(fleet.journal("accept").empty());
  }
  SECTION("a script that does not say --yes: usage, because nobody has compared") {
    CHECK(fleet.call("restore-cli", {"accept", name, "--ticket", "INC-1", "--reason", "replaced"}).exit_code == 2);
    CHECK(fleet.journal("accept").empty());
  }
  SECTION("a person who says no changes nothing") {
    ChildProcess child =
        fleet.start_at_terminal("restore-cli", {"accept", name, "--ticket", "INC-1", "--reason", "recorder replaced"});
    child.wait_for_err("collect anew? [y/N] ");
    child.write_input("n\n");
    CHECK(child.wait().exit_code == 1);
    CHECK_THAT(child.result().out, Catch::Contains("REPLACED-0001"));
    CHECK(fleet.journal("accept").empty());
    CHECK(fleet.anomalies() == open);
  }
  SECTION("a person compares, and says yes") {
    ChildProcess child =
        fleet.start_at_terminal("restore-cli", {"accept", name, "--ticket", "INC-1", "--reason", "recorder replaced"});
    child.wait_for_err("collect anew? [y/N] ");
    child.write_input("y\n");
    CHECK(child.wait().exit_code == 0);
    CHECK_THAT(child.result().out, Catch::Contains("serial") && Catch::Contains("REPLACED-0001"));
    REQUIRE(fleet.journal("accept").size() == 1);
    CHECK_THAT(fleet.journal("accept")[0], Catch::Contains(name + " done INC-1") &&
                                               Catch::Contains("reason=recorder replaced") &&
                                               Catch::Contains("-> REPLACED-0001"));
    CHECK(fleet.anomalies() == open);  // only the proven backup closes it

    const Run next = fleet.run();  // queued: no --all needed
    INFO(next.err);
    CHECK(next.exit_code == 0);
    CHECK(next.device(fleet.name(1)).result == "proven");
    CHECK(fleet.anomalies() == std::vector<std::string>{});
    CHECK(fleet.call("restore-cli", {"accept", name, "--ticket", "INC-1", "--reason", "again", "--yes"}).exit_code ==
          1);  // a newer one is good
  }
  CHECK(fleet.damage() == std::vector<std::string>{});
}
