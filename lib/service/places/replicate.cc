#include "service/places/replicate.h"

#include <fmt/format.h>

#include <set>

#include "base/error.h"
#include "base/fault_point.h"
#include "base/log.h"
#include "base/translate.h"
#include "catalog/anomalies.h"
#include "catalog/journal.h"
#include "catalog/locks.h"
#include "service/places/lock_for.h"
#include "service/places/stored_copy.h"
#include "service/reading/proof_of.h"
#include "vault/category.h"
#include "vault/open.h"

namespace coffre {
namespace {

// What one replica holds of this backup now, by reading every byte of it: whole, signed by us, and the one we mean.
CopyCheck read_copy(const Installation& at, Replica& replica, const BackupRow& backup) {
  CopyCheck copy = check_copy(replica, backup, [&](const RandomReader& file) {
    const SignedFile seen = check_signatures(file, at.trust.signers.signers, nullptr);
    if (seen.digest != backup.digest) throw refusal(Category::expectation);
  });
  if (copy.state == "unavailable" && copy.error) throw *copy.error;
  return copy;
}

// Only what was just read whole from `from`: an object is never overwritten, so a damaged one would take the name for
// ever. Returns until when the store has locked it, when it locks.
std::optional<Instant> put_copy_into(Installation& at, Replica& to, const BackupRow& backup, const RandomReader& from) {
  fault_point("replicate.put");
  const std::string path = object_path(backup);
  PutOptions options;
  if (to.properties().locks) options.locked_until = lock_for(at, backup);
  const PutResult result = to.put_if_absent(path, from, content_digest(from), options);
  if (result == PutResult::conflict_other_content) {
    log(LogLevel::error, path, fmt::format("{} holds another object of this name", to.properties().name));
    options.locked_until.reset();
  }
  fault_point("replicate.read_back");
  return options.locked_until;
}

void open_replica_anomaly(Installation& at, const Replica& replica, const Error& error) {
  at.catalog.write([&](Session& session) {
    const std::string& name = replica.properties().name;
    open_anomaly(session, AnomalyCode::replica_unavailable, name, error.finding_on(name), at.clock.now());
  });
}

template <typename Step>
auto with_replica(Installation& at, const Replica& replica, Step step) {
  try {
    return step();
  } catch (const Error& error) {
    if (error.code() != ErrorCode::internal) open_replica_anomaly(at, replica, error);
    throw;
  }
}

}  // namespace

Proof replicate(Installation& at, const BackupRow& backup) {
  CopyCheck local = with_replica(at, *at.local, [&] { return read_copy(at, *at.local, backup); });
  const std::string path = object_path(backup);
  std::optional<Instant> locked_until;
  if (local.state == "good") {
    const auto source = with_replica(at, *at.local, [&] { return at.local->open(path); });
    if (source)
      locked_until = with_replica(at, *at.cloud, [&] { return put_copy_into(at, *at.cloud, backup, *source); });
  }
  const CopyCheck cloud = with_replica(at, *at.cloud, [&] { return read_copy(at, *at.cloud, backup); });
  if (local.state == "missing" && cloud.state == "good") {
    const auto source = with_replica(at, *at.cloud, [&] { return at.cloud->open(path); });
    if (source) with_replica(at, *at.local, [&] { put_copy_into(at, *at.local, backup, *source); });
    local = with_replica(at, *at.local, [&] { return read_copy(at, *at.local, backup); });
  }
  const Instant now = at.clock.now();
  Proof proof;
  at.catalog.write([&](Session& session) {
    record_copy(session, backup, local, now);
    record_copy(session, backup, cloud, now);
    if (locked_until && cloud.state == "good") put_lock(session, backup.digest, cloud.replica, *locked_until);
    close_anomaly(session, AnomalyCode::replica_unavailable, cloud.replica, "it took and gave back an object", now);
    proof = settle_proof(at, session, backup, now);
    const bool both = local.state == "good" && cloud.state == "good";
    append_journal(session,
                   {.account = at.account,
                    .action = "replicate",
                    .subject = backup.name,
                    .result = both ? "done" : "failed",
                    .ticket = {},
                    .detail = {{local.replica, local.state},
                               {cloud.replica, cloud.state},
                               {"proof", proof.level ? std::to_string(static_cast<int>(*proof.level)) : "none"}}},
                   now);
  });
  fault_point("replicate.recorded");
  return proof;
}

std::size_t catch_up(Installation& at) {
  const auto in_one_place_only = [&] {
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
  };
  std::string last_problem;
  for (const BackupRow& backup : in_one_place_only()) {
    try {
      replicate(at, backup);
    } catch (const Error& error) {
      if (last_problem != error.reason()) log(LogLevel::error, backup.name, error.what());  // once, when all fail alike
      last_problem = error.reason();
    }
  }
  // Asked again, not counted: a copy may be bad without an error.
  return in_one_place_only().size();
}

}  // namespace coffre
