// What becomes of the first place's failures: without the local volume there is no backup (design.md section 5).
#pragma once

#include "base/error.h"
#include "service/installation.h"

namespace coffre {

// Opens what stands for that failure: VOLUME_NON_CHIFFRE, ESPACE_DISQUE or EMPLACEMENT_INDISPONIBLE, under the place's
// name (kLocalReplica). The caller throws on.
void note_local_failure(Database& catalog, const Error& error, Instant now);

// The volume is there, ours, has room, and is encrypted or need not be: closes all three. `at.local` is set.
void close_local_matters(Installation& at);

}  // namespace coffre
