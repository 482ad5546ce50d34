#include "service/reading/proof_of.h"

#include <fmt/format.h>

#include "base/text.h"
#include "base/translate.h"
#include "catalog/anomalies.h"
#include "catalog/devices.h"
#include "catalog/retention.h"
#include "service/keys/key_proofs.h"

namespace coffre {
namespace {

// What the next level lacks, to people.
std::string lacking(const Proof& proof) {
  std::vector<std::string> texts;
  for (const std::string& word : proof.missing) {
    const auto colon = word.find(':');
    const std::string kind = word.substr(0, colon);
    const std::string of = colon == std::string::npos ? std::string() : word.substr(colon + 1);
    if (kind == "replicated" && !of.empty()) {
      texts.push_back(fmt::format(fmt::runtime(tr("no good copy was read back from {}")), tr(of.c_str())));
    } else if (kind == "key_proof") {
      texts.push_back(fmt::format(fmt::runtime(tr("the key {} has not opened a file of this build")), of));
    } else {
      texts.push_back(fmt::format(fmt::runtime(tr("not {}")), tr(kind.c_str())));
    }
  }
  return join(texts, ", ");
}

bool missing_copy(const Proof& proof) {
  for (const std::string& word : proof.missing) {
    if (word.starts_with("replicated:")) return true;
  }
  return false;
}

// What a backup closes by being there, as the table in model/anomaly.h says: a matter whose end is a proof of level 2,
// and the fact that the device answers. Only one that was collected since: reading an old backup again says nothing of
// today's device. A changed certificate is closed by a person alone (service/estate/device_admin.h).
void close_by_proof(Session& session, const std::string& subject, const BackupRow& backup, const Proof& proof,
                    Instant now) {
  const std::string level = proof.level ? std::to_string(static_cast<int>(*proof.level)) : "none";
  const std::string by = fmt::format("{}: proof {}", backup.name, level);
  const auto close = [&](AnomalyCode code) { close_older_anomaly(session, code, subject, backup.created_at, by, now); };
  close(AnomalyCode::device_unreachable);
  if (!is_proven(proof, ProofLevel::replicated)) return;
  close(AnomalyCode::backup_missing);
  close(AnomalyCode::backup_suspect);
}

void settle_anomalies(const Installation& at, Session& session, const DeviceRow& device, const BackupRow& backup,
                      const Proof& proof, Instant now) {
  const std::string subject = device.key.display();
  close_by_proof(session, subject, backup, proof, now);
  open_missing_key_proofs(at, session, backup, proof, now);
  if (is_proven(proof, at.policy.required_proof)) {
    const std::string by = fmt::format("{}: proof {}", backup.name, static_cast<int>(*proof.level));
    close_anomaly(session, AnomalyCode::proof_insufficient, subject, by, now);
    close_anomaly(session, AnomalyCode::replica_missing, subject, by, now);
    return;
  }
  const std::string detail = backup.name + tr(": ") + lacking(proof);
  if (missing_copy(proof)) {
    open_anomaly(session, AnomalyCode::replica_missing, subject, detail, now);
    return;
  }
  close_anomaly(session, AnomalyCode::replica_missing, subject, backup.name + ": both copies read back", now);
  open_anomaly(session, AnomalyCode::proof_insufficient, subject, detail, now);
}

}  // namespace

ProofContext proof_context(const Installation& at, const BackupRow& backup, const std::vector<CopyRow>& copies) {
  ProofContext context;
  context.now = at.clock.now();
  context.suspect = backup.suspect;
  context.replicas = {std::string(kLocalReplica), std::string(kCloudReplica)};
  for (const CopyRow& copy : copies) {
    if (!is_held(copy)) context.lost_copies.insert(copy.replica);
  }
  context.full_recipients = {backup.full_recipients.begin(), backup.full_recipients.end()};
  context.build = backup.build;
  context.epoch = backup.epoch;
  context.read_back_max_age = at.policy.read_back_max_age;
  return context;
}

bool is_held(const CopyRow& copy) {
  return copy.state == "good" || copy.state == "seen";
}

Proof proof_of(const Installation& at, Session& session, const BackupRow& backup) {
  ProofContext context = proof_context(at, backup, copies_of(session, backup.digest));
  context.key_proofs = key_proofs(session);
  return prove(evidence_of(session, backup.digest), context);
}

Proof settle_proof(const Installation& at, Session& session, const BackupRow& backup, Instant now) {
  Proof proof = proof_of(at, session, backup);
  auto device = find_device_by_id(session, backup.device_id);
  if (!device || backup.suspect) return proof;
  // Only the newest backup speaks for the device: an older one that lacks something is no open matter of today.
  const auto newest = newest_good_backup(session, backup.device_id);
  if (newest && newest->digest == backup.digest) settle_anomalies(at, session, *device, backup, proof, now);
  if (!is_proven(proof, at.policy.required_proof)) return proof;
  note_first_proven(session, backup.digest, now);
  if (!device->last_proven || *device->last_proven < backup.created_at) {
    device->last_proven = backup.created_at;
    update_device(session, *device);
  }
  return proof;
}

}  // namespace coffre
