// One pass over the fleet: `backupd run`, by cron or by hand. Brings the catalog in line with the inventory, catches up
// what an earlier run left, then backs up whatever is due with many workers.
//
// Two passes at once are harmless: devices are locked one by one, and the later pass says who holds them.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "service/backup/back_up.h"
#include "service/backup/plan.h"
#include "service/healing/heal.h"
#include "service/healing/scrub.h"
#include "service/installation.h"

namespace coffre {

struct RunRequest {
  Selection selection;
  std::string ticket;
  std::string operator_id;
};

struct RunLine {
  PlanLine plan;
  std::optional<BackupOutcome> outcome;  // set for PlanAction::back_up
};

struct RunReport {
  std::vector<RunLine> lines;          // in plan order
  std::vector<DeviceKey> missing;      // expected, but no longer in the inventory
  std::size_t still_unreplicated = 0;  // older backups that one of the two places still lacks
  std::size_t locks_too_short = 0;     // copies whose lock the second place did not extend
  bool second_place_answers = true;    // otherwise it has its own anomaly, and nothing of this pass is complete
  // Not due, and the newest backup is not proven as far as asked: after a rebuilt catalog, or when read-backs have
  // aged.
  std::vector<DeviceKey> unproven{};
  std::optional<ScrubReport> scrub{};  // the share of it that a scheduled run does
  Waiting waiting{};                   // the same backups as still_unreplicated: how much, and since when
};

// Called from worker threads, one call at a time.
struct RunObserver {
  std::function<void(std::size_t total)> planned;
  std::function<void(const RunLine& line, std::size_t finished)> finished;
};

// What --dry-run prints: the plan, with nothing done but the reading of catalog and inventory.
std::vector<PlanLine> preview_run(Installation& at, const Selection& selection);

// Error before any device is touched: rule (not our replica, volume not encrypted, inventory shrunk), no_space (below
// the reserve), io (volume not mounted). Afterwards nothing throws but a broken catalog: failures are in the report.
// `stop` may be set by a signal: no further jobs start, and nothing is caught up. Transfers end themselves when it is
// base/interruption.h's; otherwise the jobs that run are finished.
RunReport run_pass(Installation& at, const RunRequest& request, const RunObserver& observer,
                   const std::atomic<bool>& stop);

// Exit code of design.md section 11: 0 all proven as asked; 3 some (a device without a confirmed certificate is one)
// failed, or were made and are not proven yet, or have no proven backup although none is due; when no backup was made
// at all: the device's own code when one was asked for, otherwise 1.
int exit_code_of(const RunReport& report);

}  // namespace coffre
