// A device's identity in --json (schemas/cli-json.md, "identity"): the same in both programs.
#pragma once

#include "cli/json.h"
#include "model/device_identity.h"

namespace coffre::cli {

Json identity_json(const DeviceIdentity& identity);

}  // namespace coffre::cli
