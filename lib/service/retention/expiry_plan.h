// Which backups the policy lets go, which of them are announced, and when they may go: the first of the two phases of
// expiry (schemas/retention.md). Announcing writes a row and a journal entry per backup and removes nothing.
//
// Threads: as the catalog. Errors: those of the catalog. A kill while announcing leaves all of it or nothing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/backups.h"
#include "model/retention.h"
#include "service/installation.h"

namespace coffre {

struct ExpiryItem {
  BackupRow backup;
  std::string device;  // "CLIENT/SITE/TYPE_NAME"
  RetentionVerdict verdict{};
  PerReplica<bool> held{};
  std::optional<Instant> announced_at{};
  // When it may go: announced_at and the delay. nullopt until it is announced.
  std::optional<Instant> not_before{};
  std::string successor{};    // name of the backup that takes its place; "" when none is needed
  std::string released_by{};  // two persons, "A. Martin, B. Durand": it may go though it is the last; "" when nobody
};

struct ExpiryPlan {
  Instant now{};
  std::vector<ExpiryItem> items{};  // what expires, oldest first
  std::vector<ExpiryItem> kept{};   // the others, with their reasons; only when asked for
};

ExpiryPlan plan_expiry(const Installation& at, bool with_kept = false);
// The same for one device, by facts read in this transaction.
std::vector<ExpiryItem> device_expiry(const Installation& at, Session& session, const std::string& device_id);

bool is_due(const ExpiryItem& item, Instant now);
// Copies that would go from each place if everything that is due went now.
PerReplica<std::uint64_t> copies_due(const ExpiryPlan& plan);

struct AnnounceReport {
  std::vector<std::string> announced{};  // names
  std::vector<std::string> withdrawn{};  // announced before, and no longer to expire: a hold, a lost successor
};
AnnounceReport announce_expiry(Installation& at);

}  // namespace coffre
