// Who can open a backup besides those whom its file names: the sidecars that lie beside its copies, as they were when a
// person with the file's key had made or checked them (service/keys/rewrap.h). A sidecar is not signed: what merely
// lies there is not recorded. A catalog made anew knows none until `restore-cli rewrap` looks again.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/hash.h"
#include "catalog/database.h"

namespace coffre {

struct SidecarRow {
  std::string replica{};
  std::uint32_t epoch = 0;                     // of the recipients list it was made for; 1 or more
  std::vector<std::string> full_recipients{};  // hex rids, at least one
  Instant seen_at{};                           // last read with the file's key at hand
};

// One row per digest, replica and epoch: upsert. Of a digest without a backup: Error(not_found).
void put_sidecar(Session& session, const Digest& digest, const SidecarRow& sidecar);
std::vector<SidecarRow> sidecars_of(Session& session, const Digest& digest);  // by replica, then epoch
std::map<Digest, std::vector<SidecarRow>> all_sidecars(Session& session);     // each likewise

}  // namespace coffre
