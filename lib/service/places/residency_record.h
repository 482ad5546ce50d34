// Where the second place's data lies by law and contract, in words, and on record: shown by `backupd check`, and in the
// journal when a place or its statement is used for the first time or changed.
//
// Threads: as the catalog. Errors: those of the catalog.
#pragma once

#include <string>

#include "config/settings.h"
#include "service/installation.h"

namespace coffre {

// "Gravelines (OVHcloud; source: ...)" of an endpoint that is known to lie in France (config/residency.h); otherwise
// the configuration's statement, with who made it and when. Translated, printable after printable().
std::string residency_text(const BucketSettings& bucket);

// A journal row `residency` when this is not what was noted last. Nothing for a folder.
void note_residency(Installation& at, const CloudReplicaSettings& cloud);

}  // namespace coffre
