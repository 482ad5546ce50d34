#include "service/places/replicate.h"

#include <algorithm>

#include "base/error.h"
#include "base/fault_point.h"
#include "base/log.h"
#include "base/text.h"
#include "base/translate.h"
#include "catalog/anomalies.h"
#include "catalog/journal.h"
#include "catalog/locks.h"
#include "service/places/lock_for.h"
#include "service/places/stored_copy.h"
#include "service/reading/proof_of.h"

namespace coffre {
namespace {

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

// One place's copy while both are made whole.
struct Side {
  Replica& place;
  CopyCheck copy{};
  std::unique_ptr<RandomReader> content = nullptr;  // what was read whole; set when the copy is good
  std::optional<Instant> locked_until{};            // what a put has read back
};

// What the place holds of this backup now, by reading every byte of it: whole, signed by us, and the one we mean.
void read_side(Installation& at, Side& side, const BackupRow& backup) {
  with_replica(at, side.place, [&] {
    const auto whole = [&](const RandomReader& file) { require_whole(at, backup, file); };
    side.copy = check_copy(side.place, backup, whole, side.content);
    if (side.copy.state == "unavailable" && side.copy.error) throw Error(*side.copy.error);
  });
}

// Only what was just read whole from the other side: an object is never overwritten, so a damaged one would take the
// name for ever.
PutResult put_into(Installation& at, Side& side, const BackupRow& backup, const RandomReader& from) {
  fault_point("replicate.put");
  PutOptions options;
  if (side.place.properties().locks) options.locked_until = lock_for(at, backup);
  const std::string path = object_path(backup);
  const Digest digest = content_digest(from);
  const PutResult result =
      with_replica(at, side.place, [&] { return side.place.put_if_absent(path, from, digest, options); });
  if (result != PutResult::conflict_other_content) side.locked_until = options.locked_until;
  fault_point("replicate.read_back");
  return result;
}

// Whether that place is known to have had the copy, or to lack it: putting it there is a repair then.
bool is_on_record(Installation& at, const BackupRow& backup, std::string_view replica) {
  std::vector<CopyRow> copies;
  at.catalog.read([&](Session& session) { copies = copies_of(session, backup.digest); });
  return std::ranges::any_of(copies, [&](const CopyRow& copy) { return copy.replica == replica; });
}

// The damage is on record before anything is done about it: what was found stays to be seen in the journal of matters.
void note_bad(Installation& at, const Side& side, const BackupRow& backup) {
  at.catalog.write([&](Session& session) { record_copy(session, backup, side.copy, at.clock.now()); });
}

// Puts the good content where this side's copy is missing or bad. A place that cannot keep the bad one aside keeps it.
void mend(Installation& at, Side& side, const BackupRow& backup, const RandomReader& from, Replication& result) {
  note_bad(at, side, backup);
  const std::string path = object_path(backup);
  PutOptions options;
  if (side.place.properties().locks) options.locked_until = lock_for(at, backup);
  std::string kept;
  try {
    kept = with_replica(at, side.place, [&] { return side.place.repair(path, from, content_digest(from), options); });
  } catch (const Error& error) {
    if (error.code() != ErrorCode::unsupported) throw;
    log(LogLevel::error, path, error.what());
    return;
  }
  fault_point("replicate.repaired");
  read_side(at, side, backup);
  if (side.copy.state != "good") return;
  side.locked_until = options.locked_until;
  result.repaired.push_back(side.copy.replica);
  if (!kept.empty()) result.kept_aside.push_back(side.copy.replica + ": " + kept);
}

void record(Installation& at, const BackupRow& backup, const Side& cloud, Replication& result) {
  const Instant now = at.clock.now();
  at.catalog.write([&](Session& session) {
    record_copy(session, backup, result.local, now);
    record_copy(session, backup, result.cloud, now);
    if (cloud.locked_until && result.cloud.state == "good")
      put_lock(session, backup.digest, result.cloud.replica, *cloud.locked_until);
    close_anomaly(session, AnomalyCode::replica_unavailable, result.cloud.replica, "it took and gave back an object",
                  now);
    result.proof = settle_proof(at, session, backup, now);
    JournalEntry row{
        .account = at.account,
        .action = "replicate",
        .subject = backup.name,
        .result = result.in_both() ? "done" : "failed",
        .ticket = {},
        .detail = {{result.local.replica, result.local.state},
                   {result.cloud.replica, result.cloud.state},
                   {"proof", result.proof.level ? std::to_string(static_cast<int>(*result.proof.level)) : "none"}}};
    if (!result.repaired.empty()) row.detail["repaired"] = join(result.repaired, ", ");
    if (!result.kept_aside.empty()) row.detail["kept_aside"] = join(result.kept_aside, ", ");
    append_journal(session, row, now);
  });
}

}  // namespace

Replication replicate(Installation& at, const BackupRow& backup) {
  Side local{*at.local};
  Side cloud{*at.cloud};
  Replication result;
  read_side(at, local, backup);
  const bool once_there = is_on_record(at, backup, kCloudReplica);
  const bool put_now = local.content && put_into(at, cloud, backup, *local.content) == PutResult::stored;
  read_side(at, cloud, backup);
  if (put_now && once_there && cloud.content) result.repaired.emplace_back(kCloudReplica);
  if (local.content && !cloud.content) mend(at, cloud, backup, *local.content, result);
  if (cloud.content && !local.content) mend(at, local, backup, *cloud.content, result);
  result.local = local.copy;
  result.cloud = cloud.copy;
  record(at, backup, cloud, result);
  fault_point("replicate.recorded");
  return result;
}

}  // namespace coffre
