// `restore-cli conclude` and `list --anomalies`, as a person has them.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>

#include "fleet.h"

using namespace coffre::test;

namespace {

// Every copy of the device's second backup, as if it had never been.
void remove_second(const Fleet& fleet, const std::string& name) {
  for (const auto& place : {fleet.local(), fleet.cloud()}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(place)) {
      if (entry.path().filename() == name) {
        std::filesystem::remove(entry.path());
        break;
      }
    }
  }
}

}  // namespace

TEST_CASE("a gap is listed with what to do, concluded once, and stays concluded") {
  Fleet fleet({.devices = 1});
  for (int i = 0; i < 3; ++i) REQUIRE(fleet.run({"--all"}).exit_code == 0);
  for (const ListedBackup& backup : fleet.backups()) {
    if (backup.sequence == 2) remove_second(fleet, backup.name);
  }
  fleet.run({"--all"});
  const auto has_gap = [&] {
    const auto open = fleet.anomalies();
    return std::find(open.begin(), open.end(), "sequence_gap " + Fleet::display(fleet.name(1))) != open.end();
  };
  REQUIRE(has_gap());

  const auto listed = fleet.call("restore-cli", {"list", "--anomalies"});
  INFO(listed.out);
  CHECK_THAT(listed.out, Catch::Contains("TROU_DE_SEQUENCE") &&
                             Catch::Contains("restore-cli conclude NUMBER --ticket T --reason R") &&
                             Catch::Contains("a conclusion of the security manager") && Catch::Contains("Open for"));
  const std::string json = fleet.call("restore-cli", {"list", "--anomalies", "--json"}).out;
  const auto at = json.rfind("\"number\": ", json.find("sequence_gap"));
  REQUIRE(at != std::string::npos);
  const std::string number = std::to_string(std::stoi(json.substr(at + 10)));

  CHECK(fleet.call("restore-cli", {"conclude", number, "--ticket", "T-1"}).exit_code == 2);
  CHECK(fleet.call("restore-cli", {"conclude", number, "--ticket", "T-1", "--reason", "R"}).exit_code == 2);  // --yes
  const auto concluded = fleet.call("restore-cli", {"conclude", number, "--ticket", "T-1", "--reason", "R", "--yes"});
  INFO(concluded.err);
  CHECK(concluded.exit_code == 0);
  CHECK_THAT(concluded.out, Catch::Contains("TROU_DE_SEQUENCE"));
  CHECK_FALSE(has_gap());
  fleet.run({"--all"});
  CHECK_FALSE(has_gap());
  CHECK_THAT(fleet.call("restore-cli", {"journal"}).out, Catch::Contains("conclude"));
}

TEST_CASE("a key that a person brings leaves a journal row in show, verify and extract, and so does a new key") {
  Fleet fleet({.devices = 1});
  REQUIRE(fleet.run().exit_code == 0);
  const std::string name = fleet.backups().at(0).name;
  const std::string key = (fleet.server().parent_path() / "offline" / "restauration.key").string();
  const auto out = fleet.server().parent_path() / "out";
  std::filesystem::create_directories(out);
  CHECK(fleet.call("restore-cli", {"show", name, "--identity", key}).exit_code == 0);
  CHECK(fleet.call("restore-cli", {"verify", name, "--identity", key}).exit_code == 0);
  CHECK(fleet
            .call("restore-cli", {"extract", name, "--identity", key, "--to", (out / "parts").string(),
                                  "--to-unencrypted", "--reason", "R"})
            .exit_code == 0);
  CHECK(fleet.call("restore-cli", {"keygen", "--role", "drill", "--out", (out / "new.key").string(), "--unlocked"})
            .exit_code == 0);
  const std::string journal = fleet.call("restore-cli", {"journal", "--json"}).out;
  for (const char* const action : {"show", "verify", "extract", "keygen", "inventory_sync"}) {
    INFO(action);
    CHECK_THAT(journal, Catch::Contains("\"action\": \"" + std::string(action) + "\""));
  }
}
