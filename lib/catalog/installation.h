// Facts about this installation: small key/value rows.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "catalog/database.h"

namespace coffre {

// Known keys: "installation_id" (32 hex), "rebuilt_at" and "rebuilt_from" (after rebuild-catalog, RFC 3339 / replica),
// "inventory_devices" (count at the last accepted load).
std::optional<std::string> get_fact(Session& session, std::string_view key);
void put_fact(Session& session, std::string_view key, std::string_view value);

}  // namespace coffre
