#include "service/backup/recover.h"

#include <map>

#include "base/error.h"
#include "base/log.h"
#include "catalog/devices.h"
#include "catalog/jobs.h"
#include "service/backup/intent.h"
#include "vault/open.h"

namespace coffre {
namespace {

// Whether the file that a dead run meant to publish lies there whole, signed by us. A damaged one is as if it were not:
// nothing is recorded about it, and it is left for a person.
bool is_published(const Installation& at, const Intent& intent) {
  const auto file = at.local->open(intent.path);
  if (!file) return false;
  try {
    return check_signatures(*file, at.trust.signers.signers, nullptr).digest == intent.backup.digest;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::damaged && error.code() != ErrorCode::rule) throw;
    log(LogLevel::error, intent.path, error.what());
    return false;
  }
}

}  // namespace

void recover_device(Installation& at, const DeviceKey& device, std::string_view device_id) {
  std::vector<JobRow> dead;
  at.catalog.read([&](Session& session) {
    for (JobRow& job : open_jobs(session)) {
      if (job.device_id == device_id && job.state == JobState::running) dead.push_back(std::move(job));
    }
  });
  for (const JobRow& job : dead) {
    std::optional<Intent> intent;
    if (!job.intent.empty()) intent = parse_intent(job.intent);
    const bool published = intent && is_published(at, *intent);
    at.catalog.write([&](Session& session) {
      if (published) record_backup(session, *intent, at.account, at.clock.now());
      abandon_job(session, job.id,
                  published ? "interrupted after publishing; recorded by the next run" : "interrupted");
    });
    log(LogLevel::warning, device.display(),
        published ? "an interrupted run had published a backup: recorded" : "an interrupted run left nothing");
  }
}

void recover_interrupted(Installation& at) {
  std::map<std::string, DeviceKey> dead;
  at.catalog.read([&](Session& session) {
    for (const JobRow& job : open_jobs(session)) {
      if (job.state != JobState::running) continue;
      if (const auto row = find_device_by_id(session, job.device_id)) dead.emplace(job.device_id, row->key);
    }
  });
  for (const auto& [id, key] : dead) {
    const auto lock = at.local->try_lock(key.path(), at.clock);
    if (lock) recover_device(at, key, id);  // otherwise its run is alive
  }
}

}  // namespace coffre
