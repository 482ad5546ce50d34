// A new catalog from one replica, when the old one is lost, damaged or older than the replica (design.md section 10).
//
// Two ranged reads an object (first 20 KiB, last 184 bytes): header and file signature by the signers list, the
// metadata record by the catalog key or any identity. What comes back: devices with their ids, backups, copies, what
// the newest backup says of its device. What does not: evidence beyond `sealed`, key proofs. Copies are "seen", not
// "good": bytes in between were not read; the next run or `verify` reads them back. Journal, anomalies and stored
// passwords are taken over from the catalog that is replaced, when that one is whole (service/healing/old_catalog.h);
// from the newest catalog copy (kind 5) in a later version.
//
// The new database is made beside the old one ("<catalog>.rebuilding") and takes its name at the end, in one step: a
// crash leaves the old catalog or the new one, perhaps with the old one's second name; then repeat.
// Stop the daemon first. Memory: one row an object.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "model/inventory.h"
#include "replicas/replica.h"
#include "service/healing/old_catalog.h"
#include "service/keys/key_ring.h"

namespace coffre {

enum class ExistingCatalog {
  refuse,     // Error(conflict) when there is one
  keep_aside  // --replace: renamed to "<catalog>.before-rebuild-<UTC>", never over another file
};

struct RebuildRequest {
  Replica& from;
  Replica* other = nullptr;  // looked at for further copies (listing only); nullptr: not at hand
  std::filesystem::path catalog;
  ExistingCatalog existing = ExistingCatalog::refuse;
  const KeyRing& ring;  // signers, and the catalog key or another identity
  const Inventory& inventory;
  std::string account;
  std::function<void(std::size_t done, std::size_t total)> progress = nullptr;  // may throw Error(interrupted)
};

struct LeftOut {
  std::string path;
  std::string category;  // of the format, or "name" (lies under a path that its name does not give), "twin"
  std::string reason;
};

struct RebuildReport {
  std::string installation_id;
  std::size_t devices = 0;
  std::size_t backups = 0;
  std::size_t suspects = 0;
  std::size_t own_objects = 0;              // of the installation itself: lists, catalog copies, anchors
  std::vector<LeftOut> left_out;            // unreadable, foreign, misplaced: never in the catalog
  std::vector<std::string> only_in_other;   // paths of backups that the other place alone holds
  std::vector<DeviceKey> without_backup;    // in the inventory, nothing found
  std::vector<DeviceKey> not_in_inventory;  // found, and expected from now on
  std::vector<std::string> sequence_gaps;   // "CLIENT/SITE/TYPE_NAME: 3 missing", "...: 7 twice"; each opens an anomaly
  OldCatalog old;                           // what was taken over from the one that was replaced
  std::filesystem::path aside;              // where that one lies now; empty when there was none
};

// Errors: conflict (a catalog is there), rule (the replica was never claimed), the first object's category when not one
// can be read (no_key, rule, damaged), and those of the replica; then nothing has changed.
RebuildReport rebuild_catalog(const RebuildRequest& request, const Clock& clock);

// 0, or 3 when something was left out, missing or unexpected.
int exit_code_of(const RebuildReport& report);

}  // namespace coffre
