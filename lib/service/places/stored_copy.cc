#include "service/places/stored_copy.h"

#include "base/text.h"
#include "base/translate.h"
#include "catalog/anomalies.h"
#include "model/backup_name.h"
#include "service/reading/conclude.h"
#include "service/reading/proof_of.h"
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
bool meets_another_file(const Error& error, const RandomReader& file, const BackupRow& backup) {
  const bool about_us = error.code() == ErrorCode::rule || error.code() == ErrorCode::no_key;
  return about_us && digest_of_file(file) != backup.digest;
}

std::string damage_text(const Error& error) {
  if (error.category() == to_string(Category::expectation)) {
    return "another file lies under this name (E_EXPECT): the other copy counts";
  }
  const std::string category = error.category().empty() ? std::string(to_string(error.code())) : error.category();
  return "the object differs from what was sealed (" + category + "): the other copy counts";
}

Error missing_error(const CopyCheck& copy) {
  return Error(ErrorCode::not_found, tr("opening a copy"), tr("the object is not there"),
               tr("Look for the other copy: restore-cli verify NAME"))
      .on(copy.replica + ": " + copy.path);
}

// A file that cannot be read in a place that answers: a bad sector, the usual damage of a disk.
bool is_unreadable(const Error& error, Replica& replica, const std::string& path) {
  if (error.code() != ErrorCode::io) return false;
  try {
    return replica.head(path).has_value();
  } catch (const Error&) {
    return false;  // the place itself fails: that is what the first error said
  }
}

// What reading one content came to; nullopt: accepted.
std::optional<Error> read_content(Replica& replica, const BackupRow& backup, const RandomReader& file,
                                  const std::function<void(const RandomReader& file)>& read) {
  try {
    read(file);
    return std::nullopt;
  } catch (Error& error) {
    if (is_unreadable(error, replica, object_path(backup))) {
      return Error(ErrorCode::damaged, error.step(), error.reason(), error.hint()).with_category("UNREADABLE");
    }
    if (meets_another_file(error, file, backup)) return refusal(Category::expectation);
    return error;
  }
}

// What is wrong with the first content, when none is accepted; those of errors that blame no bytes at once.
std::optional<Error> read_one_of(Replica& replica, const BackupRow& backup, std::unique_ptr<RandomReader>& file,
                                 const std::function<void(const RandomReader& file)>& read) {
  std::optional<Error> first = read_content(replica, backup, *file, read);
  if (!first || !blames_bytes(*first)) return first;
  std::unique_ptr<RandomReader> accepted;
  replica.open_others(object_path(backup), [&](std::unique_ptr<RandomReader> other) {
    const std::optional<Error> error = read_content(replica, backup, *other, read);
    if (error && !blames_bytes(*error)) throw Error(*error);
    if (!error) accepted = std::move(other);
    return !error;
  });
  if (!accepted) return first;
  file = std::move(accepted);
  return std::nullopt;
}

// Neither place has it: said once more than each copy's own matter, since nothing here can bring it back.
void note_when_lost(Session& session, const BackupRow& backup, Instant now) {
  std::vector<std::string> found;
  for (const CopyRow& copy : copies_of(session, backup.digest)) {
    if (is_held(copy) || copy.state == "expired") return;
    found.push_back(copy.replica + ": " + copy.state);
  }
  open_unless_concluded(session, AnomalyCode::backup_lost, backup.name, join(found, "; "), now);
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

void require_whole(const Installation& at, const BackupRow& backup, const RandomReader& file) {
  if (check_signatures(file, at.trust.signers.signers, nullptr).digest != backup.digest)
    throw refusal(Category::expectation);
}

CopyCheck check_copy(Replica& replica, const BackupRow& backup,
                     const std::function<void(const RandomReader& file)>& read) {
  std::unique_ptr<RandomReader> file;
  return check_copy(replica, backup, read, file);
}

CopyCheck check_copy(Replica& replica, const BackupRow& backup,
                     const std::function<void(const RandomReader& file)>& read, std::unique_ptr<RandomReader>& file) {
  CopyCheck copy{.replica = replica.properties().name, .path = object_path(backup), .state = "missing"};
  const auto settle = [&](Error error) {
    if (!blames_bytes(error) && !blames_replica(error)) throw error.on(backup.name);
    copy.state = blames_bytes(error) ? "damaged" : "unavailable";
    copy.error = error.on(copy.replica + ": " + backup.name);
  };
  try {
    file = replica.open(copy.path);
    if (!file) return copy;
    if (const auto error = read_one_of(replica, backup, file, read)) {
      settle(*error);
    } else {
      copy.state = "good";
    }
  } catch (const Error& error) {
    settle(error);
  }
  if (copy.state != "good") file.reset();
  return copy;
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
    close_anomaly(session, AnomalyCode::backup_lost, backup.name, "a copy was read back with the right digest", now);
    forget_conclusion(session, AnomalyCode::backup_lost, backup.name);
    return;
  }
  note_when_lost(session, backup, now);
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
    CopyCheck copy = check_copy(
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
