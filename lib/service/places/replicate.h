// Brings a backup that one of the two places has into the other, reads it back, and adds the evidence. A copy that is
// there and damaged is left as it is: never overwritten (rule 3).
//
// Safe to repeat at any time: an object that is there with the same content counts as put, and is read back again. A
// crash leaves the object absent or whole there; the evidence is added by the next call.
#pragma once

#include <string_view>

#include "catalog/backups.h"
#include "model/proof.h"
#include "service/installation.h"

namespace coffre {

// Puts, reads back from *both* replicas, records `replicated` evidence for each copy whose digest is right. A copy that
// is missing or differs is recorded as such, with its anomaly, and gives no evidence. Returns the proof afterwards.
// Errors: those of the replicas (the anomaly EMPLACEMENT_INDISPONIBLE is opened before they are thrown on).
Proof replicate(Installation& at, const BackupRow& backup);

// Every backup without a good copy in one of the places, suspects too: first those that the second place lacks, each
// group oldest first. One failure does not stop the rest. Returns how many are still not in both.
std::size_t catch_up(Installation& at);

}  // namespace coffre
