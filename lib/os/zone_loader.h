// The system's time zones (/usr/share/zoneinfo, through Howard Hinnant's date library) as model's Zone.
//
// Limit: the library reads the tables of the zone files, which end with 2037, not the rule behind them; from 2038 on it
// knows no summer time (version 3.0.1; its ptz.h, which could, does not compile as C++20).
#pragma once

#include <memory>
#include <string>

#include "model/zone.h"

namespace coffre {

// "Europe/Paris"; thread-safe, and so is the Zone. Throws Error(usage) for a name that the system does not know.
std::unique_ptr<Zone> load_zone(const std::string& name);

}  // namespace coffre
