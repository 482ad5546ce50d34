// What `rebuild-catalog` takes over from the catalog that it replaces, and what it does not.
//
// Taken over, when the old file is whole (integrity, journal's chain) and of the same installation: the journal, whose
// chain goes on; every anomaly, since an open matter does not end with a file; stored passwords, wrapped and stopped as
// they were; devices that have no backup yet, which stay expected (rule 8); which lists of keys were seen, so that no
// older list can come back; holds, releases and closures of clients, which people decided; the rows of backups that
// have expired, whose numbers are no gaps.
// Not taken over: evidence and key proofs. A catalog is made anew because it is in doubt, and evidence is only for
// bytes that were read back (rule 3): it begins again. Backups, copies and what is expected of a device come from the
// files.
//
// All of it in one transaction of the new catalog: taken over as a whole, or not at all.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "catalog/database.h"
#include "model/backup_name.h"

namespace coffre {

struct CarriedOver {
  std::uint64_t journal_rows = 0;
  std::uint64_t anomalies = 0;       // of which
  std::uint64_t open_anomalies = 0;  // are open
  std::uint64_t credentials = 0;
  std::uint64_t devices = 0;  // without any backup
  std::uint64_t holds = 0;
  std::uint64_t closures = 0;  // clients whose contract ends
  std::uint64_t expired = 0;   // backups
  std::uint64_t releases = 0;  // of a retired device's last ones
};

struct OldCatalog {
  bool there = false;
  std::optional<CarriedOver> carried{};
  std::string lost{};  // why nothing could be taken over; "" when it was, or when there was none
};

// `old`: the file that is about to step aside; only read. `installation_id`: whose the new one is.
OldCatalog carry_over(const std::filesystem::path& old, Database& to, const std::string& installation_id,
                      const Clock& clock);

}  // namespace coffre
