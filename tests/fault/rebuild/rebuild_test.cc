// The catalog is lost, and all that is left is one of the two places: the real command makes it anew, and a person sees
// what there was before. Backups of every kind are made in-process, since not every kind has a command yet.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "support/catalog_rows.h"
#include "support/child_process.h"
#include "support/varied_backups.h"

using namespace coffre;
using namespace coffre::test;

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

struct Scene {
  InstallationFixture fixture{{.devices = {std::string(kHall), std::string(kQuai)}}};
  fs::path catalog = fixture.settings().installation.catalog;

  Scene() {
    make_varied_backups(fixture);
    write_inventory();
  }

  // For the programs, which see the fixture's devices in no memory.
  void write_inventory() {
    std::string text = "clients:\n  CLIEXEMP: {name: Example}\n  MUSEE: {name: Museum}\nsites:\n";
    for (const char* site : {"CLIEXEMP/SIEGEPARIS", "CLIEXEMP/ENTREPOT", "MUSEE/RESERVES"}) {
      text += fmt::format("  {}: {{name: Site}}\n", site);
    }
    text += "devices:\n";
    for (const auto& [key, device] : fixture.at().inventory.devices) {
      text += fmt::format("  {}: {{driver: hikvision-isapi, address: \"{}\", pin: \"{}\", credential: {}}}\n",
                          key.display(), device.address, device.pin, device.credential);
    }
    const fs::path folder = fixture.config().parent_path() / "inventory";
    for (const auto& file : fs::directory_iterator(folder)) fs::remove(file.path());
    write_file(folder / "all.yaml", text);
  }

  ChildResult call(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "restore-cli");
    ChildOptions options;
    options.arguments = std::move(arguments);
    options.environment = {{"COFFRE_CONFIG", fixture.config().string()}, {"LC_ALL", "C.UTF-8"}, {"LANGUAGE", "en"}};
    return run_child(std::move(options));
  }
  json ask(std::vector<std::string> arguments) {
    arguments.emplace_back("--json");
    const ChildResult result = call(std::move(arguments));
    INFO(result.out << result.err);
    REQUIRE(result.exit_code == 0);
    return json::parse(result.out);
  }
  // What a person is shown of each backup, but for what begins again: proof, doubts, what was read back when.
  json shown(const std::string& replica) {
    json rows = ask({"list"}).at("backups");
    for (json& row : rows) {
      json copies = json::array();
      for (json& copy : row.at("copies")) {
        if (copy.at("replica") == replica) copies.push_back(copy.at("path"));
      }
      row["copies"] = copies;
      row.erase("proof");
      row.erase("doubts");
    }
    return rows;
  }
  std::vector<std::string> rows(const std::string& replica) {
    return catalog_rows(Database::open_read_only(catalog.string(), fixture.clock()), replica);
  }
  void lose_catalog_and(const fs::path& place) {
    fs::remove_all(catalog.parent_path());
    fs::create_directory(catalog.parent_path());
    fs::remove_all(place);
    fs::create_directory(place);
  }
};

}  // namespace

TEST_CASE("from either place alone the command gives back every backup and copy as the lost catalog had them") {
  const std::string from = GENERATE("local", "cloud");
  CAPTURE(from);
  Scene scene;
  const json shown = scene.shown(from);
  const std::vector<std::string> rows = scene.rows(from);
  REQUIRE(shown.size() == kVariedBackups);
  scene.lose_catalog_and(from == "local" ? scene.fixture.cloud() : scene.fixture.local());

  const ChildResult rebuilt = scene.call({"rebuild-catalog", "--from", from, "--json"});
  INFO(rebuilt.out << rebuilt.err);
  CHECK(rebuilt.exit_code == 0);
  const json report = json::parse(rebuilt.out);
  CHECK(report.at("backups") == kVariedBackups);
  CHECK(report.at("suspects") == kVariedSuspects);
  CHECK(report.at("devices") == 3);
  CHECK(report.at("left_out").empty());

  CHECK(scene.rows(from) == rows);
  CHECK(scene.shown(from).dump(1) == shown.dump(1));
  // And each of them opens.
  for (const json& row : shown) {
    const json file =
        scene.ask({"show", row.at("name").get<std::string>(), "--identity", scene.fixture.key_file("op").string()});
    CHECK(file.at("digest") == row.at("digest"));
    CHECK_FALSE(file.at("opened").is_null());
  }
}

TEST_CASE("with both places at hand the new catalog knows both copies of each") {
  Scene scene;
  const std::vector<std::string> rows = scene.rows("");
  fs::remove_all(scene.catalog.parent_path());
  fs::create_directory(scene.catalog.parent_path());
  const ChildResult rebuilt = scene.call({"rebuild-catalog", "--from", "cloud"});
  INFO(rebuilt.out << rebuilt.err);
  CHECK(rebuilt.exit_code == 0);
  CHECK(scene.rows("") == rows);
}
