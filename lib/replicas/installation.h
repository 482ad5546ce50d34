// Whose replica this is: `_coffre/INSTALLATION`, one line "coffre-installation <id>", written put-if-absent, so that
// two installations never mix their sequences in one place.
//
// Errors: rule when the replica belongs to another installation (names both), damaged when the object is not of this
// form, and whatever the replica throws.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "replicas/replica.h"

namespace coffre {

inline constexpr std::string_view kInstallationPath = "_coffre/INSTALLATION";

// Who claimed it; nullopt: nobody yet.
std::optional<std::string> installation_id(Replica& replica);

// Makes it ours; nothing to do when it is already. For `init` and for a place that a person gives us (`replica claim`).
// `id`: 32 hex digits.
void claim_installation(Replica& replica, std::string_view id);

// For every other start: the replica must be ours already. An unclaimed one is Error(rule) too: most likely the bare
// folder under a volume that is not mounted.
void require_installation(Replica& replica, std::string_view id);

}  // namespace coffre
