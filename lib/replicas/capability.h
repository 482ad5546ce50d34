// What a place can do, as it was measured by asking it: the words in which that is told, kept and judged. Pure.
//
// A verdict is `yes` only for what was tried and seen. What could not be tried is `not_measured`, with the reason:
// never taken for a yes, and never for a no.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace coffre {

enum class Capability {
  conditional_put,  // a second put of a path is refused by the place itself
  versioning,       // an overwrite keeps what was there
  lock_read_back,   // a lock that was asked for is there when it is read
  lock_refuses,     // a locked version is not removed, by a key that removes an unlocked one
  user_metadata,    // notes that are put with an object come back with it
  checksum,         // a put whose digest is wrong is refused
  pagination,       // a listing in several pages gives everything, once
  clock,            // its clock and ours agree well enough for locks
};
std::span<const Capability> all_capabilities();
std::string_view to_string(Capability capability);  // "conditional_put": stable, for the catalog and --json
std::string title_of(Capability capability);        // in words, translated

enum class Ability { yes, no, not_measured };
std::string_view to_string(Ability verdict);

struct Measured {
  Capability what;
  Ability verdict = Ability::not_measured;
  std::string found{};  // what was seen, or why it could not be asked; translated, printable, one line
};

// How much depends on a capability in a place of this kind.
enum class Demand {
  rule,     // without it what the configuration orders is not done
  needed,   // without it something works badly
  welcome,  // nice to know
};
struct PlaceDemands {
  bool locks = false;     // the configuration wants copies to be locked
  bool versions = false;  // the place keeps versions
  bool bucket = true;     // a folder has neither versions nor a clock of its own
};
Demand demand_for(Capability capability, const PlaceDemands& place);

// 4 when a rule is known to be broken, 3 when something needed is missing or was not measured, otherwise 0 (design.md
// section 11).
int exit_code_of(const std::vector<Measured>& all, const PlaceDemands& place);

}  // namespace coffre
