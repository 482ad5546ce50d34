#include "service/places/lock_for.h"

#include <algorithm>

#include "model/calendar_months.h"
#include "model/retention_policy.h"
#include "service/reading/proof_of.h"

namespace coffre {
namespace {

constexpr std::chrono::days kLongestMonth{31};

// An older one of the same device and local month that is proven in both places now.
bool month_has_proven(const Installation& at, Session& session, const BackupRow& backup) {
  const Zone& zone = *at.zones.installation;
  const BackupFilter filter{.client = {},
                            .site = {},
                            .device_id = backup.device_id,
                            .from = backup.created_at - kLongestMonth,
                            .to = backup.created_at + kLongestMonth};
  const ProofLevel required = std::max(at.policy.required_proof, ProofLevel::replicated);
  for (const BackupRow& other : list_backups(session, filter)) {
    if (other.suspect || other.sequence >= backup.sequence) continue;
    if (local_month(other.created_at, zone) != local_month(backup.created_at, zone)) continue;
    const Proof proof = proof_of(at, session, other);
    if (proof.level && *proof.level >= required) return true;
  }
  return false;
}

}  // namespace

Instant lock_for(Installation& at, const BackupRow& backup) {
  TierFacts facts{.kind = backup.kind, .created_at = backup.created_at, .suspect = backup.suspect};
  at.catalog.read(
      [&](Session& session) { facts.month_first_proven = !backup.suspect && !month_has_proven(at, session, backup); });
  return lock_until(facts, at.policy.retention, *at.zones.installation, at.clock.now());
}

}  // namespace coffre
