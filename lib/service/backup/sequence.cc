#include "service/backup/sequence.h"

#include <algorithm>
#include <set>

#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "base/translate.h"
#include "catalog/anomalies.h"
#include "catalog/backups.h"
#include "catalog/installation.h"
#include "model/sequence_check.h"
#include "service/healing/adopt.h"
#include "service/places/stored_copy.h"
#include "service/places/stored_file.h"
#include "service/reading/conclude.h"

namespace coffre {
namespace {

void raise_to(SequenceHead& head, const SequenceHead& other) {
  if (other.sequence > head.sequence) head = other;
}

// What the catalog knows of a device's files.
struct Known {
  std::set<std::string> folders;  // a device that was renamed left the earlier ones under its old name
  std::set<Digest> digests;
  std::vector<BackupRow> backups;
  SequenceHead head;
  bool since_rebuild = true;  // a backup was recorded since the catalog was made anew, or it never was
};

Known known_of(Installation& at, const DeviceKey& device, std::string_view device_id) {
  Known known;
  known.folders.insert(device.path());
  at.catalog.read([&](Session& session) {
    const std::string rebuilt = get_fact(session, "rebuilt_at").value_or("");
    known.since_rebuild = rebuilt.empty();
    for (const BackupRow& backup : list_all_of_device(session, device_id)) {
      if (const auto name = BackupName::parse(backup.name)) known.folders.insert(name->device.path());
      known.digests.insert(backup.digest);
      known.since_rebuild = known.since_rebuild || to_rfc3339(backup.recorded_at) > rebuilt;
      known.backups.push_back(backup);
    }
    if (const auto head = sequence_head(session, device_id)) known.head = *head;
  });
  return known;
}

std::vector<StoredFile> files_of(const Installation& at, Replica& replica, const Known& known,
                                 std::string_view device_id) {
  std::vector<StoredFile> files;
  std::vector<std::string> skipped;
  for (const std::string& folder : known.folders) {
    for (StoredFile& file : stored_files(at, replica, folder, skipped)) {
      if (file.device_id != device_id) continue;
      if (file.by_revoked_signer && !known.digests.contains(file.digest)) {
        skipped.push_back(file.path);
      } else {
        files.push_back(std::move(file));
      }
    }
  }
  for (const std::string& path : skipped) log(LogLevel::warning, path, "not a file of this installation: not counted");
  return files;
}

void raise_to(SequenceHead& head, const std::vector<StoredFile>& files) {
  for (const StoredFile& file : files) raise_to(head, {.sequence = file.sequence, .digest = file.digest});
}

void adopt_unknown(Installation& at, const Replica& replica, const std::vector<StoredFile>& files, Known& known) {
  for (const StoredFile& file : files) {
    if (known.digests.contains(file.digest)) continue;
    known.digests.insert(file.digest);
    if (const auto row = adopt(at, replica.properties().name, file)) known.backups.push_back(*row);
  }
}

// Asked, not believed: only a number that is really there is no gap. A place that does not answer is taken at the
// catalog's word; the next one to read that copy says what became of it.
bool second_place_holds(Installation& at, const BackupRow& backup) {
  const CopyCheck copy = check_copy(*at.cloud, backup, [](const RandomReader&) {});
  if (copy.state != "unavailable") return copy.state == "good";
  std::vector<CopyRow> copies;
  at.catalog.read([&](Session& session) { copies = copies_of(session, backup.digest); });
  return std::ranges::any_of(copies, [&](const CopyRow& row) {
    return row.replica == at.cloud->properties().name && (row.state == "good" || row.state == "seen");
  });
}

// Whether expiry took it from the local volume: it is not there for a reason that is on record.
bool has_expired_here(Installation& at, const BackupRow& backup) {
  if (backup.expired_at) return true;
  std::vector<CopyRow> copies;
  at.catalog.read([&](Session& session) { copies = copies_of(session, backup.digest); });
  return std::ranges::any_of(
      copies, [&](const CopyRow& row) { return row.replica == at.local->properties().name && row.state == "expired"; });
}

// A file that only the local volume has lost is no gap in the sequence: its copy is missing or damaged, on record from
// now on, and the run puts a missing one back (service/places/replicate.h).
std::vector<SequenceEntry> note_lost_locally(Installation& at, const Known& known,
                                             const std::vector<StoredFile>& local) {
  std::set<Digest> there;
  for (const StoredFile& file : local) there.insert(file.digest);
  std::vector<SequenceEntry> elsewhere;
  for (const BackupRow& backup : known.backups) {
    if (there.contains(backup.digest)) continue;
    const bool expired = has_expired_here(at, backup);
    if (!expired && !second_place_holds(at, backup)) continue;
    elsewhere.push_back({.sequence = backup.sequence, .digest = backup.digest, .prev_digest = backup.prev_digest});
    if (expired) continue;
    const std::string path = object_path(backup);
    const bool unreadable = at.local->head(path).has_value();
    at.catalog.write([&](Session& session) {
      record_copy(session, backup,
                  {.replica = at.local->properties().name, .path = path, .state = unreadable ? "damaged" : "missing"},
                  at.clock.now());
    });
    log(LogLevel::error, backup.name,
        unreadable ? tr("the local copy is damaged; the other place has one")
                   : tr("the local copy is not there any more; the other place has one"));
  }
  return elsewhere;
}

}  // namespace

SequencePosition next_position(Installation& at, const DeviceKey& device, std::string_view device_id) {
  Known known = known_of(at, device, device_id);
  const std::vector<StoredFile> local = files_of(at, *at.local, known, device_id);
  SequenceHead head = known.head;
  raise_to(head, local);
  if (head.sequence == 0 || !known.since_rebuild) {
    const std::vector<StoredFile> cloud = files_of(at, *at.cloud, known, device_id);
    raise_to(head, cloud);
    adopt_unknown(at, *at.cloud, cloud, known);
  }
  adopt_unknown(at, *at.local, local, known);
  std::vector<SequenceEntry> stored = note_lost_locally(at, known, local);
  stored.reserve(stored.size() + local.size());
  for (const StoredFile& file : local) {
    stored.push_back({.sequence = file.sequence, .digest = file.digest, .prev_digest = file.prev_digest});
  }
  SequencePosition position;
  position.findings = sequence_findings(std::move(stored), head.sequence);
  if (head.sequence == 0) return position;
  position.sequence = head.sequence + 1;
  position.prev_digest = head.digest;
  return position;
}

void settle_sequence(Installation& at, const DeviceKey& device, const std::vector<std::string>& findings) {
  const std::string subject = device.display();
  const Instant now = at.clock.now();
  at.catalog.write([&](Session& session) {
    if (findings.empty()) {
      close_anomaly(session, AnomalyCode::sequence_gap, subject, "every number is there again", now);
      forget_conclusion(session, AnomalyCode::sequence_gap, subject);
    } else {
      open_unless_concluded(session, AnomalyCode::sequence_gap, subject, join(findings, "; "), now);
    }
  });
  for (const std::string& finding : findings) log(LogLevel::error, subject, finding);
}

}  // namespace coffre
