#include "service/reading/verify.h"

#include <algorithm>
#include <iterator>

#include "base/fault_point.h"
#include "base/translate.h"
#include "catalog/journal.h"
#include "service/keys/key_proofs.h"
#include "service/keys/sidecars.h"
#include "service/reading/look_at_file.h"
#include "service/reading/proof_of.h"
#include "vault/category.h"

namespace coffre {
namespace {

constexpr int kPartial = 3;

std::vector<Replica*> wanted_replicas(const Installation& at, const std::string& only) {
  std::vector<Replica*> replicas = replicas_of(at);
  std::erase_if(replicas, [&](const Replica* replica) { return !only.empty() && replica->properties().name != only; });
  return replicas;
}

DeviceKey device_of(const BackupRow& backup) {
  const auto name = BackupName::parse(backup.name);
  if (!name) {
    throw Error(ErrorCode::damaged, tr("reading the catalog"), tr("a backup has no valid name")).on(backup.name);
  }
  return name->device;
}

VerifiedContent content_of(const Installation& at, const BackupRow& backup, const KeyRing& ring, FileView seen) {
  if (!seen.manifest) throw refusal(Category::scope);  // a META key
  VerifiedContent content;
  content.opened_by = role_of(ring, at, device_of(backup), *seen.opened_with);
  content.recipient = to_hex(*seen.opened_with);
  content.understood = seen.understood;
  content.understood_by = std::move(seen.understood_by);
  content.problems = std::move(seen.problems);
  return content;
}

// Without a key the metadata cannot be compared; everything else of step 7 can.
void require_expected(const FileView& seen, const Expected& expected) {
  const bool fits = seen.header.device_id == expected.device_id && seen.header.device_seq == expected.device_seq &&
                    seen.digest == expected.digest;
  if (!fits) throw refusal(Category::expectation);
}

// Those that the person named, else the one beside this copy that fits the key.
std::vector<Bytes> sidecars_for(Replica& replica, const BackupRow& backup, const RandomReader& file,
                                const VerifyRequest& request) {
  if (!request.sidecars.empty()) return request.sidecars;
  return fitting_sidecar(file, request.ring.identities, [&] { return stored_sidecars(replica, object_path(backup)); });
}

void check_copies(const Installation& at, const BackupRow& backup, const VerifyRequest& request, Verification& result) {
  const Expected expected = expected_of(backup);
  for (Replica* const replica : wanted_replicas(at, request.replica)) {
    result.copies.push_back(check_copy(*replica, backup, [&](const RandomReader& file) {
      FileView seen =
          look_at_file(file, request.ring, sidecars_for(*replica, backup, file, request), expected, *at.drivers);
      require_expected(seen, expected);
      if (!request.ring.identities.empty()) result.content = content_of(at, backup, request.ring, std::move(seen));
    }));
    fault_point("verify.copy_read");
  }
}

void record_content(const Installation& at, Session& session, const BackupRow& backup, const VerifiedContent& content,
                    Instant now) {
  add_evidence(session, backup.digest, {EvidenceType::opened, now, content.opened_by});
  if (content.understood) {
    add_evidence(session, backup.digest, {EvidenceType::understood, now, content.understood_by});
  }
  record_key_proof(at, session,
                   {.recipient = content.recipient, .build = backup.build, .epoch = backup.epoch, .at = now});
}

std::string result_word(const Verification& result) {
  if (result.error) return "refused";
  const bool all_good = std::ranges::all_of(result.copies, [](const CopyCheck& copy) { return copy.state == "good"; });
  return all_good ? "done" : "failed";
}

JournalEntry journal_entry(const Installation& at, const Verification& result, const VerifyRequest& request) {
  JournalEntry entry{.account = at.account,
                     .action = "verify",
                     .subject = result.name,
                     .result = result_word(result),
                     .ticket = {},
                     .detail = {}};
  for (const CopyCheck& copy : result.copies) entry.detail[copy.replica] = copy.state;
  if (result.content) entry.detail["opened_by"] = result.content->opened_by + " " + result.content->recipient;
  if (result.content) entry.detail["understood"] = result.content->understood ? result.content->understood_by : "no";
  if (request.ring.origin == OriginCheck::any_signer) entry.detail["origin"] = "not checked";
  if (result.error) entry.detail["reason"] = result.error->what();
  return entry;
}

// What was read without checking who signed it is no evidence.
bool counts_as_evidence(const VerifyRequest& request) {
  return request.ring.origin == OriginCheck::required;
}

void record(Installation& at, const BackupRow& backup, const VerifyRequest& request, Verification& result) {
  const Instant now = at.clock.now();
  at.catalog.write([&](Session& session) {
    if (!result.error && counts_as_evidence(request)) {
      for (const CopyCheck& copy : result.copies) record_copy(session, backup, copy, now);
      if (result.content) record_content(at, session, backup, *result.content, now);
    }
    result.proof = settle_proof(at, session, backup, now);
    append_journal(session, journal_entry(at, result, request), now);
  });
}

bool is_partial(const Verification& result) {
  const bool copies_good =
      std::ranges::all_of(result.copies, [](const CopyCheck& copy) { return copy.state == "good"; });
  return !copies_good || (result.content && !result.content->understood);
}

}  // namespace

Verification verify_backup(Installation& at, const BackupRow& backup, const std::string& device,
                           const VerifyRequest& request) {
  Verification result{.name = backup.name, .device = device, .suspect = backup.suspect};
  try {
    check_copies(at, backup, request, result);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::internal || error.code() == ErrorCode::interrupted) throw;
    result.error = error;
    result.content.reset();
  }
  record(at, backup, request, result);
  fault_point("verify.recorded");
  return result;
}

namespace {

// Not one copy is what was sealed: nothing is left to restore from, whatever the reason. Of one place alone nobody
// knows.
bool nothing_left(const Verification& result, const VerifyRequest& request) {
  const auto lost = [](const CopyCheck& copy) { return copy.state == "missing" || copy.state == "damaged"; };
  return request.replica.empty() && !result.copies.empty() && std::ranges::all_of(result.copies, lost);
}

}  // namespace

int exit_code_of(const std::vector<Verification>& results, const VerifyRequest& request) {
  std::vector<int> codes;
  bool partial = request.ring.origin == OriginCheck::any_signer;
  for (const Verification& result : results) {
    if (result.error) codes.push_back(exit_code(result.error->code()));
    for (const CopyCheck& copy : result.copies) {
      if (copy.state == "damaged" && copy.error) codes.push_back(exit_code(copy.error->code()));
    }
    if (nothing_left(result, request)) codes.push_back(exit_code(ErrorCode::damaged));
    partial = partial || is_partial(result);
  }
  // The worst news first: damage, then a refusal, then a key.
  for (const ErrorCode worst : {ErrorCode::damaged, ErrorCode::rule, ErrorCode::no_key}) {
    if (std::ranges::find(codes, exit_code(worst)) != codes.end()) return exit_code(worst);
  }
  if (!codes.empty()) return codes.front();
  return partial ? kPartial : 0;
}

}  // namespace coffre
