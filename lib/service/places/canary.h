// The canary of the second place's locks (replicas/s3/canary.h), once a day by a timer: asked, put on record, judged.
// Its silence is a finding too: `backupd check` shows it.
//
// Threads: as the catalog. Errors: those of the catalog, and of the store when it cannot be asked at all: then nothing
// is recorded, and the silence goes on.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "replicas/s3/canary.h"
#include "service/installation.h"

namespace coffre {

// `place`: which bucket (service/places/check_replica.h's place_of). Records a fact and a journal row, and the anomaly
// VERROU_SANS_EFFET when a locked version went; a canary that has held closes it.
CanaryFinding run_canary(Installation& at, const StoreProbe& probe, const std::string& place);
void record_canary(Installation& at, const CanaryFinding& finding, const std::string& place);

struct CanaryRecord {
  Instant at;  // of the newest call
  CanaryFinding finding;
  std::optional<Instant> measured;  // the newest one that was held or broken
};
// Of that place only: another bucket's canary says nothing about this one. Error(damaged) for a note that is not ours.
std::optional<CanaryRecord> last_canary(const Database& catalog, const std::string& place);

inline constexpr Seconds kCanarySilence = std::chrono::days{2};
// Nothing was measured for longer than that, or never.
bool is_silent(const std::optional<CanaryRecord>& canary, Instant now);

}  // namespace coffre
