// --any-signer gives a content back whose maker nobody vouches for: it says so, by exit code, in words and on record.
#include <catch2/catch.hpp>

#include "fleet.h"

using namespace coffre::test;

TEST_CASE("extract --any-signer ends with 3, says that the origin was not checked, and is journaled") {
  Fleet fleet({.devices = 1});
  REQUIRE(fleet.run().exit_code == 0);
  const std::string name = fleet.backups().at(0).name;
  const std::string key = (fleet.server().parent_path() / "offline" / "restauration.key").string();
  // The ZIP holds what is secret: kept out of what the fixture remembers as the programs' output.
  const auto extract = [&](std::vector<std::string> more) {
    std::vector<std::string> words{"restore-cli", "extract", name, "--identity", key, "--zip"};
    words.insert(words.end(), more.begin(), more.end());
    return run_child({.arguments = words,
                      .environment = {{"COFFRE_CONFIG", fleet.config().string()}, {"LC_ALL", "C.UTF-8"}},
                      .without = {"LANGUAGE"}});
  };

  const ChildResult checked = extract({});
  INFO(checked.err);
  REQUIRE(checked.exit_code == 0);
  CHECK_THAT(checked.err, !Catch::Contains("origin not checked"));

  const ChildResult unchecked = extract({"--any-signer"});
  INFO(unchecked.err);
  CHECK(unchecked.exit_code == 3);
  CHECK_THAT(unchecked.err, Catch::Contains("origin not checked"));
  CHECK(unchecked.out == checked.out);
  CHECK(unchecked.out.starts_with("PK"));
  CHECK(fleet.journal("extract") ==
        std::vector<std::string>{name + " done  target=zip", name + " done  origin=not checked target=zip"});
  CHECK(fleet.damage() == std::vector<std::string>{});
}
