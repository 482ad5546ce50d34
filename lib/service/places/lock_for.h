// Until when the second place is asked to lock a copy.
//
// Threads: as the catalog. Errors: those of the catalog.
#pragma once

#include "base/clock.h"
#include "catalog/backups.h"
#include "service/installation.h"

namespace coffre {

// model/retention_policy.h's date. The copy is put before it can be proven, so whether it becomes its month's first
// proven one is not known yet: unless an older one of that device and month is proven, it is locked as if it did. Such
// a lock may outlast its tier; it cannot fall short, and could not be taken back.
Instant lock_for(Installation& at, const BackupRow& backup);

}  // namespace coffre
