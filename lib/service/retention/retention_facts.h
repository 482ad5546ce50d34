// What the catalog knows of one device, as model/retention.h wants to be told: per copy whether it is held and how far
// it is proven now and was ever, holds, first proofs. Backups that have expired are not in it.
//
// Threads: the caller's transaction. Errors: those of the catalog.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "catalog/backups.h"
#include "catalog/closures.h"
#include "catalog/devices.h"
#include "catalog/releases.h"
#include "catalog/retention.h"
#include "model/retention.h"
#include "service/installation.h"

namespace coffre {

// What is the same for every device: read once.
struct RetentionSurroundings {
  std::vector<HoldRow> holds{};
  std::vector<ClosureRow> closures{};
  std::vector<ReleaseRow> releases{};
  std::vector<KeyProof> key_proofs{};
};
RetentionSurroundings retention_surroundings(Session& session);

struct DeviceRetention {
  std::vector<BackupRow> rows{};  // in the order of history.backups
  RetentionHistory history{};
  std::vector<std::string> released_by{};  // "A. Martin, B. Durand"; "": by nobody. In the same order
};
// A client whose contract has ended: its backups are released from that date on. A retired device: those that two
// persons released by name.
DeviceRetention retention_facts(const Installation& at, Session& session, const DeviceRow& device,
                                const RetentionSurroundings& around);

RetentionContext retention_context(const Installation& at, Instant now);

}  // namespace coffre
