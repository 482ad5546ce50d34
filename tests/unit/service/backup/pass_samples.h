// Whole passes over a fixture's devices, told in one word a device.
#pragma once

#include <atomic>
#include <string>
#include <string_view>
#include <vector>

#include "service/backup/run_pass.h"
#include "unit/service/catalog_samples.h"
#include "unit/service/opening_samples.h"

namespace coffre::test {

using Words = std::vector<std::string>;

inline constexpr std::string_view kPorte = "CLIEXEMP/SIEGEPARIS/NVR_NVR-PORTE";
inline const Selection kAll{.scope = Selection::Scope::everything, .name = {}};

// ENTREPOT/NVR-QUAI, SIEGEPARIS/NVR-HALL, SIEGEPARIS/NVR-PORTE: the order of every plan.
inline FixtureOptions three_devices() {
  return {.devices = {std::string(kQuai), std::string(kHall), std::string(kPorte)}};
}

inline RunReport pass(InstallationFixture& fixture, const Selection& selection = {}, const RunObserver& observer = {}) {
  const std::atomic<bool> stop{false};
  RunReport report = run_pass(fixture.at(), {.selection = selection, .ticket = {}, .operator_id = {}}, observer, stop);
  fixture.clock().advance(std::chrono::minutes{1});  // the next pass has other names
  return report;
}

inline std::string result_of(const RunLine& line) {
  if (!line.outcome) return line.plan.action == PlanAction::back_up ? "not started" : "not asked for";
  if (line.outcome->result == BackupResult::proven) return "proven";
  if (line.outcome->result == BackupResult::weaker) return "weaker";
  if (line.outcome->result == BackupResult::suspect) return "suspect";
  if (!line.outcome->error) return "failed";
  const Error& error = *line.outcome->error;
  return error.category().empty() ? std::string(to_string(error.code())) : error.category();
}

// One word a device, in plan order.
inline Words results(const RunReport& report) {
  Words words;
  for (const RunLine& line : report.lines) words.push_back(result_of(line));
  return words;
}

inline int sessions(InstallationFixture& fixture, std::string_view path) {
  return fixture.driver().counts(fixture.address(path)).sessions;
}

inline Device& inventory_device(InstallationFixture& fixture, std::string_view path) {
  return fixture.at().inventory.devices.at(InstallationFixture::key(path));
}

}  // namespace coffre::test
