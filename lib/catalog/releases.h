// Which of a retired device's last backups two persons let go, one by one (rule 4). A row says that it was said; what
// it means for a backup is model/retention_floor.h's. It stays when the backup has expired.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/hash.h"
#include "catalog/database.h"

namespace coffre {

struct ReleaseRow {
  Digest digest{};  // of the backup: another file of its name is not released
  std::string first_person{};
  std::string second_person{};
  std::string reason{};
  std::string ticket{};
  std::string account{};  // who typed it
  Instant at{};
};

// A second one of a backup is Error(conflict); of no backup: Error(not_found).
void put_release(Session& session, const ReleaseRow& release);
std::vector<ReleaseRow> releases(Session& session);  // oldest first
// Says whether there was one.
bool remove_release(Session& session, const Digest& digest);

}  // namespace coffre
