// Makes both copies of a backup whole: brings it into the place that has none or a bad one, from the one whose copy is
// good; reads back what it brought, and adds the evidence. A damaged copy is never overwritten (rule 3) but kept aside
// (Replica::repair). Without a good copy nothing changes; SAUVEGARDE_PERDUE says so.
//
// Safe to repeat at any time: an object that is there with the same content counts as put, and is read back again. A
// crash leaves the object absent or whole there, perhaps with the damaged one aside already; the next call finishes.
#pragma once

#include <string>
#include <vector>

#include "catalog/backups.h"
#include "model/proof.h"
#include "service/installation.h"
#include "service/places/stored_copy.h"

namespace coffre {

struct Replication {
  CopyCheck local;
  CopyCheck cloud;
  std::vector<std::string> repaired{};    // names of the places whose copy was missing or bad, and is good now
  std::vector<std::string> kept_aside{};  // "local: _coffre/quarantine/...": where what was in the way is kept
  Proof proof{};
  [[nodiscard]] bool in_both() const { return local.state == "good" && cloud.state == "good"; }
};

// Reads both copies, each as a whole, and records what it finds; `replicated` evidence for each whose digest is right.
// Errors: those of the replicas (the anomaly EMPLACEMENT_INDISPONIBLE is opened before they are thrown on).
Replication replicate(Installation& at, const BackupRow& backup);

}  // namespace coffre
