#include "service/backup/back_up.h"

#include <fmt/format.h>
#include <unistd.h>

#include <utility>

#include "base/fault_point.h"
#include "base/log.h"
#include "base/text.h"
#include "base/translate.h"
#include "catalog/anomalies.h"
#include "catalog/devices.h"
#include "catalog/jobs.h"
#include "catalog/journal.h"
#include "model/schedule.h"
#include "service/backup/collect_and_seal.h"
#include "service/backup/device_access.h"
#include "service/backup/intent.h"
#include "service/backup/learned_facts.h"
#include "service/backup/recover.h"
#include "service/places/read_back.h"
#include "service/places/replicate.h"
#include "service/reading/proof_of.h"
#include "vault/wrap.h"

namespace coffre {
namespace {

std::string holder_name() {
  return "pid " + std::to_string(getpid());
}

// Two backups of one device and kind in one local minute: the later one gets -2, -3 ... Nothing of that name may exist,
// here or in the catalog.
BackupName free_name(Installation& at, const BackupOrder& order, Instant started) {
  BackupName name{.device = order.device, .at = at.zones.installation->to_local(started).minute, .kind = order.kind};
  for (;; ++name.ordinal) {
    bool known = false;
    at.catalog.read([&](Session& session) { known = find_backup_by_name(session, name.text()).has_value(); });
    if (!known && !at.local->head(name.path()) && !at.local->head(name.suspect_path())) return name;
  }
}

JobRow start_job(Installation& at, const BackupOrder& order) {
  std::optional<JobRow> leased;
  const Instant now = at.clock.now();
  at.catalog.write([&](Session& session) {
    JobRow job;
    job.device_id = order.device_id;
    job.kind = order.kind;
    job.slot = order.slot;
    job.ticket = order.ticket;
    job.operator_id = order.operator_id;
    const std::int64_t id = enqueue_job(session, job);
    leased = lease_job(session, id, holder_name(), now, now + at.policy.lease);
  });
  if (!leased) throw Error(ErrorCode::conflict, tr("starting the job"), tr("another run is at this device"));
  return *leased;
}

std::optional<Expectation> expectation_of(Installation& at, const std::string& device_id) {
  std::optional<Expectation> expectation;
  at.catalog.read([&](Session& session) {
    if (const auto row = find_device_by_id(session, device_id)) expectation = row->expectation;
  });
  return expectation;
}

std::string doubts_text(const std::vector<DoubtReason>& doubts) {
  std::vector<std::string> lines;
  lines.reserve(doubts.size());
  for (const DoubtReason& doubt : doubts) lines.push_back(fmt::format("{}: {}", to_string(doubt.doubt), doubt.detail));
  return printable(join(lines, "; "));
}

// Evidence that only this run can give: it still holds the file's key.
std::vector<Evidence> evidence_of_run(const ReadBack& seen, const SealedCollection& sealed, Instant collected,
                                      Instant now) {
  std::vector<Evidence> evidence;
  if (sealed.doubts.empty()) evidence.push_back({EvidenceType::collected, collected, ""});
  evidence.push_back({EvidenceType::sealed, now, ""});
  evidence.push_back({EvidenceType::opened, now, "run"});
  if (seen.understood) evidence.push_back({EvidenceType::understood, now, seen.understood_by});
  return evidence;
}

Digest content_mark(const Installation& at, const Manifest& manifest) {
  std::string lines;
  for (const Part& part : manifest.parts) lines += part.name + " " + to_hex(part.sha256) + "\n";
  return dedup_tag(at.keys->dedup, as_bytes(lines));
}

Intent intent_of(const Installation& at, const BackupOrder& order, const CollectionOrder& collection,
                 const SealedCollection& sealed, const ReadBack& seen) {
  Intent intent;
  BackupRow& row = intent.backup;
  row.digest = sealed.sealed.digest;
  row.file_id = to_hex(ByteView(sealed.sealed.file_id));
  row.name = collection.name.text();
  row.device_id = order.device_id;
  row.sequence = collection.position.sequence;
  row.prev_digest = collection.position.prev_digest;
  row.kind = order.kind;
  row.created_at = collection.started;
  row.file_size = sealed.sealed.file_size;
  row.suspect = !sealed.doubts.empty();
  row.doubts = doubts_text(sealed.doubts);
  row.build = at.build;
  row.epoch = at.trust.recipients.epoch;
  row.full_recipients = sealed.full_recipients;
  row.ticket = order.ticket;
  row.operator_id = order.operator_id;
  row.content_mark = to_hex(content_mark(at, seen.manifest));
  const Expectation learned{
      .identity = sealed.identity, .restore_bytes = sealed.restore_bytes, .restore_parts = sealed.restore_parts};
  row.facts = format_facts(learned);
  intent.path = row.suspect ? collection.name.suspect_path() : collection.name.path();
  intent.evidence = evidence_of_run(seen, sealed, collection.started, at.clock.now());
  if (!row.suspect) intent.learned = learned;
  return intent;
}

// fsync -> re-read from the disk -> open with the file's own key -> every part against the manifest.
ReadBack read_own_file(Installation& at, SealedCollection& sealed, const CollectionOrder& collection) {
  sealed.file->sync();
  fault_point("back_up.synced");
  const auto reader = sealed.file->reread();
  OpenRequest request;
  request.signers = &at.trust.signers.signers;
  request.file_key = &sealed.file_key;
  DeviceId device_id{};
  if (!from_hex_exact(collection.device_id, device_id)) {
    throw Error(ErrorCode::internal, "reading back", "the device's id is not 32 hex digits");
  }
  request.expected = {.name = collection.name.text(),
                      .device_id = device_id,
                      .device_seq = collection.position.sequence,
                      .digest = sealed.sealed.digest};
  ReadBack seen = read_back(*reader, request, *at.drivers);
  sealed.file_key = SecretBytes();  // rule 2: no longer than the read-back
  fault_point("back_up.opened");
  return seen;
}

// Names the file and puts it on record, in that order; the intent covers the instant between.
void publish(Installation& at, const JobRow& job, SealedCollection& sealed, const Intent& intent) {
  bool ours = false;
  at.catalog.write([&](Session& session) { ours = set_intent(session, job.id, job.fence, format_intent(intent)); });
  if (!ours) throw Error(ErrorCode::conflict, tr("publishing the backup"), tr("another run has taken this job over"));
  fault_point("back_up.intent");
  if (sealed.file->publish(intent.path) == PublishResult::exists) {
    throw Error(ErrorCode::conflict, tr("publishing the backup"), tr("a file of this name appeared meanwhile"))
        .on(intent.path);
  }
  fault_point("back_up.linked");
  at.catalog.write([&](Session& session) {
    if (!holds_lease(session, job.id, job.fence)) {
      throw Error(ErrorCode::conflict, tr("recording the backup"), tr("another run has taken this job over"));
    }
    record_backup(session, intent, at.account, at.clock.now());
    if (!finish_job(session, job.id, job.fence, intent.backup.suspect ? JobState::suspect : JobState::done, "")) {
      throw Error(ErrorCode::conflict, tr("recording the backup"), tr("another run has taken this job over"));
    }
  });
  fault_point("back_up.recorded");
}

void open_suspect_anomaly(Installation& at, const BackupOrder& order, const std::string& detail) {
  at.catalog.write([&](Session& session) {
    open_anomaly(session, AnomalyCode::backup_suspect, order.device.display(), detail, at.clock.now());
  });
}

// Device -> published, recorded file. Throws what went wrong: nothing is left then, unless `intent` is set. The file
// may have its name then, and the job, left open, lets the next run find out.
void make_backup(Installation& at, const Device& device, const BackupOrder& order, const JobRow& job,
                 const std::function<void(CredentialAnswer)>& credential, std::optional<Intent>& intent) {
  const Driver& driver = driver_for(at, device);
  CollectionOrder collection{.device = device,
                             .device_id = order.device_id,
                             .name = BackupName{.device = order.device, .at = {}, .kind = order.kind},
                             .position = next_position(at, order.device, order.device_id),
                             .started = at.clock.now(),
                             .ticket = order.ticket,
                             .operator_id = order.operator_id,
                             .expectation = expectation_of(at, order.device_id)};
  collection.name = free_name(at, order, collection.started);
  settle_sequence(at, order.device, collection.position.findings);

  bool told = false;
  const auto session = driver.open(access_for(at, device), at.random, [&](const StepReport& step) {
    if (step.credentials_accepted && !std::exchange(told, true)) credential(CredentialAnswer::good);
  });
  SealedCollection sealed = collect_and_seal(at, *session, driver, collection);
  session->close();

  const ReadBack seen = read_own_file(at, sealed, collection);
  // A suspect one's doubts are told by its outcome, in one line.
  if (sealed.doubts.empty()) {
    for (const std::string& problem : seen.problems) log(LogLevel::warning, collection.name.text(), problem);
  }
  intent = intent_of(at, order, collection, sealed, seen);
  publish(at, job, sealed, *intent);
}

AnomalyCode anomaly_for(const Error& error) {
  if (error.category() == "PIN_MISMATCH") return AnomalyCode::pin_changed;
  switch (error.code()) {
    case ErrorCode::unreachable:
      return AnomalyCode::device_unreachable;
    case ErrorCode::implausible:
      return AnomalyCode::backup_suspect;
    default:
      return AnomalyCode::backup_missing;
  }
}

std::string replaced(std::string text, std::string_view word, std::string_view by) {
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + by.size())) {
    text.replace(at, word.size(), by);
  }
  return text;
}

// Missing is a backup that its slot does not have: what fails once it is there (a person tries again, an account is
// refused) has an outcome and a journal row, and perhaps a matter of its own, but the schedule is kept.
bool nothing_is_missing(Session& session, const BackupOrder& order, AnomalyCode code, Instant now) {
  if (code != AnomalyCode::backup_missing) return false;
  const auto newest = newest_good_backup(session, order.device_id);
  return newest && is_done(order.slot, {.last_non_suspect = newest->created_at}, now);
}

// What a failure concerns: the job that ends with it, or none when it stays open for the next run to finish; and since
// when the device lacks a backup. A backup collected then ends the matter, also when it is recorded later.
struct Failure {
  std::optional<JobRow> job;
  std::optional<Instant> since;
};

// A failure on record: job, device state, anomaly, journal, in one transaction.
void record_failure(Installation& at, const BackupOrder& order, const Failure& failure, const Error& error) {
  const std::optional<JobRow>& job = failure.job;
  const Instant now = at.clock.now();
  const bool implausible = error.code() == ErrorCode::implausible;
  const std::string device_name = order.device.display();
  at.catalog.write([&](Session& session) {
    if (job &&
        !finish_job(session, job->id, job->fence, implausible ? JobState::suspect : JobState::failed, error.what())) {
      return;  // taken over: the other run speaks for the device
    }
    if (auto device = find_device_by_id(session, order.device_id)) {
      device->last_attempt = now;
      device->last_error = error.finding_on(device_name);
      update_device(session, *device);
    }
    const AnomalyCode matter = anomaly_for(error);
    // A person who ends the run knows it; the next one makes up for it.
    if (error.code() != ErrorCode::interrupted && !nothing_is_missing(session, order, matter, now)) {
      open_anomaly(session, matter, device_name, error.finding_on(device_name), failure.since.value_or(now));
    }
    if (error.code() == ErrorCode::no_space) {
      const std::string& replica = at.local->properties().name;
      open_anomaly(session, AnomalyCode::disk_space, replica, error.finding_on(replica), now);
    }
    append_journal(session,
                   {.account = at.account,
                    .action = "back_up",
                    .subject = device_name,
                    .result = implausible ? "suspect" : "failed",
                    .ticket = order.ticket,
                    .detail = {{"code", std::string(to_string(error.code()))}, {"reason", error.what()}}},
                   now);
  });
}

// The same, told of the device: whichever file or replica it was about goes into the reason.
Error told_of(const BackupOrder& order, const Error& cause, std::string hint) {
  const std::string device = order.device.display();
  const bool elsewhere = !cause.subject().empty() && cause.subject() != device;
  Error error(cause.code(), cause.step(), elsewhere ? cause.reason() + " (" + cause.subject() + ")" : cause.reason(),
              std::move(hint));
  return error.with_category(cause.category()).on(device);
}

// A hint that names no command goes on with the one that tries again (rule 10).
std::string with_command(const std::string& hint, const std::string& device) {
  if (hint.find("backupd ") != std::string::npos || hint.find("restore-cli ") != std::string::npos) return hint;
  const std::string_view sentence(hint.data(), hint.ends_with('.') ? hint.size() - 1 : hint.size());
  return fmt::format(fmt::runtime(tr("{}; then run: backupd run --device {}")), sentence, device);
}

// What a person does about it, when whoever found the cause could not say.
std::string advice_for(Installation& at, const BackupOrder& order, const Error& error) {
  const Device& device = at.inventory.devices.at(order.device);
  if (is_wrong_password(error) && !device.credential.empty()) return advice_on_wrong_password(device);
  if (error.category() == "PIN_MISMATCH") {
    return fmt::format(fmt::runtime(tr("Find out on site why; then compare and confirm with: backupd device pin {}")),
                       order.device.display());
  }
  if (!error.hint().empty()) return with_command(error.hint(), order.device.display());
  if (error.code() == ErrorCode::implausible) {  // no file was left that could be accepted
    return fmt::format(fmt::runtime(tr("Look at what answers at {0}, then run: backupd run --device {1}")),
                       device.address, order.device.display());
  }
  return replaced(tr(rule_of(anomaly_for(error)).remedy), tr("DEVICE"), order.device.display());
}

BackupOutcome failed(Installation& at, const BackupOrder& order, const Failure& failure, const Error& cause) {
  Error error = told_of(order, cause, advice_for(at, order, cause));
  record_failure(at, order, failure, error);
  BackupOutcome outcome;
  outcome.result = error.code() == ErrorCode::implausible ? BackupResult::suspect : BackupResult::failed;
  if (outcome.result == BackupResult::suspect) outcome.doubts = error.reason();
  outcome.error = std::move(error);
  return outcome;
}

// The published backup's way into the second replica. What fails here leaves a good local copy: not lost, not proven.
BackupOutcome replicated(Installation& at, const BackupOrder& order, const BackupRow& backup) {
  BackupOutcome outcome{.name = backup.name, .doubts = backup.doubts};
  try {
    outcome.proof = replicate(at, backup).proof;
  } catch (const Error& error) {
    at.catalog.write([&](Session& session) { outcome.proof = settle_proof(at, session, backup, at.clock.now()); });
    outcome.error = told_of(order, error, error.hint());
  }
  if (backup.suspect) {
    open_suspect_anomaly(at, order, backup.name + ": " + backup.doubts);
    outcome.result = BackupResult::suspect;
    return outcome;
  }
  const bool proven = is_proven(outcome.proof, at.policy.required_proof);
  outcome.result = proven ? BackupResult::proven : BackupResult::weaker;
  return outcome;
}

// The backup that another run, or a dead one, made since this one was decided.
std::optional<BackupRow> made_meanwhile(Installation& at, const BackupOrder& order) {
  std::optional<BackupRow> newest;
  if (!order.planned_after) return newest;
  at.catalog.read([&](Session& session) { newest = newest_good_backup(session, order.device_id); });
  if (newest && newest->sequence == *order.planned_after) newest.reset();
  return newest;
}

}  // namespace

BackupOutcome not_tried(Installation& at, const BackupOrder& order, const Error& why) {
  return failed(at, order, {}, why);
}

BackupOutcome back_up(Installation& at, const BackupOrder& order,
                      const std::function<void(CredentialAnswer)>& credential) {
  const Device& device = at.inventory.devices.at(order.device);
  std::optional<JobRow> job;
  std::optional<Intent> intent;
  bool recorded = false;
  try {
    const auto lock = at.local->lock(order.device.path(), at.clock, std::chrono::milliseconds{0});
    fault_point("back_up.locked");
    recover_device(at, order.device, order.device_id);
    if (const auto made = made_meanwhile(at, order)) return replicated(at, order, *made);
    job = start_job(at, order);
    fault_point("back_up.leased");
    make_backup(at, device, order, *job, credential, intent);
    recorded = true;
    return replicated(at, order, intent->backup);
  } catch (Error& error) {
    if (recorded) throw;
    // Somebody else is at this device: that run speaks for it, nothing of ours is on record.
    if (error.code() == ErrorCode::conflict && !job) {
      return {.result = BackupResult::failed, .error = error.on(order.device.display())};
    }
    if (is_wrong_password(error)) {
      credential(CredentialAnswer::refused);
      stop_credential_of(at, device, error);
    }
    // A file that has its name, and a catalog that could not say so (its disk is full): the next run records it.
    const bool open = intent && error.code() != ErrorCode::conflict;
    return failed(at, order, open ? Failure{{}, intent->backup.created_at} : Failure{job, {}}, error);
  }
}

}  // namespace coffre
