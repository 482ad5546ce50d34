// The system's time zones (/usr/share/zoneinfo, through Howard Hinnant's date library) as model's Zone.
#pragma once

#include <memory>
#include <string>

#include "model/zone.h"

namespace coffre {

// "Europe/Paris"; thread-safe, and so is the Zone. Throws Error(usage) for a name that the system does not know.
std::unique_ptr<Zone> load_zone(const std::string& name);

}  // namespace coffre
