// What a device said of itself at one backup, as text in the catalog's row (column `facts` of backups, and the intent
// of a running job): `accept` makes it the new expectation. JSON:
//   {"identity": {"vendor", "model", "serial", "firmware", "counts": {name: number}}, "restore_bytes": number,
//    "restore_parts": {name: bytes}}
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/plausibility.h"

namespace coffre {

// Bytes that are not UTF-8 (foreign texts) become U+FFFD.
std::string format_facts(const Expectation& facts);
// nullopt for "" (unknown). Throws Error(damaged).
std::optional<Expectation> parse_facts(std::string_view text);

}  // namespace coffre
