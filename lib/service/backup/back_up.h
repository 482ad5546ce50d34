// One device, one backup, from the device to proof (design.md section 5). Reads from top to bottom in back_up.cc.
//
// A kill at any instant leaves the old state or the new one; the next run of the device finishes or forgets the attempt
// (service/backup/recover.h). No transaction spans device or replica I/O. The device's lock is held throughout.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/error.h"
#include "model/proof.h"
#include "service/backup/work_queue.h"
#include "service/installation.h"

namespace coffre {

struct BackupOrder {
  DeviceKey device;
  std::string device_id;
  Kind kind = Kind::hebdo;
  Instant slot;
  std::string ticket;
  std::string operator_id;
  // Sequence number of the device's newest non-suspect backup when this was decided, 0 when it had none. Another one
  // under the device's lock means that somebody else made the backup meanwhile: that one counts, and the device is not
  // asked. nullopt: a backup is made in any case.
  std::optional<std::uint64_t> planned_after = std::nullopt;
};

enum class BackupResult {
  proven,   // required_proof reached
  weaker,   // sealed and kept, but not (yet) proven as asked
  suspect,  // collected, not plausible: set aside
  failed,   // no backup came about
};

struct BackupOutcome {
  BackupResult result = BackupResult::failed;
  std::string name = {};  // "" when nothing was published
  Proof proof = {};
  std::string doubts = {};          // when suspect
  std::optional<Error> error = {};  // when failed, and when weaker because of an error
};

// `credential` is called as soon as the device has answered a login (good or refused), at most once.
// Throws nothing but Error(internal) and what a broken catalog throws: every failure of the device is in the outcome,
// and on record (job, device state, anomaly, journal).
BackupOutcome back_up(Installation& at, const BackupOrder& order,
                      const std::function<void(CredentialAnswer)>& credential);

// For a backup that is due and cannot be tried because of `why` (its credential was stopped meanwhile): puts the
// failure on record as back_up does.
BackupOutcome not_tried(Installation& at, const BackupOrder& order, const Error& why);

}  // namespace coffre
