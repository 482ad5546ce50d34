// What a .bak object is. The numbers are those of the file header (schemas/bak-format.md, field `kind`).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace coffre {

enum class Kind : std::uint8_t {
  hebdo = 1,    // scheduled, weekly
  pre = 2,      // before a change, under a ticket
  post = 3,     // after a change, under a ticket
  mensuel = 4,  // the month's first scheduled one
  catalog = 5,  // copy of our own catalog and configuration
  anchor = 6,   // signed head of the journal
  drill = 7,    // record of a restore test
};

std::string_view to_string(Kind kind);  // "HEBDO", "PRE", ... "CATALOG", "ANCHOR", "DRILL"
std::optional<Kind> kind_from_string(std::string_view text);
std::optional<Kind> kind_from_number(std::uint8_t number);

// Kinds 1-4: a device's configuration. The others belong to the installation itself.
bool is_device_backup(Kind kind);

}  // namespace coffre
