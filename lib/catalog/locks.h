// Until when the copies in a place were last seen to be locked by its store: what a put or an extension has read back.
// Never more than that: a copy that is put anew has the lock of that put. A catalog made anew knows none.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/hash.h"
#include "catalog/database.h"

namespace coffre {

// Of a copy that has no row (catalog/backups.h): Error(not_found).
void put_lock(Session& session, const Digest& digest, std::string_view replica, Instant until);

struct LockRow {
  Digest digest{};
  std::optional<Instant> until{};  // nullopt: not known
};
// Of every copy in state "good" in that replica, those that end first, first; unknown ones before all.
std::vector<LockRow> locks_in(Session& session, std::string_view replica);

}  // namespace coffre
