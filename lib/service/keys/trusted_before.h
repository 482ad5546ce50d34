// The day after a break-in: which backup of each device is the newest that can be trusted to be from before it. A
// backup counts when it was sealed, and its bytes were read back, at instants before T, by the evidence of our catalog:
// what came later may have been made, or changed, by whoever broke in. Reads the catalog only.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "service/reading/listing.h"

namespace coffre {

struct TrustedBackup {
  std::string device;                  // "CLIENT/SITE/TYPE_NAME"
  std::optional<BackupView> backup{};  // nullopt: no backup of this device counts
  std::optional<Instant> sealed{};     // the evidence that makes it count: the newest before T
  std::optional<Instant> read_back{};
  std::set<std::string> places{};  // where it was read back before T
  std::size_t later = 0;           // backups of the device that do not count, because they are newer
};

// Devices without such a backup first, then in order. Suspect backups never count. Error(not_found) as
// list_backup_views.
std::vector<TrustedBackup> trusted_before(const Installation& at, const ListFilter& filter, Instant before);

}  // namespace coffre
