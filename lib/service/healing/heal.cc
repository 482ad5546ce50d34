#include "service/healing/heal.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/log.h"
#include "catalog/anomalies.h"
#include "catalog/devices.h"
#include "catalog/read_backs.h"
#include "replicas/installation.h"

namespace coffre {
namespace {

// As expiry's: whoever holds the lock for longer collects a backup, and the next pass comes by again.
constexpr std::chrono::milliseconds kPatience{10'000};

// One object that the store does not serve keeps nobody waiting for long; a store that serves none would.
constexpr unsigned kMostUnanswered = 3;

struct Surroundings {
  std::string device;  // whose lock
  bool expiring = false;
};

Surroundings surroundings_of(Installation& at, const BackupRow& backup) {
  Surroundings around;
  at.catalog.read([&](Session& session) {
    if (const auto device = find_device_by_id(session, backup.device_id)) around.device = device->key.path();
    around.expiring = has_expired_copy(session, backup.digest);
  });
  return around;
}

std::vector<BackupRow> in_one_place_only(Installation& at) {
  std::vector<BackupRow> backups;
  at.catalog.read([&](Session& session) {
    backups = backups_without_good_copy(session, kCloudReplica);
    std::set<Digest> listed;
    for (const BackupRow& backup : backups) listed.insert(backup.digest);
    for (BackupRow& backup : backups_without_good_copy(session, kLocalReplica)) {
      if (!listed.contains(backup.digest)) backups.push_back(std::move(backup));
    }
  });
  return backups;
}

// Otherwise every waiting backup would be read for nothing. Its matter is whoever's who looked at the places.
bool answers(Replica& place) {
  try {
    (void)place.head(kInstallationPath);
    return true;
  } catch (const Error& error) {
    log(LogLevel::warning, place.properties().name, error.what());
    return false;
  }
}

}  // namespace

std::optional<Replication> heal(Installation& at, const BackupRow& backup) {
  const FileLock lock = at.local->lock(surroundings_of(at, backup).device, at.clock, kPatience);
  // Asked under the lock: expiry holds it from before it removes until that is on record.
  if (surroundings_of(at, backup).expiring) return std::nullopt;
  return replicate(at, backup);
}

std::size_t catch_up(Installation& at) {
  const std::vector<BackupRow> waiting = in_one_place_only(at);
  if (waiting.empty() || !answers(*at.cloud)) return waiting.size();
  std::string last_problem;
  unsigned unanswered = 0;  // in a row
  for (const BackupRow& backup : waiting) {
    try {
      heal(at, backup);
      unanswered = 0;
    } catch (const Error& error) {
      if (last_problem != error.reason()) log(LogLevel::error, backup.name, error.what());  // once, when all fail alike
      last_problem = error.reason();
      unanswered = error.code() == ErrorCode::unreachable ? unanswered + 1 : 0;
      if (unanswered == kMostUnanswered) break;
    }
  }
  // Asked again, not counted: a copy may be bad without an error.
  return in_one_place_only(at).size();
}

Waiting waiting_copies(Installation& at) {
  Waiting waiting;
  for (const BackupRow& backup : in_one_place_only(at)) {
    ++waiting.backups;
    waiting.bytes += backup.file_size;
    waiting.oldest = std::min(waiting.oldest.value_or(backup.created_at), backup.created_at);
  }
  at.catalog.read([&](Session& session) {
    waiting.away_since.reset();
    for (const Anomaly& open : open_anomalies(session)) {
      if (open.code == AnomalyCode::replica_unavailable && open.subject == kCloudReplica) {
        waiting.away_since = open.opened;
      }
    }
  });
  return waiting;
}

}  // namespace coffre
