// Permits to delete, made the only way there is: by the floor check, over a history where a newer backup is proven.
#pragma once

#include <string>
#include <string_view>

#include "model/retention_floor.h"

namespace coffre::test {

// For "X.bak" (its last component counts) in that replica.
inline FloorPermit permit_for(std::string_view path, ReplicaRole replica) {
  const auto proven = [](std::string name, std::uint64_t sequence) {
    BackupFacts backup;
    backup.name = std::move(name);
    backup.sequence = sequence;
    backup.created_at = from_unix(static_cast<std::int64_t>(sequence));
    for (const ReplicaRole role : kReplicaRoles) {
      backup.copies[role] = {.held = true, .level = ProofLevel::understood, .highest = ProofLevel::understood};
    }
    return backup;
  };
  const std::string name(path.substr(path.rfind('/') + 1));
  RetentionHistory history;
  history.backups = {proven(name, 1), proven("newer.bak", 2)};
  auto permit = permit_deletion(history, name, replica, ProofLevel::understood, from_unix(1'000'000));
  return std::move(permit.value());
}

}  // namespace coffre::test
