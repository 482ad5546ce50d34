// Facts about this installation: small key/value rows.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "catalog/database.h"

namespace coffre {

// Known keys: "installation_id" (32 hex), "rebuilt_at" and "rebuilt_from" (after rebuild-catalog, RFC 3339 / replica),
// "inventory_devices" (count at the last accepted load), "last_anchor_at" (time of the newest signed anchor in decimal
// Unix seconds; texts of the journal may be removed when 13 months older than it, see journal.h), "trust_..." (which
// lists of keys were seen: service/keys/trust_record.h), "measured_cloud" (what the second place can do: JSON of
// service/places/check_replica.h), "canary_cloud" (whether its locks hold: JSON of service/places/canary.h).
std::optional<std::string> get_fact(Session& session, std::string_view key);
// Replaces what was there.
void put_fact(Session& session, std::string_view key, std::string_view value);

}  // namespace coffre
