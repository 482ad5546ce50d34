// A recorder that answers badly, or not at all: one line says so, nothing of it is proven, and the others are done.
#include <catch2/catch.hpp>

#include "fleet.h"

using namespace coffre::test;

namespace {

enum class Left { nothing, suspect_file };

struct Row {
  const char* name;
  const char* fault;
  const char* argument;
  const char* result;
  const char* code;    // of the error; "" when there is a suspect file
  const char* says;    // in the line
  const char* remedy;  // in the line, after the display name of the device was put for DEVICE
  const char* anomaly;
  Left left;
};

const char* const kRunAgain = "backupd run --device DEVICE";
const char* const kAccept = "restore-cli accept";

// One device a row.
const std::vector<Row>& rows() {
  static const std::vector<Row> kRows{
      {"down", "down", "", "failed", "unreachable", "", kRunAgain, "device_unreachable", Left::nothing},
      {"refuse", "refuse", "", "failed", "unreachable", "", kRunAgain, "device_unreachable", Left::nothing},
      {"1 byte a second", "slow", "1", "failed", "unreachable", "", kRunAgain, "device_unreachable", Left::nothing},
      {"never answers", "never-answer", "on=export", "failed", "unreachable", "no answer within", kRunAgain,
       "device_unreachable", Left::nothing},
      {"endless", "endless", "", "suspect", "", "exceeds", kAccept, "backup_suspect", Left::suspect_file},
      {"announces 50 GB", "endless", "declared", "suspect", "", "announces", kAccept, "backup_suspect",
       Left::suspect_file},
      {"cut: declares more than it sends", "truncated", "", "suspect", "", "", kAccept, "backup_suspect",
       Left::suspect_file},
      {"declares less than it sends", "lying-short", "", "suspect", "", "", kAccept, "backup_suspect",
       Left::suspect_file},
      {"neither length nor end", "no-length", "", "suspect", "", "cut", kAccept, "backup_suspect", Left::suspect_file},
      {"gzip", "gzip", "", "suspect", "", "encoded", kAccept, "backup_suspect", Left::suspect_file},
      {"redirect at identification", "redirect", "", "suspect", "implausible", "redirect", kRunAgain, "backup_suspect",
       Left::nothing},
      {"redirect at the export", "redirect", "on=export", "suspect", "", "redirect", kAccept, "backup_suspect",
       Left::suspect_file},
      {"login page with status 200", "login-page", "", "suspect", "", "HTML", kAccept, "backup_suspect",
       Left::suspect_file},
      {"empty", "empty", "", "suspect", "", "empty", kAccept, "backup_suspect", Left::suspect_file},
      {"half of the bytes", "half-body", "", "suspect", "", "cut", kAccept, "backup_suspect", Left::suspect_file},
      {"XML bomb", "xml-bomb", "", "suspect", "implausible", "", kRunAgain, "backup_suspect", Left::nothing},
      {"XML that is too deep", "xml-deep", "50000", "suspect", "implausible", "", kRunAgain, "backup_suspect",
       Left::nothing},
      {"another device's serial", "other-serial", "", "suspect", "", "SIM-OTHER-0001", kAccept, "backup_suspect",
       Left::suspect_file},
      {"another model", "other-model", "", "suspect", "", "SIM-OTHER-MODEL", kAccept, "backup_suspect",
       Left::suspect_file},
      {"less than half the size", "set size", "80000", "suspect", "", "bytes expected", kAccept, "backup_suspect",
       Left::suspect_file},
      {"changes while it is read", "identity-changes", "", "suspect", "", "the device changed while it was read",
       kAccept, "backup_suspect", Left::suspect_file},
      {"an error with status 200", "error-in-200", "", "suspect", "", "", kAccept, "backup_suspect",
       Left::suspect_file},
  };
  return kRows;
}

void spoil(Fleet& fleet, const std::string& device, const Row& row) {
  if (std::string(row.fault) == "set size") {
    fleet.recorders().set(device, "size", row.argument);
    return;
  }
  fleet.recorders().fault(device, row.fault, row.argument);
}

std::string with_device(std::string text, const std::string& display) {
  const auto at = text.find("DEVICE");
  return at == std::string::npos ? text : text.replace(at, 6, display);
}

std::vector<ListedBackup> of_device(const std::vector<ListedBackup>& all, const std::string& device) {
  std::vector<ListedBackup> found;
  for (const ListedBackup& backup : all) {
    if (backup.device == device) found.push_back(backup);
  }
  return found;
}

void check_device(const Row& row, const std::string& device, const Run& run, const std::vector<ListedBackup>& all) {
  const DeviceRun got = run.device(device);
  const std::string display = Fleet::display(device);
  CHECK(got.result == row.result);
  CHECK(got.code == row.code);
  const auto lines = run.lines_about(device);
  REQUIRE(lines.size() == 1);
  CHECK_THAT(lines[0], Catch::Contains(row.says));
  CHECK_THAT(lines[0], Catch::Contains(with_device(row.remedy, display)));

  // Newest first; the older one is as it was.
  const auto backups = of_device(all, device);
  REQUIRE(backups.size() == (row.left == Left::nothing ? 1U : 2U));
  CHECK(backups.back().proof == 4);
  CHECK_FALSE(backups.back().suspect);
  if (row.left == Left::nothing) return;
  CHECK(backups.front().suspect);
  CHECK(backups.front().proof < 2);
  CHECK(backups.front().sequence == 2);
  CHECK_THAT(backups.front().suspect_path,
             Catch::StartsWith(display + "/_suspect/CLIEXEMP_SIEGEPARIS_NVR_" + device + "_"));
  CHECK_THAT(lines[0], Catch::Contains("restore-cli accept " + backups.front().name));
}

}  // namespace

TEST_CASE("whatever a recorder answers, one line says it, nothing of it is proven, and the others are backed up") {
  constexpr std::size_t kSound = 3;
  // Generous for a sound recorder on a busy machine, short for one that hangs.
  Fleet fleet({.devices = rows().size() + kSound,
               .run_settings = "  answer_timeout: 20s\n  total_timeout: 25s\n  largest_answer: 1MiB\n"});
  const Run first = fleet.run();
  INFO(first.err);
  REQUIRE(first.exit_code == 0);
  const auto before = Fleet::objects(fleet.local());

  for (std::size_t i = 0; i < rows().size(); ++i) {
    spoil(fleet, fleet.name(i + 1), rows()[i]);
  }
  const Run run = fleet.run({"--all"});
  INFO(run.err);
  CHECK(run.exit_code == 3);
  const auto all = fleet.backups();
  const auto anomalies = fleet.anomalies();
  for (std::size_t i = 0; i < rows().size(); ++i) {
    INFO("row: " << rows()[i].name);
    check_device(rows()[i], fleet.name(i + 1), run, all);
    const std::string anomaly = std::string(rows()[i].anomaly) + " " + Fleet::display(fleet.name(i + 1));
    CHECK_THAT(anomalies, Catch::VectorContains(anomaly));
  }
  CHECK(anomalies.size() == rows().size());
  for (std::size_t i = rows().size() + 1; i <= rows().size() + kSound; ++i) {
    CHECK(run.device(fleet.name(i)).result == "proven");
  }
  const auto after = Fleet::objects(fleet.local());
  for (const auto& [path, bytes] : before) {
    INFO(path);
    CHECK((after.contains(path) && after.at(path) == bytes));
  }
  CHECK(fleet.damage() == std::vector<std::string>{});

  // Once they answer again, the next run proves them and closes every open matter.
  fleet.recorders().heal("*");
  fleet.recorders().set("*", "size", "200000");
  const Run healed = fleet.run({"--all"});
  INFO(healed.err);
  CHECK(healed.exit_code == 0);
  CHECK(fleet.anomalies() == std::vector<std::string>{});
  CHECK(fleet.damage() == std::vector<std::string>{});
}

TEST_CASE("a run for one device ends with that device's exit code") {
  Fleet fleet({.devices = 1});
  const std::vector<std::string> only{"--device", Fleet::display("NVR")};
  fleet.recorders().fault("NVR", "down");
  CHECK(fleet.run(only).exit_code == 7);
  fleet.recorders().heal("NVR");
  fleet.recorders().fault("NVR", "login-page");
  CHECK(fleet.run(only).exit_code == 1);
  fleet.recorders().heal("NVR");
  CHECK(fleet.run(only).exit_code == 0);
}
