// A configuration or an inventory edited by hand, and wrong: exit code 2, one line with the place and the mistake, and
// nothing done. All kinds of mistakes are in tests/unit/config; here are those that people make, through the program.
#include <algorithm>
#include <catch2/catch.hpp>

#include "fleet.h"

using namespace coffre::test;

namespace {

struct Row {
  const char* name;
  std::string from;
  std::string to;    // "^" stands before the place that the line names, and is no part of the text
  const char* says;  // in the line
};

struct Mistake {
  std::string text;
  std::string place;  // ":LINE:COLUMN:"
};

Mistake mistake_of(std::string good, const Row& row) {
  const auto at = good.find(row.from);
  REQUIRE(at != std::string::npos);
  std::string text = good.replace(at, row.from.size(), row.to);
  const auto mark = text.find('^', at);
  REQUIRE(mark != std::string::npos);
  text.erase(mark, 1);
  const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(mark), '\n');
  const auto start = mark == 0 ? 0 : text.rfind('\n', mark - 1) + 1;
  return {text, ":" + std::to_string(line) + ":" + std::to_string(mark - start + 1) + ":"};
}

void check_mistakes(Fleet& fleet, const std::filesystem::path& file, const std::vector<Row>& rows) {
  const std::string good = read_file(file);
  for (const Row& row : rows) {
    INFO("row: " << row.name);
    const Mistake mistake = mistake_of(good, row);
    write_file(file, mistake.text);
    const auto run = fleet.call("backupd", {"run"});
    INFO(run.err);
    CHECK(run.exit_code == 2);
    CHECK(run.out.empty());
    CHECK(std::count(run.err.begin(), run.err.end(), '\n') == 1);
    CHECK_THAT(run.err, Catch::Contains(file.string() + mistake.place) && Catch::Contains(row.says));
    CHECK_THAT(run.err, !Catch::Contains("hunter2"));
  }
  write_file(file, good);
}

std::vector<Row> configuration_mistakes(const Fleet& fleet) {
  const std::string room = "location: room A";
  const std::string path = "path: \"" + fleet.local().string() + "\"";
  const std::string proof = "required_proof: 4";
  const std::string workers = "workers: 4";
  const std::string files = "inventory:\n  - inventory/*.yaml";
  const std::string exception = "{exception: weak-tls, device: CLIEXEMP/SIEGEPARIS/NVR_NVR, by: x, reason: y";
  return {
      {"a key misspelt", proof, "^required_prof: 4", "is \"required_proof\" meant?"},
      {"a value out of range", proof, "required_proof: ^9", "between 2 and 5"},
      {"a word for a number", proof, "required_proof: ^four", "is a text"},
      {"a number in quotes", proof, "required_proof: ^\"4\"", "without quotes"},
      {"a key twice", proof, proof + "\n^required_proof: 3", "already in line"},
      {"no workers", workers, "workers: ^0", "between 1 and 512"},
      {"a duration without a unit", workers, workers + "\n  connect_timeout: ^10", "in quotes"},
      {"a size in MB", workers, workers + "\n  largest_answer: ^10MB", "a size"},
      {"a tab", "  directory: keys", "^\tdirectory: keys", "use spaces"},
      {"indentation that does not fit", "  language: en", " ^language: en", "indentation"},
      {"a second colon", "language: en", "language: en^: fr", "a `:` does not fit here"},
      {"another language", "language: en", "language: ^de", "allowed: fr, en"},
      {"a zone with a blank", "zone: Europe/Paris", "zone: ^Europe Paris", "a name of a time zone"},
      {"a zone that does not exist", "zone: Europe/Paris", "zone: ^Europe/Pariss", "this zone"},
      {"no as encryption", "encryption: none", "encryption: ^no", "allowed: required, none"},
      {"an empty value", room, "^location:", "is empty"},
      {"an empty text", room, "location: ^\"\"", "must not be empty"},
      {"a number for a text", room, "location: ^42", "put it in quotes"},
      {"true for a text", room, "location: ^true", "put it in quotes"},
      {"an alias", room, "location: ^*room", "anchors and aliases"},
      {"an anchor", room, "location: ^&room A", "anchors and aliases"},
      {"an open quotation mark", files, "inventory:\n  - ^\"inventory/*.yaml", "opened and not closed"},
      {"another encoding of the file", room,
       "location: pi^\xe8"
       "ce",
       "not UTF-8"},
      {"a key missing", "local:\n    " + path + "\n    location: room A", "^local:\n    " + path,
       "the key \"location\" is missing"},
      {"a home folder", path, "path: ^~/local", "not expanded"},
      {"both places in one folder", "directory: \"" + fleet.cloud().string(), "directory: ^\"" + fleet.local().string(),
       "both replicas"},
      {"a bucket alone", "location: room B", "location: room B\n    ^s3: {bucket: x}", "\"endpoint\" is missing"},
      {"a password", "  directory: keys", "  directory: keys\n  ^password: hunter2", "backupd secret set NAME"},
      {"a list for a map", "  directory: keys", "  ^- keys", "has to be a map"},
      {"a text for a list", files, "inventory: ^inventory/*.yaml", "has to be a list"},
      {"a file twice", files, files + "\n  - ^inventory/*.yaml", "in the list twice"},
      {"an exception without an end", files, "allow:\n  - ^" + exception + "}\n" + files, "\"until\" is missing"},
      {"a day that does not exist", files, "allow:\n  - " + exception + ", until: ^2027-02-30}\n" + files,
       "no such day"},
  };
}

std::vector<Row> inventory_mistakes(const std::string& driver) {
  const std::string address = "    address: https://";
  const std::string device = "  CLIEXEMP/SIEGEPARIS/NVR_NVR:";
  const std::string credential = "    credential: lecture";
  return {
      {"an unknown section", "devices:", "^device:", "is \"devices\" meant?"},
      {"an unknown key", address, "    ^adress: https://", "is \"address\" meant?"},
      {"http", address, "    address: ^http://", "starts with https://"},
      {"a password in the address", address, "    address: ^https://admin:hunter2@", "without user, password or path"},
      {"a password", credential, "    ^password: hunter2", "backupd secret set NAME"},
      {"a code with a blank", device, "  ^CLIEXEMP/SIEGEPARIS/NVR_NVR 1:", "CLIENT/SITE/TYPE_NAME"},
      {"a device without its type", device, "  ^CLIEXEMP/SIEGEPARIS/NVR:", "CLIENT/SITE/TYPE_NAME"},
      {"a name that leaves its folder", device, "  ^CLIEXEMP/../NVR_NVR:", "CLIENT/SITE/TYPE_NAME"},
      {"a site that does not exist", device, "  ^CLIEXEMP/SIEGEPARI/NVR_NVR:", "is CLIEXEMP/SIEGEPARIS meant?"},
      {"a driver in capitals", driver, "    driver: ^Hikvision", "small letters"},
      {"no driver", device + "\n" + driver, "  ^" + device.substr(2), "the key \"driver\" is missing"},
      {"a former name that is no path", credential, credential + "\n    renamed_from: ^NVR-1", "CLIENT/SITE/TYPE_NAME"},
      {"a setting that is a number", credential, credential + "\n    settings: {port: ^8000}", "put it in quotes"},
      {"retired without a reason", credential, credential + "\n    ^retired: {date: 2026-01-01, by: x}",
       "\"reason\" is missing"},
      {"a mail without a domain", "    name: Paris", "    name: Paris\n    report_address: ^rapports@client",
       "a mail address"},
      {"a window without an end", "    name: Paris", "    name: Paris\n    ^window: {day: sunday, from: \"01:00\"}",
       "\"to\" is missing"},
  };
}

}  // namespace

TEST_CASE("a mistake in the configuration ends with exit code 2 and one line with its file, line and column") {
  Fleet fleet({.devices = 1, .run_settings = "  workers: 4\n"});
  const auto rows = configuration_mistakes(fleet);
  CHECK(rows.size() >= 30);
  check_mistakes(fleet, fleet.config(), rows);
  CHECK(fleet.recorders().counts("*").total == 0);
  CHECK(fleet.run().exit_code == 0);
}

TEST_CASE("a mistake in the inventory ends with exit code 2 and one line with its file, line and column") {
  Fleet fleet({.devices = 1});
  check_mistakes(fleet, fleet.server() / "inventory" / "fleet.yaml", inventory_mistakes("    driver: hikvision-isapi"));
  CHECK(fleet.recorders().counts("*").total == 0);
  CHECK(fleet.run().exit_code == 0);
}

TEST_CASE("a device that names a driver or a credential that does not exist fails alone") {
  struct Row {
    const char* name;
    const char* from;
    const char* to;
    const char* says;
    const char* remedy;
  };
  const std::vector<Row> rows{
      {"driver", "driver: hikvision-isapi", "driver: hikvision-isapy", "there is no driver \"hikvision-isapy\"",
       "backupd driver list"},
      {"credential", "credential: lecture", "credential: lectrue", "there is no credential \"lectrue\"",
       "backupd secret set lectrue"},
  };
  Fleet fleet({.devices = 2});
  const auto file = fleet.server() / "inventory" / "fleet.yaml";
  const std::string good = read_file(file);
  for (const Row& row : rows) {
    INFO("row: " << row.name);
    std::string text = good;
    const auto at = text.find(row.from);
    REQUIRE(at != std::string::npos);
    write_file(file, text.replace(at, std::string(row.from).size(), row.to));
    fleet.recorders().reset_counts("*");
    const Run run = fleet.run({"--all"});
    INFO(run.err);
    CHECK(run.exit_code == 3);
    CHECK(run.device("NVR-1").code == "usage");
    CHECK(run.device("NVR-2").result == "proven");
    const auto lines = run.lines_about("NVR-1");
    REQUIRE(lines.size() == 1);
    CHECK_THAT(lines[0], Catch::Contains(row.says) && Catch::Contains(row.remedy));
    CHECK(fleet.recorders().counts("NVR-1").connections == 0);
  }
  write_file(file, good);
  CHECK(fleet.run({"--all"}).exit_code == 0);
  CHECK(fleet.anomalies() == std::vector<std::string>{});
}
