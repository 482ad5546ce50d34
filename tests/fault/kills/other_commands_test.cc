// SIGKILL in the commands that read backups: what they work on stays as it was, and the same command works again.
#include <signal.h>
#include <catch2/catch.hpp>

#include "fleet.h"
#include "kill_points.h"

using namespace coffre::test;

namespace {

std::vector<std::string> described(const std::vector<ListedBackup>& backups) {
  std::vector<std::string> lines;
  for (const ListedBackup& backup : backups) lines.push_back(backup.name + " " + std::to_string(backup.sequence));
  return lines;
}

}  // namespace

TEST_CASE("killed while it verifies, the proof is what it was, and verifying again succeeds") {
  for (const std::string& point : verify_points()) {
    INFO(point);
    Fleet fleet({.devices = 1});
    REQUIRE(fleet.run().exit_code == 0);
    CHECK(fleet.verify("kill:" + point).signal == SIGKILL);
    CHECK(fleet.leaks() == std::vector<std::string>{});
    CHECK(fleet.backups().front().proof == 4);
    const auto again = fleet.verify();
    INFO(again.out << again.err);
    CHECK(again.exit_code == 0);
    CHECK(fleet.backups().front().proof == 4);
    CHECK(fleet.damage() == std::vector<std::string>{});
  }
}

TEST_CASE("killed while it makes the catalog anew, there is the old one or the new one, and the command works again") {
  for (const std::string& point : rebuild_points()) {
    INFO(point);
    Fleet fleet({.devices = 2});
    REQUIRE(fleet.run().exit_code == 0);
    const auto before = described(fleet.backups());
    // Rows that are in the catalog's WAL alone: whoever wrote them was killed.
    CHECK(fleet.verify("kill:verify.recorded").signal == SIGKILL);
    REQUIRE(std::filesystem::file_size(fleet.server() / "data/catalog.sqlite-wal") > 0);
    const std::vector<std::string> rebuild{"rebuild-catalog", "--from", "local", "--replace"};
    CHECK(fleet.call_with_fault("restore-cli", rebuild, "kill:" + point).signal == SIGKILL);
    CHECK(fleet.leaks() == std::vector<std::string>{});
    CHECK(described(fleet.backups()) == before);

    const auto again = fleet.call("restore-cli", rebuild);
    INFO(again.out << again.err);
    CHECK(again.exit_code == 0);
    CHECK(described(fleet.backups()) == before);
    CHECK(fleet.journal("verify").size() == 1);
    CHECK_FALSE(std::filesystem::exists(fleet.server() / "data/catalog.sqlite.rebuilding"));
    // As the command says: what a rebuilt catalog cannot know.
    fleet.set_password(kSimulatorPassword);
    const auto verified = fleet.verify();
    INFO(verified.out << verified.err);
    CHECK(verified.exit_code == 0);
    const Run run = fleet.run({"--all"});
    INFO(run.out << run.err);
    CHECK(run.exit_code == 0);
    CHECK(fleet.damage() == std::vector<std::string>{});
  }
}

TEST_CASE("killed while it makes a lost catalog anew, there is none until it is whole, and the command works again") {
  for (const std::string& point : rebuild_points()) {
    INFO(point);
    Fleet fleet({.devices = 2});
    REQUIRE(fleet.run().exit_code == 0);
    const auto before = described(fleet.backups());
    std::filesystem::remove_all(fleet.server() / "data");
    std::filesystem::create_directory(fleet.server() / "data");
    std::vector<std::string> rebuild{"rebuild-catalog", "--from", "cloud"};
    CHECK(fleet.call_with_fault("restore-cli", rebuild, "kill:" + point).signal == SIGKILL);
    CHECK(fleet.leaks() == std::vector<std::string>{});
    const bool in_place = point == rebuild_points().back();
    CHECK(fleet.call("restore-cli", {"list"}).exit_code == (in_place ? 0 : 2));
    CHECK(fleet.call("backupd", {"run", "--all"}).exit_code != 0);  // no catalog, or no password in it
    if (in_place) {
      CHECK(described(fleet.backups()) == before);
      rebuild.emplace_back("--replace");
    }

    const auto again = fleet.call("restore-cli", rebuild);
    INFO(again.out << again.err);
    CHECK(again.exit_code == 0);
    CHECK(described(fleet.backups()) == before);
    fleet.set_password(kSimulatorPassword);
    CHECK(fleet.verify().exit_code == 0);
    const Run run = fleet.run({"--all"});
    INFO(run.out << run.err);
    CHECK(run.exit_code == 0);
    CHECK(fleet.damage() == std::vector<std::string>{});
  }
}

TEST_CASE("killed while it extracts, the clear files are on record, and nothing of them lies elsewhere") {
  for (const std::string& point : extract_points()) {
    INFO(point);
    Fleet fleet({.devices = 1});
    REQUIRE(fleet.run().exit_code == 0);
    const TempDir target;
    const std::vector<std::string> extract{
        "extract", fleet.backups().front().name, "--identity",       fleet.identities().front().string(),
        "--to",    (target / "parts").string(),  "--to-unencrypted", "--reason",
        "test"};
    CHECK(fleet.call_with_fault("restore-cli", extract, "kill:" + point + "@2").signal == SIGKILL);
    CHECK(fleet.anomalies() == std::vector<std::string>{"clear_extract " + fleet.backups().front().name});
    CHECK(fleet.damage() == std::vector<std::string>{});
    std::filesystem::remove_all(target / "parts");
    CHECK(fleet.call("restore-cli", {"destroyed", fleet.backups().front().name, "--reason", "removed"}).exit_code == 0);
    CHECK(fleet.anomalies() == std::vector<std::string>{});
  }
}

TEST_CASE("killed while it reads everything again, nothing is worse, and the next pass goes on") {
  for (const std::string& point : scrub_points()) {
    INFO(point);
    Fleet fleet({.devices = 2});
    REQUIRE(fleet.run().exit_code == 0);
    CHECK(fleet.call_with_fault("restore-cli", {"scrub", "--all"}, "kill:" + point + "@2").signal == SIGKILL);
    CHECK(fleet.leaks() == std::vector<std::string>{});
    const auto again = fleet.call("restore-cli", {"scrub", "--all"});
    INFO(again.out << again.err);
    CHECK(again.exit_code == 0);
    CHECK(fleet.anomalies() == std::vector<std::string>{});
    CHECK(fleet.damage() == std::vector<std::string>{});
  }
}

// Where a damaged copy is being exchanged there is the damaged one, none, or the good one: never a half, and what was
// damaged is kept.
TEST_CASE("killed while it repairs a damaged copy, the next pass finishes, and what was damaged is kept aside") {
  const bool in_cloud = GENERATE(true, false);
  for (const std::string& point : repair_points()) {
    INFO(point << (in_cloud ? " cloud" : " local"));
    Fleet fleet({.devices = 1});
    REQUIRE(fleet.run().exit_code == 0);
    const std::filesystem::path& place = in_cloud ? fleet.cloud() : fleet.local();
    const std::string name = fleet.backups().front().name;
    const std::filesystem::path file = place / Fleet::display(fleet.name(1)) / name;
    const std::string good = read_file(file);
    std::string damaged = good;
    damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 1);
    write_file(file, damaged);

    CHECK(fleet.call_with_fault("restore-cli", {"scrub", "--all"}, "kill:" + point).signal == SIGKILL);
    if (std::filesystem::exists(file)) {
      const std::string found = read_file(file);
      CHECK((found == good || found == damaged));
    }
    const auto again = fleet.call("restore-cli", {"scrub", "--all"});
    INFO(again.out << again.err);
    CHECK(again.exit_code == 0);
    CHECK(read_file(file) == good);
    const std::filesystem::path aside = place / "_coffre/quarantine" / Fleet::display(fleet.name(1)) / (name + ".1");
    CHECK(read_file(aside) == damaged);
    CHECK(fleet.backups().front().proof == 4);
    CHECK(fleet.anomalies() == std::vector<std::string>{});
    // What is kept aside lies in one place only, so damage(), which compares the two, is not asked.
    CHECK(fleet.leaks() == std::vector<std::string>{});
  }
}

TEST_CASE("a scheduled run finds and repairs damage by itself once the copy is due, and says what it did") {
  Fleet fleet({.devices = 1});
  REQUIRE(fleet.run().exit_code == 0);
  const std::string name = fleet.backups().front().name;
  const std::filesystem::path file = fleet.cloud() / Fleet::display(fleet.name(1)) / name;
  const std::string good = read_file(file);
  std::string damaged = good;
  damaged[100] = static_cast<char>(damaged[100] ^ 1);
  write_file(file, damaged);
  fleet.set_clock_ahead(20);
  const Run run = fleet.run();
  INFO(run.out << run.err);
  CHECK(run.exit_code == 0);
  CHECK(read_file(file) == good);
  CHECK_THAT(run.err,
             Catch::Contains(name + ": repaired (cloud); what was damaged is kept: cloud: _coffre/quarantine/"));
}
