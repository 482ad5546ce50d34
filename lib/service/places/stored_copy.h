// One copy of a backup in one replica: what reading it says, and how that goes on record. Shared by replicate, verify,
// show and extract.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "catalog/backups.h"
#include "service/installation.h"
#include "vault/open.h"

namespace coffre {

// Where it lies in both replicas. Error(damaged) when the catalog's name is none.
std::string object_path(const BackupRow& backup);

// What a file of this name has to be (step 7 of the reading order).
Expected expected_of(const BackupRow& backup);

// Names of the replicas that were composed, local first.
std::vector<Replica*> replicas_of(const Installation& at);

// Reads every byte: whole, signed by us, and the one we mean; throws what is wrong otherwise.
void require_whole(const Installation& at, const BackupRow& backup, const RandomReader& file);

// What became of one copy. `state`: "good", "missing", "damaged", or "unavailable" (the replica does not answer: says
// nothing about the copy, and is not recorded as its state).
struct CopyCheck {
  std::string replica;
  std::string path;
  std::string state;
  std::optional<Error> error = {};  // set for "damaged" and "unavailable"
};

// Opens the copy and calls `read` with its bytes, and with those of each further content under its path (a repaired
// bucket keeps the damaged version before the good one) until one is accepted. An Error that blames the bytes (damaged,
// unreadable although the place answers, or another file under this name: E_EXPECT, also when our keys or our trust
// refuse that one) becomes "damaged", one of the replica "unavailable"; every other Error passes through: it is about
// our keys or our trust, and would be the same for each copy.
CopyCheck check_copy(Replica& replica, const BackupRow& backup,
                     const std::function<void(const RandomReader& file)>& read);
// The same; `file` is the content that was accepted, nullptr unless the copy is good.
CopyCheck check_copy(Replica& replica, const BackupRow& backup,
                     const std::function<void(const RandomReader& file)>& read, std::unique_ptr<RandomReader>& file);

// In the caller's transaction: the copy's row, `replicated` evidence for a good one, anomalies opened or closed. A
// backup without any copy left that is good or may be is SAUVEGARDE_PERDUE.
void record_copy(Session& session, const BackupRow& backup, const CopyCheck& copy, Instant now);

// The first copy that `read` accepts, local first, with its bytes kept open. Throws the first copy's error when none is
// good. Copies that failed before or with it go on record (record_copy), so that the damage is seen.
struct OpenedCopy {
  std::string replica;
  std::unique_ptr<RandomReader> file;
  std::vector<CopyCheck> failed{};
};
using ReadCopy = std::function<void(Replica& place, const RandomReader& file)>;
OpenedCopy use_good_copy(Installation& at, const BackupRow& backup, const ReadCopy& read);

}  // namespace coffre
