// Compares what lies in the places with what the catalog says lies there: by their listings, no backup is read whole.
//
//   row without object        named in `to_heal`: the copy comes back from the other place (service/healing/heal.h)
//   object without row        ours, with a valid signature: it gets its row (service/healing/adopt.h), and is healed
//   object that is not ours   named; the anomaly OBJET_ETRANGER of the place, when it is named like a backup
//   sidecar that has gone     named: `restore-cli rewrap` makes it again, with a key that opens the backup
//
// A listing may lag behind: what it does not show is asked for itself. What a run is about to publish has no row yet: a
// file gets its row under the lock of its device only, and is left alone while somebody works there.
// Threads: the caller's. Memory: one row an object. Crash: each row by itself; the next call goes on.
#pragma once

#include <string>
#include <vector>

#include "base/hash.h"
#include "service/installation.h"

namespace coffre {

struct ForeignObject {
  std::string replica;
  std::string path;
  std::string category;  // of the format; "name" (it does not belong there), "expired" (it has come back)
};

struct Reconciliation {
  std::vector<std::string> adopted{};        // names of backups
  std::vector<Digest> to_heal{};             // backups of which a place lacks the copy, or has one without a row
  std::vector<ForeignObject> foreign{};      // named like a backup, and none of ours
  std::vector<std::string> strays{};         // "local: notes.txt": other objects that do not belong there
  std::vector<std::string> lost_sidecars{};  // names of backups with fewer sidecars than are on record
};

// `places`: those that answer. Throws what they throw after all.
Reconciliation reconcile(Installation& at, const std::vector<Replica*>& places);

// Of every device: each number is there in one place at least, or expiry is the reason why not; otherwise
// TROU_DE_SEQUENCE. "CLIENT/SITE/TYPE_NAME: ...", one text a finding.
std::vector<std::string> check_sequences(Installation& at);

}  // namespace coffre
