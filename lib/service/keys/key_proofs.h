// ESSAI_DE_CLE_MANQUANT: who opens it, who closes it. Level 3 by the run counts only while each FULL recipient has a
// fresh key proof (model/proof.h); a key that nobody tried is a matter before it is needed.
//
// Subject: "<role> <id in hex>", the role as the recipients list has it. Threads: the caller's transaction.
#pragma once

#include <string_view>

#include "catalog/backups.h"
#include "catalog/database.h"
#include "model/proof.h"
#include "service/installation.h"

namespace coffre {

// Opens one for each "key_proof:<id>" that a device's newest backup lacks.
void open_missing_key_proofs(const Installation& at, Session& session, const BackupRow& backup, const Proof& proof,
                             Instant now);

// Records that an identity opened a file; closes its matter when that is of our build and recipients list.
void record_key_proof(const Installation& at, Session& session, const KeyProof& proof);

// Whether backups are sealed to this key today: by the list, or as a customer's own. `subject` ends with the hex rid.
bool is_key_in_use(const Installation& at, std::string_view subject);

// At each run, for the FULL recipients of the list: opens where this build and epoch has no proof, or the newest is too
// old; closes where a fresh one is newer than the matter, and for keys that are in the list no more. One transaction.
void settle_key_proofs(Installation& at);

}  // namespace coffre
