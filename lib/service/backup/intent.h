// What a run is about to publish, written into the job's row just before the file gets its name.
//
// A run that is killed between the naming of the file and its record in the catalog would lose the evidence that only
// it could make (the file's key dies with it). The next run finds the intent: file there with that digest -> recorded
// with that evidence; file not there -> the attempt never was.
#pragma once

#include <string>
#include <vector>

#include "catalog/backups.h"
#include "model/plausibility.h"

namespace coffre {

struct Intent {
  BackupRow backup;
  std::string path;  // on the local volume
  std::vector<Evidence> evidence;
  std::optional<Expectation> learned;  // what the next backup is compared with; nullopt for a suspect one
};

std::string format_intent(const Intent& intent);
// Throws Error(damaged).
Intent parse_intent(std::string_view text);

// In one transaction of the caller: backup, local copy, evidence, expectation, device state, journal. Does nothing when
// the backup is recorded already.
void record_backup(Session& session, const Intent& intent, const std::string& account, Instant now);

}  // namespace coffre
