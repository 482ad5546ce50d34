// The proof of a backup as the catalog knows it now: evidence and its surroundings, put to model/proof.h.
#pragma once

#include <vector>

#include "catalog/backups.h"
#include "model/proof.h"
#include "service/installation.h"

namespace coffre {

// Whether the place has that copy, as far as the catalog knows: not missing, damaged or expired.
bool is_held(const CopyRow& copy);

// What is known of its surroundings, key proofs aside: those are the same for many backups, and the caller's to add.
ProofContext proof_context(const Installation& at, const BackupRow& backup, const std::vector<CopyRow>& copies);

Proof proof_of(const Installation& at, Session& session, const BackupRow& backup);

// After evidence was added: brings `last_proven` of the device up to date, and opens or closes PREUVE_INSUFFISANTE and
// COPIE_MANQUANTE for it. In the caller's transaction. Returns the proof.
Proof settle_proof(const Installation& at, Session& session, const BackupRow& backup, Instant now);

}  // namespace coffre
