#include "service/keys/key_status.h"

#include <algorithm>
#include <set>

#include "service/keys/key_proofs.h"
#include "service/reading/backup_readers.h"

namespace coffre {
namespace {

void add_proofs(RecipientStatus& status, const std::vector<KeyProof>& proofs, const Installation& at) {
  for (const KeyProof& proof : proofs) {
    if (proof.recipient != status.id) continue;
    status.proven = std::max(status.proven.value_or(proof.at), proof.at);
    const bool of_today = proof.build == at.build && proof.epoch == at.trust.recipients.epoch;
    status.proof_counts = status.proof_counts || (of_today && at.clock.now() - proof.at <= kKeyProofMaxAge);
  }
}

void add_backups(RecipientStatus& status, const std::vector<BackupReaders>& stored) {
  if (status.scope != Scope::full) return;
  for (const BackupReaders& readers : stored) {
    if (!readers.full.contains(status.id)) {
      if (status.listed) status.closed.push_back(readers.backup.name);
      continue;
    }
    ++status.opens;
    if (readers.full.size() == 1) ++status.alone;
  }
}

// A customer's own key stands in the inventory, not in the list.
KeyTask task_of(const RecipientStatus& status, const std::vector<BackupReaders>& stored, const Installation& at) {
  if (status.scope != Scope::full) return KeyTask::none;
  if (status.listed && !status.closed.empty()) return KeyTask::rewrap;
  if (is_key_in_use(at, status.id)) return status.proof_counts ? KeyTask::none : KeyTask::prove;
  const std::vector<std::string> kept = full_keys(at.trust.recipients);
  const bool needed = std::ranges::any_of(stored, [&](const BackupReaders& readers) {
    const auto opens = [&](const std::string& id) { return readers.full.contains(id); };
    return opens(status.id) && std::ranges::none_of(kept, opens);
  });
  return needed ? KeyTask::keep : KeyTask::give_up;
}

std::vector<RecipientStatus> all_keys(const Installation& at, const std::vector<BackupReaders>& stored) {
  std::vector<RecipientStatus> keys;
  std::set<std::string> earlier;
  for (const BackupReaders& readers : stored) earlier.insert(readers.full.begin(), readers.full.end());
  for (const Recipient& recipient : at.trust.recipients.recipients) {
    earlier.erase(to_hex(recipient.id()));
    keys.push_back({.id = to_hex(recipient.id()), .role = recipient.role, .scope = recipient.scope});
  }
  for (const std::string& id : earlier) {
    keys.push_back({.id = id, .role = {}, .scope = Scope::full, .listed = false});
  }
  return keys;
}

}  // namespace

std::string_view to_string(KeyTask task) {
  switch (task) {
    case KeyTask::keep:
      return "keep";
    case KeyTask::rewrap:
      return "rewrap";
    case KeyTask::prove:
      return "prove";
    case KeyTask::give_up:
      return "give_up";
    case KeyTask::none:
      break;
  }
  return "none";
}

KeyStatus key_status(const Installation& at) {
  KeyStatus status{.root = at.trust.root,
                   .recipients_epoch = at.trust.recipients.epoch,
                   .recipients = {},
                   .signers_epoch = at.trust.signers.epoch,
                   .signers = at.trust.signers.signers.all()};
  std::vector<BackupReaders> stored;
  std::vector<KeyProof> proofs;
  at.catalog.read([&](Session& session) {
    stored = stored_backup_readers(session);
    proofs = key_proofs(session);
  });
  status.at = at.clock.now();
  status.backups = stored.size();
  status.recipients = all_keys(at, stored);
  for (RecipientStatus& key : status.recipients) {
    add_backups(key, stored);
    add_proofs(key, proofs, at);
    key.task = task_of(key, stored, at);
  }
  return status;
}

}  // namespace coffre
