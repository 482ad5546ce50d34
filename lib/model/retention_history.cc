#include "model/retention_history.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "base/translate.h"

namespace coffre {

std::string_view to_string(ReplicaRole role) {
  return role == ReplicaRole::local ? "local" : "cloud";
}

FloorRelease::FloorRelease(std::string_view first_person, std::string_view second_person, std::string_view reason,
                           Instant from)
    : from_(from) {
  const std::string first = to_lower_ascii(trim(first_person));
  const std::string second = to_lower_ascii(trim(second_person));
  if (first.empty() || second.empty() || first == second || trim(reason).empty()) {
    throw Error(ErrorCode::usage, tr("releasing a device's last backups"),
                tr("two persons who are not the same have to say so, with a reason"));
  }
}

bool is_future_dated(const BackupFacts& backup, Instant now) {
  return backup.created_at > now + kFutureTolerance;
}

std::optional<ProofLevel> level_in_both(const BackupFacts& backup) {
  std::optional<ProofLevel> level = ProofLevel::restored;
  for (const ReplicaRole replica : kReplicaRoles) {
    const CopyFacts& copy = backup.copies[replica];
    level = std::min(level, copy.held ? copy.level : std::nullopt);
  }
  return level;
}

bool is_proven_in_both(const BackupFacts& backup, ProofLevel required) {
  return level_in_both(backup) >= std::max(required, ProofLevel::replicated);
}

}  // namespace coffre
