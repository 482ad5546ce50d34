// Attack 13 of security-design.md, with the real programs: whoever replaces the root and the lists of keys together has
// a set that fits; the catalog remembers another.
#include <catch2/catch.hpp>

#include "fleet.h"

using namespace coffre::test;

TEST_CASE("root and lists replaced together are refused by run and check, and alarm") {
  Fleet fleet({.devices = 1});
  const Fleet other({.devices = 1});
  const auto keys = fleet.server() / "keys";
  std::map<std::string, std::string> ours;
  for (const char* const name : {"root.pub", "recipients.list", "signers.list"}) {
    ours[name] = read_file(keys / name);
    write_file(keys / name, read_file(other.server() / "keys" / name));
  }
  const Run run = fleet.run();
  INFO(run.err);
  CHECK(run.exit_code == 4);
  CHECK(run.error == "rule");
  CHECK(fleet.recorders().counts("*").total == 0);
  const auto check = fleet.call("backupd", {"check", "--offline"});
  CHECK(check.exit_code == 4);
  CHECK_THAT(check.out, !Catch::Contains("signed by the root"));
  CHECK(fleet.anomalies() == std::vector<std::string>{"trust_list_refused lists"});

  for (const auto& [name, text] : ours) write_file(keys / name, text);
  CHECK(fleet.run().exit_code == 0);
  CHECK(fleet.anomalies() == std::vector<std::string>{});
}
