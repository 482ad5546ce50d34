// Reads a backup's bytes in every replica again and puts on record what that proves (design.md section 1).
//
// With a FULL identity: opens each copy, checks every part, understands; evidence `replicated`, `opened` (by the
// identity's role), `understood`, and a key proof of that recipient. Without: steps 1-4 of the reading order, evidence
// `replicated`. A damaged copy, or another file under the name, is recorded and opens COPIE_ENDOMMAGEE; a missing one
// COPIE_MANQUANTE; neither keeps the other copy from counting. A META identity cannot verify: E_SCOPE.
//
// Evidence is only ever added; a crash before the last transaction leaves everything as before. One journal row a
// backup.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/backups.h"
#include "service/installation.h"
#include "service/keys/key_ring.h"
#include "service/places/stored_copy.h"

namespace coffre {

struct VerifyRequest {
  const KeyRing& ring;
  std::vector<Bytes> sidecars{};  // that a person named; otherwise those beside each copy (service/keys/sidecars.h)
  std::string replica{};          // "local" or "cloud"; "" = both
};

// What opening proved; the same for each copy, since they have one digest.
struct VerifiedContent {
  std::string opened_by{};  // role: "op", "drill", "recovery"
  std::string recipient{};  // hex rid
  bool understood = false;
  std::string understood_by{};
  std::vector<std::string> problems{};  // why not understood
};

struct Verification {
  std::string name{};
  std::string device{};
  bool suspect = false;
  std::vector<CopyCheck> copies{};
  std::optional<VerifiedContent> content{};  // with an identity, when a copy was good
  Proof proof{};                             // afterwards
  std::optional<Error> error{};              // about keys or trust: nothing was recorded but the journal row
};

// Throws nothing about the backup itself: that is in the result. Error(internal), and what a broken catalog throws.
Verification verify_backup(Installation& at, const BackupRow& backup, const std::string& device,
                           const VerifyRequest& request);

// design.md section 11 for one run of `verify`: 5 a copy is damaged, 4 refused (another file, untrusted signer), 6 a
// key does not fit, 3 something is missing, unavailable, not understood, or the origin was not checked; else 0.
int exit_code_of(const std::vector<Verification>& results, const VerifyRequest& request);

}  // namespace coffre
