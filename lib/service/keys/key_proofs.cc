#include "service/keys/key_proofs.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/translate.h"
#include "catalog/anomalies.h"
#include "vault/key_files.h"

namespace coffre {
namespace {

constexpr std::string_view kMissingWord = "key_proof:";

std::string subject_of(const Installation& at, std::string_view id) {
  for (const Recipient& recipient : at.trust.recipients.recipients) {
    if (to_hex(recipient.id()) == id && !recipient.role.empty()) return fmt::format("{} {}", recipient.role, id);
  }
  return std::string(id);
}

// Whatever the role was called when it was opened.
std::vector<std::string> open_subjects(Session& session, std::string_view id) {
  std::vector<std::string> subjects;
  for (const Anomaly& anomaly : open_anomalies(session)) {
    if (anomaly.code == AnomalyCode::key_proof_missing && anomaly.subject.ends_with(id)) {
      subjects.push_back(anomaly.subject);
    }
  }
  return subjects;
}

void close_matter(Session& session, const KeyProof& proof, Instant now) {
  const std::string by = fmt::format("opened a file of {}, recipients epoch {}", proof.build, proof.epoch);
  for (const std::string& subject : open_subjects(session, proof.recipient)) {
    close_older_anomaly(session, AnomalyCode::key_proof_missing, subject, proof.at, by, now);
  }
}

bool is_of_today(const Installation& at, const KeyProof& proof) {
  return proof.build == at.build && proof.epoch == at.trust.recipients.epoch;
}

std::optional<KeyProof> newest_proof(const Installation& at, const std::vector<KeyProof>& proofs, std::string_view id) {
  std::optional<KeyProof> newest;
  for (const KeyProof& proof : proofs) {
    if (proof.recipient != id || !is_of_today(at, proof)) continue;
    if (!newest || proof.at > newest->at) newest = proof;
  }
  return newest;
}

// Nobody has to prove a key any more that was given up.
void close_of_dropped_keys(const Installation& at, Session& session, Instant now) {
  for (const Anomaly& anomaly : open_anomalies(session)) {
    if (anomaly.code != AnomalyCode::key_proof_missing || is_key_in_use(at, anomaly.subject)) continue;
    close_anomaly(session, anomaly.code, anomaly.subject,
                  fmt::format("the key is not in the recipients list of epoch {}", at.trust.recipients.epoch), now);
  }
}

}  // namespace

bool is_key_in_use(const Installation& at, std::string_view subject) {
  const auto is_of = [&](const Recipient& recipient) { return subject.ends_with(to_hex(recipient.id())); };
  if (std::ranges::any_of(at.trust.recipients.recipients, is_of)) return true;
  return std::ranges::any_of(at.inventory.devices, [&](const auto& entry) {
    return std::ranges::any_of(entry.second.recipients, [&](const std::string& line) {
      return is_of(parse_recipient_line(line, entry.first.display()));
    });
  });
}

void open_missing_key_proofs(const Installation& at, Session& session, const BackupRow& backup, const Proof& proof,
                             Instant now) {
  for (const std::string& word : proof.missing) {
    if (!word.starts_with(kMissingWord)) continue;
    const std::string id = word.substr(kMissingWord.size());
    open_anomaly(session, AnomalyCode::key_proof_missing, subject_of(at, id),
                 fmt::format(fmt::runtime(tr("{}: {}, epoch {} of the keys")), backup.name, backup.build, backup.epoch),
                 now);
  }
}

void record_key_proof(const Installation& at, Session& session, const KeyProof& proof) {
  add_key_proof(session, proof);
  if (is_of_today(at, proof)) close_matter(session, proof, proof.at);
}

void settle_key_proofs(Installation& at) {
  const Instant now = at.clock.now();
  at.catalog.write([&](Session& session) {
    const std::vector<KeyProof> proofs = key_proofs(session);
    for (const Recipient& recipient : at.trust.recipients.recipients) {
      if (recipient.scope != Scope::full) continue;
      const std::string id = to_hex(recipient.id());
      const auto newest = newest_proof(at, proofs, id);
      if (newest && now - newest->at <= kKeyProofMaxAge) {
        close_matter(session, *newest, now);
        continue;
      }
      const std::string found = newest
                                    ? fmt::format(fmt::runtime(tr("the newest proof is of {}")), to_rfc3339(newest->at))
                                    : std::string(tr("never proven"));
      open_anomaly(
          session, AnomalyCode::key_proof_missing, subject_of(at, id),
          fmt::format(fmt::runtime(tr("{}, epoch {} of the keys: {}")), at.build, at.trust.recipients.epoch, found),
          now);
    }
    close_of_dropped_keys(at, session, now);
  });
}

}  // namespace coffre
