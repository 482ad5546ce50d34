// Releases: two persons let one of the last backups of a retired device go, by its name and with a reason. Without that
// the floor keeps them for ever (rule 4; model/retention_floor.h). It waives the floor alone: its tiers and holds stay,
// it is announced and goes days later as everything else, and the one that becomes the last by it stays in its turn.
//
// Threads: as the catalog. Errors: usage (persons, reason), not_found (nobody knows that name; it is not released),
// rule (the device is not retired, its client's contract has ended, the backup is not among the last), conflict (it is
// released already; it has expired).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/releases.h"
#include "service/installation.h"
#include "service/retention/expiry_plan.h"

namespace coffre {

struct ReleaseRequest {
  std::string name{};  // with or without ".bak"
  std::string first_person{};
  std::string second_person{};
  std::string reason{};
  std::string ticket{};
};
// Returns the name as it stands on record.
std::string release_backup(Installation& at, const ReleaseRequest& request);
// Takes it back, as long as the backup has not expired: it stays as before. One that was announced is withdrawn with
// the next announcement, and not executed before. Returns the name.
std::string take_back_release(Installation& at, const std::string& name, const std::string& reason,
                              const std::string& ticket);

struct ReleaseView {
  ReleaseRow release{};
  std::string name{};
  std::optional<Instant> expired_at{};  // it is gone
  std::optional<ExpiryItem> item{};     // it expires; otherwise something else keeps it
};
std::vector<ReleaseView> list_releases(const Installation& at);  // oldest first

}  // namespace coffre
