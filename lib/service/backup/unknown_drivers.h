// The inventory's devices whose driver nobody has: a mistake that neither config (it knows no drivers) nor drivers (it
// knows no inventory) can see, and that is to be told before the night, not at the device's turn.
//
// Pure. Retired devices are not asked any more, so their drivers may be gone.
#pragma once

#include <vector>

#include "config/inventory_loader.h"
#include "drivers/driver.h"

namespace coffre {

// One finding a device, at the place of its `driver:`, with the nearest name; in inventory order.
std::vector<Finding> unknown_drivers(const InventoryResult& inventory, const DriverRegistry& drivers);

// What to say of a name that no driver has: "there is no driver "X"; is Y meant?", or which there are.
std::string no_such_driver(const std::string& name, const DriverRegistry& drivers);

}  // namespace coffre
