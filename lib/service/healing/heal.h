// service/places/replicate.h under the lock of the backup's device, so that nothing else works on its files meanwhile:
// for backups that are older than the run at hand. What expiry has begun to remove is left to it: it never comes back.
//
// Threads, crash: as replicate.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "catalog/backups.h"
#include "service/installation.h"
#include "service/places/replicate.h"

namespace coffre {

// nullopt: expiry has begun to remove it. Error(conflict) when the device has been worked on for longer than a moment,
// otherwise as replicate.
std::optional<Replication> heal(Installation& at, const BackupRow& backup);

// Every backup without a good copy in one of the places, suspects too: first those that the second place lacks, each
// group oldest first. One failure does not stop the rest, but a store that does not answer three times in a row, each
// time for as long as the retries go on, is left alone until the next pass. Returns how many are still not in both.
std::size_t catch_up(Installation& at);

// What is not in both places, as the catalog knows it.
struct Waiting {
  std::size_t backups = 0;
  std::uint64_t bytes = 0;
  std::optional<Instant> oldest{};      // when the oldest of them was taken
  std::optional<Instant> away_since{};  // since when the second place's matter is open, if it is
};
Waiting waiting_copies(Installation& at);

}  // namespace coffre
