// Carries on the locks of the second place whose end comes before the one of their tier: a policy that was raised, a
// suspect backup that was accepted, a tier longer than the 13 months that a store is ever asked for. Never shortens
// one. Which ones is decided from the catalog; only what is due is asked of the store, which then reads the copy whole.
//
// Safe to repeat: a lock that is there already is read back, and noted. Threads: as the catalog.
#pragma once

#include <cstddef>
#include <optional>

#include "catalog/backups.h"
#include "service/installation.h"

namespace coffre {

// The date to extend to, or nullopt when there is nothing to do yet. `noted`: nullopt when the lock is not known. Small
// gains wait until the lock is about to end, so that a tier that is cut at 13 months is not asked for every night.
std::optional<Instant> extension_due(Installation& at, const BackupRow& backup, const std::optional<Instant>& noted);

struct LockExtensions {
  std::size_t extended = 0;
  std::size_t failed = 0;  // locked too briefly still: the store did not, or did not answer
};
// Every good copy of the second place, when it locks. What the store refuses opens EMPLACEMENT_INDISPONIBLE, and goes
// on with the next; a store that does not answer ends the pass. One journal row when anything was due.
LockExtensions extend_locks(Installation& at);

}  // namespace coffre
