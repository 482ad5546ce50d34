#include "fault_table.h"

#include <catch2/catch.hpp>

namespace coffre::test {
namespace {

constexpr std::size_t kSound = 2;

void spoil(Fleet& fleet, const std::string& device, const FaultRow& row) {
  if (std::string(row.fault) == "set size") {
    fleet.recorders().set(device, "size", row.argument);
    return;
  }
  fleet.recorders().fault(device, row.fault, row.argument);
}

std::string with_device(std::string text, const std::string& display) {
  const std::string word = "DEVICE";
  const auto at = text.find(word);
  return at == std::string::npos ? text : text.replace(at, word.size(), display);
}

std::vector<ListedBackup> of_device(const std::vector<ListedBackup>& all, const std::string& device) {
  std::vector<ListedBackup> found;
  for (const ListedBackup& backup : all) {
    if (backup.device == device) found.push_back(backup);
  }
  return found;
}

// Newest first; the older one is as it was.
void check_files(const FaultRow& row, const std::string& device, const std::vector<ListedBackup>& backups) {
  REQUIRE(backups.size() == (row.left == Left::nothing ? 1U : 2U));
  CHECK(backups.back().proof == 4);
  CHECK_FALSE(backups.back().suspect);
  if (row.left == Left::nothing) return;
  CHECK(backups.front().sequence == 2);
  CHECK(backups.front().suspect == (row.left == Left::suspect_file));
  if (row.left == Left::proven_file) {
    CHECK(backups.front().proof == 4);
    return;
  }
  CHECK(backups.front().proof < 2);
  CHECK_THAT(backups.front().suspect_path,
             Catch::StartsWith(Fleet::display(device) + "/_suspect/CLIEXEMP_SIEGEPARIS_NVR_" + device + "_"));
}

void check_line(const FaultRow& row, const std::string& device, const Run& run, const ListedBackup& newest) {
  const auto lines = run.lines_about(device);
  if (row.left == Left::proven_file) {
    CHECK(lines == std::vector<std::string>{});
    return;
  }
  REQUIRE(lines.size() == 1);
  CHECK_THAT(lines[0], Catch::Contains(row.says));
  CHECK_THAT(lines[0], Catch::Contains(with_device(row.remedy, Fleet::display(device))));
  const bool acceptable = std::string_view(row.remedy) == kAccept;
  if (acceptable) CHECK_THAT(lines[0], Catch::Contains("restore-cli accept " + newest.name));
  if (!acceptable) CHECK_THAT(lines[0], !Catch::Contains("restore-cli accept"));
}

void check_row(const FaultRow& row, const std::string& device, const Run& run, const std::vector<ListedBackup>& all,
               const std::vector<std::string>& anomalies) {
  INFO("row: " << row.name);
  const DeviceRun got = run.device(device);
  INFO("line: " << (run.lines_about(device).empty() ? "none" : run.lines_about(device).front()));
  CHECK(got.result == row.result);
  CHECK(got.code == row.code);
  const auto backups = of_device(all, device);
  REQUIRE_FALSE(backups.empty());
  check_line(row, device, run, backups.front());
  check_files(row, device, backups);
  std::vector<std::string> open;
  for (const std::string& anomaly : anomalies) {
    if (anomaly.ends_with(" " + Fleet::display(device))) open.push_back(anomaly.substr(0, anomaly.find(' ')));
  }
  const std::string expected = row.anomaly;
  CHECK(open == (expected.empty() ? std::vector<std::string>{} : std::vector<std::string>{expected}));
}

void check_unchanged(const Fleet& fleet, const std::map<std::string, std::string>& before) {
  const auto after = Fleet::objects(fleet.local());
  for (const auto& [path, bytes] : before) {
    INFO(path);
    CHECK((after.contains(path) && after.at(path) == bytes));
  }
}

// Once they answer again, the next run proves them and closes every open matter.
void check_healed(Fleet& fleet) {
  fleet.recorders().heal("*");
  fleet.recorders().set("*", "size", "200000");
  const Run healed = fleet.run({"--all"});
  INFO(healed.err);
  CHECK(healed.exit_code == 0);
  CHECK(fleet.anomalies() == std::vector<std::string>{});
  CHECK(fleet.damage() == std::vector<std::string>{});
}

}  // namespace

void check_faults(FleetOptions options, const std::vector<FaultRow>& rows) {
  options.devices = rows.size() + kSound;
  Fleet fleet(options);
  const Run first = fleet.run();
  INFO(first.err);
  REQUIRE(first.exit_code == 0);
  const auto before = Fleet::objects(fleet.local());

  for (std::size_t i = 0; i < rows.size(); ++i) spoil(fleet, fleet.name(i + 1), rows[i]);
  const Run run = fleet.run({"--all"});
  CHECK(run.exit_code == 3);
  const auto all = fleet.backups();
  const auto anomalies = fleet.anomalies();
  std::size_t expected = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    check_row(rows[i], fleet.name(i + 1), run, all, anomalies);
    expected += std::string(rows[i].anomaly).empty() ? 0U : 1U;
  }
  CHECK(anomalies.size() == expected);
  for (std::size_t i = rows.size() + 1; i <= rows.size() + kSound; ++i) {
    CHECK(run.device(fleet.name(i)).result == "proven");
  }
  check_unchanged(fleet, before);
  CHECK(fleet.damage() == std::vector<std::string>{});
  check_healed(fleet);
}

}  // namespace coffre::test
