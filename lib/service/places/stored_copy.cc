#include "service/places/stored_copy.h"

#include "base/text.h"
#include "base/translate.h"
#include "catalog/anomalies.h"
#include "model/backup_name.h"
#include "vault/category.h"

namespace coffre {
namespace {

// A sidecar lies beside the copy: whatever is wrong with it says nothing about the copy.
bool blames_bytes(const Error& error) {
  if (error.category() == to_string(Category::sidecar)) return false;
  return error.code() == ErrorCode::damaged || error.category() == to_string(Category::expectation);
}

// A store that answers nonsense, or cannot do what it is asked, says nothing about the copy.
bool blames_replica(const Error& error) {
  switch (error.code()) {
    case ErrorCode::io:
    case ErrorCode::unreachable:
    case ErrorCode::refused:
    case ErrorCode::implausible:
    case ErrorCode::unsupported:
      return true;
    default:
      return false;
  }
}

// Our keys or our trust say no, and not to the file that we mean: a stranger's one lies under its name.
bool meets_another_file(const Error& error, const RandomReader* file, const BackupRow& backup) {
  const bool about_us = error.code() == ErrorCode::rule || error.code() == ErrorCode::no_key;
  return about_us && file != nullptr && digest_of_file(*file) != backup.digest;
}

std::string damage_text(const Error& error) {
  if (error.category() == to_string(Category::expectation)) {
    return "another file lies under this name (E_EXPECT): it is left as it is, the other copy counts";
  }
  const std::string category = error.category().empty() ? std::string(to_string(error.code())) : error.category();
  return "the object differs from what was sealed (" + category + "): it is left as it is, the other copy counts";
}

Error missing_error(const CopyCheck& copy) {
  return Error(ErrorCode::not_found, tr("opening a copy"), tr("the object is not there"),
               tr("Look for the other copy: restore-cli verify NAME"))
      .on(copy.replica + ": " + copy.path);
}

CopyCheck check_and_keep(Replica& replica, const BackupRow& backup,
                         const std::function<void(const RandomReader& file)>& read,
                         std::unique_ptr<RandomReader>& file) {
  CopyCheck copy{.replica = replica.properties().name, .path = object_path(backup), .state = "missing"};
  try {
    file = replica.open(copy.path);
    if (!file) return copy;
    read(*file);
    copy.state = "good";
  } catch (Error& error) {
    if (meets_another_file(error, file.get(), backup)) error = refusal(Category::expectation);
    if (!blames_bytes(error) && !blames_replica(error)) throw error.on(backup.name);
    copy.state = blames_bytes(error) ? "damaged" : "unavailable";
    copy.error = error.on(copy.replica + ": " + backup.name);
  }
  return copy;
}

void record_failed(Installation& at, const BackupRow& backup, const std::vector<CopyCheck>& failed) {
  if (failed.empty()) return;
  const Instant now = at.clock.now();
  at.catalog.write([&](Session& session) {
    for (const CopyCheck& copy : failed) record_copy(session, backup, copy, now);
  });
}

}  // namespace

std::string object_path(const BackupRow& backup) {
  const auto name = BackupName::parse(backup.name);
  if (!name) {
    throw Error(ErrorCode::damaged, tr("reading the catalog"), tr("a backup has no valid name")).on(backup.name);
  }
  return backup.suspect ? name->suspect_path() : name->path();
}

Expected expected_of(const BackupRow& backup) {
  Expected expected{
      .name = backup.name, .device_id = DeviceId{}, .device_seq = backup.sequence, .digest = backup.digest};
  if (!from_hex_exact(backup.device_id, *expected.device_id)) {
    throw Error(ErrorCode::damaged, tr("reading the catalog"), tr("a device has no valid id")).on(backup.name);
  }
  return expected;
}

std::vector<Replica*> replicas_of(const Installation& at) {
  std::vector<Replica*> replicas;
  if (at.local) replicas.push_back(at.local.get());
  if (at.cloud) replicas.push_back(at.cloud.get());
  return replicas;
}

CopyCheck check_copy(Replica& replica, const BackupRow& backup,
                     const std::function<void(const RandomReader& file)>& read) {
  std::unique_ptr<RandomReader> file;
  return check_and_keep(replica, backup, read, file);
}

void record_copy(Session& session, const BackupRow& backup, const CopyCheck& copy, Instant now) {
  if (copy.state == "unavailable") {
    open_anomaly(session, AnomalyCode::replica_unavailable, copy.replica,
                 copy.error ? copy.error->finding_on(copy.replica) : "", now);
    return;
  }
  put_copy(session, backup.digest, {.replica = copy.replica, .path = copy.path, .seen_at = now, .state = copy.state});
  const std::string subject = copy.replica + ": " + backup.name;
  if (copy.state == "good") {
    add_evidence(session, backup.digest, {EvidenceType::replicated, now, copy.replica});
    close_anomaly(session, AnomalyCode::replica_damaged, subject, "read back with the right digest", now);
    close_anomaly(session, AnomalyCode::replica_missing, subject, "read back with the right digest", now);
    return;
  }
  if (copy.state == "missing") {
    open_anomaly(session, AnomalyCode::replica_missing, subject, tr("the object is not there (any more)"), now);
    return;
  }
  open_anomaly(session, AnomalyCode::replica_damaged, subject,
               copy.error ? damage_text(*copy.error) : tr("the object differs from what was sealed"), now);
}

OpenedCopy use_good_copy(Installation& at, const BackupRow& backup, const ReadCopy& read) {
  OpenedCopy opened;
  for (Replica* const replica : replicas_of(at)) {
    CopyCheck copy = check_and_keep(
        *replica, backup, [&](const RandomReader& file) { read(*replica, file); }, opened.file);
    if (copy.state == "good") {
      opened.replica = copy.replica;
      record_failed(at, backup, opened.failed);
      return opened;
    }
    opened.failed.push_back(std::move(copy));
  }
  record_failed(at, backup, opened.failed);
  if (opened.failed.empty()) {
    throw Error(ErrorCode::internal, tr("opening a backup"), "the command was composed without replicas")
        .on(backup.name);
  }
  const CopyCheck& first = opened.failed.front();
  throw first.error ? *first.error : missing_error(first);
}

}  // namespace coffre
