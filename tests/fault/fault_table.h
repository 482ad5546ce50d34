// Tables of what a recorder does wrong and what must come of it: one device a row, all of them in one run.
//
// For each row: the result and its code, one line on stderr that says what failed and names the command that helps,
// which anomaly is open, which file is left. For all: the sound devices are proven, older files are as they were, and
// nothing is damaged or leaked; once the recorders answer again, the next run proves them and closes every open matter.
#pragma once

#include <string>
#include <vector>

#include "fleet.h"

namespace coffre::test {

enum class Left { nothing, suspect_file, proven_file };

struct FaultRow {
  const char* name;
  const char* fault;     // of recorder-simulator; or "set size"
  const char* argument;  // the fault's own
  const char* result;    // "proven", "suspect", "failed"
  const char* code;      // of the error; "" when a file was kept
  const char* says;      // in the line
  const char* remedy;    // in the line, with the device's display name for DEVICE
  const char* anomaly;   // of the device; "" when none is open
  Left left;
};

inline constexpr const char* kRunAgain = "backupd run --device DEVICE";
// The device has this week's backup from before: what fails now is told, and leaves none missing.
inline constexpr const char* kNoneMissing = "";
inline constexpr const char* kAccept = "restore-cli accept";

// `options.devices` is set from the rows.
void check_faults(FleetOptions options, const std::vector<FaultRow>& rows);

}  // namespace coffre::test
