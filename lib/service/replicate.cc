#include "service/replicate.h"

#include <fmt/format.h>

#include <set>

#include "base/error.h"
#include "base/fault_point.h"
#include "base/log.h"
#include "base/translate.h"
#include "catalog/anomalies.h"
#include "catalog/journal.h"
#include "service/proof_of.h"
#include "vault/open.h"

namespace coffre {
namespace {

std::string path_of(const BackupRow& backup) {
  const auto name = BackupName::parse(backup.name);
  if (!name)
    throw Error(ErrorCode::damaged, tr("reading the catalog"), tr("a backup has no valid name")).on(backup.name);
  return backup.suspect ? name->suspect_path() : name->path();
}

// What one replica holds of this backup now, by reading every byte of it.
CopyRow read_copy(Replica& replica, const std::string& path, const Digest& expected, Instant now) {
  CopyRow copy{.replica = replica.properties().name, .path = path, .seen_at = now, .state = "missing"};
  const auto reader = replica.open(path);
  if (!reader) return copy;
  try {
    copy.state = digest_of_file(*reader) == expected ? "good" : "damaged";
  } catch (const Error& error) {
    if (error.code() != ErrorCode::damaged) throw;
    copy.state = "damaged";
  }
  return copy;
}

void put_second_copy(Installation& at, const std::string& path) {
  const auto local = at.local->open(path);
  if (!local) return;  // read_copy records it as missing
  fault_point("replicate.put");
  const PutResult result = at.cloud->put_if_absent(path, *local, content_digest(*local));
  if (result == PutResult::conflict_other_content) {
    log(LogLevel::error, path, "the second replica holds another object of this name");
  }
  fault_point("replicate.read_back");
}

void record_copy(Session& session, const BackupRow& backup, const CopyRow& copy, Instant now) {
  put_copy(session, backup.digest, copy);
  const std::string subject = copy.replica + ": " + backup.name;
  if (copy.state == "good") {
    add_evidence(session, backup.digest, {EvidenceType::replicated, now, copy.replica});
    close_anomaly(session, AnomalyCode::replica_damaged, subject, "read back with the right digest", now);
    return;
  }
  if (copy.state == "damaged") {
    open_anomaly(session, AnomalyCode::replica_damaged, subject,
                 "the object differs from what was sealed: it is left as it is, the other copy counts", now);
  }
}

void open_replica_anomaly(Installation& at, const Replica& replica, const Error& error) {
  at.catalog.write([&](Session& session) {
    open_anomaly(session, AnomalyCode::replica_unavailable, replica.properties().name, error.what(), at.clock.now());
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
  const std::string path = path_of(backup);
  with_replica(at, *at.cloud, [&] { put_second_copy(at, path); });
  const CopyRow local =
      with_replica(at, *at.local, [&] { return read_copy(*at.local, path, backup.digest, at.clock.now()); });
  const CopyRow cloud =
      with_replica(at, *at.cloud, [&] { return read_copy(*at.cloud, path, backup.digest, at.clock.now()); });
  const Instant now = at.clock.now();
  Proof proof;
  at.catalog.write([&](Session& session) {
    record_copy(session, backup, local, now);
    record_copy(session, backup, cloud, now);
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
  std::vector<BackupRow> waiting;
  at.catalog.read([&](Session& session) {
    for (BackupRow& backup : list_backups(session, {})) {
      std::set<std::string> good;
      for (const CopyRow& copy : copies_of(session, backup.digest)) {
        if (copy.state == "good") good.insert(copy.replica);
      }
      if (!good.contains(std::string(kCloudReplica))) waiting.push_back(std::move(backup));
    }
  });
  std::size_t left = 0;
  for (auto backup = waiting.rbegin(); backup != waiting.rend(); ++backup) {
    try {
      replicate(at, *backup);
    } catch (const Error& error) {
      log(LogLevel::error, backup->name, error.what());
      ++left;
    }
  }
  return left;
}

}  // namespace coffre
