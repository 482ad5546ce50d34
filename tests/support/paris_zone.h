// Real zones for tests of the model, from the system's zone data by Howard Hinnant's date-tz. The shipped programs read
// zones with os/zone_loader.h; here the model must not depend on os.
#pragma once

#include "model/zone.h"

namespace coffre::test {

// Lives as long as the process. Throws std::runtime_error when the system has no such zone.
const Zone& zone_named(const std::string& name);
const Zone& paris_zone();  // "Europe/Paris"

// The instant of an RFC 3339 text in UTC, which must be valid.
Instant utc(std::string_view rfc3339);

}  // namespace coffre::test
