// Brings the catalog's devices in line with a freshly loaded inventory (rules 8 and 10 of design.md section 3).
//
// New devices get their random id; renamed ones keep theirs; retired ones are marked. A device that was seen once and
// is gone from the inventory without `retired:` stays expected. A load that loses more than 5 % of the expected devices
// is refused with Error(rule) and opens INVENTAIRE_REDUIT; `backupd inventory accept` releases exactly that loss. Each
// device that came, was renamed, retired or is back leaves a journal row (action inventory_sync). One transaction: a
// crash leaves the old state.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "catalog/database.h"
#include "model/inventory.h"

namespace coffre {

inline constexpr double kLargestSilentLoss = 0.05;

struct InventorySync {
  std::vector<DeviceKey> added;
  std::vector<DeviceKey> renamed;
  std::vector<DeviceKey> missing;  // expected, not in the inventory, not retired: named first in every list
};

// `account`: who loads it, for the journal.
InventorySync sync_inventory(Database& catalog, const Inventory& inventory, Random& random, const std::string& account,
                             Instant now);

// Releases the loss that sync_inventory would refuse now: journal row with ticket and reason. Returns the devices that
// stay expected although the inventory no longer has them. Error(usage) when there is nothing to accept.
std::vector<DeviceKey> accept_inventory(Database& catalog, const Inventory& inventory, const std::string& account,
                                        const std::string& ticket, const std::string& reason, Instant now);

}  // namespace coffre
