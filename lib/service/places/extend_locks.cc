#include "service/places/extend_locks.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/log.h"
#include "base/translate.h"
#include "catalog/anomalies.h"
#include "catalog/journal.h"
#include "catalog/locks.h"
#include "model/retention_policy.h"
#include "service/places/lock_for.h"
#include "service/places/stored_copy.h"

namespace coffre {
namespace {

constexpr Seconds kSmallGain = std::chrono::days{7};
constexpr Seconds kEndsSoon = std::chrono::days{30};

struct Due {
  BackupRow backup;
  Instant until;
};

std::vector<Due> due_now(Installation& at) {
  std::vector<std::pair<BackupRow, std::optional<Instant>>> copies;
  at.catalog.read([&](Session& session) {
    copies.clear();
    for (const LockRow& row : locks_in(session, kCloudReplica)) {
      if (auto backup = find_backup_by_digest(session, row.digest)) copies.emplace_back(std::move(*backup), row.until);
    }
  });
  std::vector<Due> due;
  for (auto& [backup, noted] : copies) {
    if (const auto until = extension_due(at, backup, noted)) due.push_back({std::move(backup), *until});
  }
  return due;
}

// The place's own copy is put onto itself: its bytes cannot be others than they are, and its lock is read back.
void extend(Installation& at, const Due& due) {
  const std::string path = object_path(due.backup);
  const auto whole = [&](const RandomReader& file) { require_whole(at, due.backup, file); };
  std::unique_ptr<RandomReader> content;
  const CopyCheck copy = check_copy(*at.cloud, due.backup, whole, content);
  if (copy.error) throw Error(*copy.error);
  if (!content) {
    throw Error(ErrorCode::not_found, tr("extending a lock"), tr("the copy has gone"),
                tr("Run: restore-cli verify NAME"))
        .on(path);
  }
  const Digest digest = content_digest(*content);
  const PutOptions lock{.locked_until = due.until};
  // A repaired copy lies behind the one that was damaged.
  if (at.cloud->put_if_absent(path, *content, digest, lock) == PutResult::conflict_other_content)
    at.cloud->repair(path, *content, digest, lock);
  at.catalog.write([&](Session& session) { put_lock(session, due.backup.digest, kCloudReplica, due.until); });
}

void note(Installation& at, const LockExtensions& extensions) {
  const Instant now = at.clock.now();
  at.catalog.write([&](Session& session) {
    append_journal(
        session,
        {.account = at.account,
         .action = "extend_locks",
         .subject = std::string(kCloudReplica),
         .result = extensions.failed == 0 ? "done" : "failed",
         .ticket = {},
         .detail = {{"extended", std::to_string(extensions.extended)}, {"failed", std::to_string(extensions.failed)}}},
        now);
  });
}

void open_matter(Installation& at, const Error& error) {
  at.catalog.write([&](Session& session) {
    open_anomaly(session, AnomalyCode::replica_unavailable, kCloudReplica, error.finding_on(kCloudReplica),
                 at.clock.now());
  });
}

}  // namespace

std::optional<Instant> extension_due(Installation& at, const BackupRow& backup, const std::optional<Instant>& noted) {
  const Instant now = at.clock.now();
  const Instant held = noted.value_or(Instant{});
  const bool ends_soon = held < now + kEndsSoon;
  const auto is_due = [&](Instant wanted) {
    return wanted > now && wanted > held && (ends_soon || wanted - held >= kSmallGain);
  };
  const auto wanted_when = [&](bool month_first_proven) {
    TierFacts facts{.kind = backup.kind, .created_at = backup.created_at, .suspect = backup.suspect};
    facts.month_first_proven = month_first_proven;
    return lock_until(facts, at.policy.retention, *at.zones.installation, now);
  };
  // Whether it is its month's first proven one takes reading; where that decides, it is decided before the lock ends.
  if (!is_due(wanted_when(true))) return std::nullopt;
  if (!is_due(wanted_when(false)) && !ends_soon) return std::nullopt;
  const Instant wanted = lock_for(at, backup);
  return is_due(wanted) ? std::optional(wanted) : std::nullopt;
}

LockExtensions extend_locks(Installation& at) {
  LockExtensions extensions;
  if (!at.cloud->properties().locks) return extensions;
  const std::vector<Due> due = due_now(at);
  if (due.empty()) return extensions;
  std::string last_problem;
  for (const Due& one : due) {
    try {
      extend(at, one);
      ++extensions.extended;
    } catch (const Error& error) {
      if (error.code() == ErrorCode::internal) throw;
      open_matter(at, error);
      if (last_problem != error.reason()) log(LogLevel::error, one.backup.name, error.what());
      last_problem = error.reason();
      if (error.code() == ErrorCode::unreachable) break;
    }
  }
  extensions.failed = due.size() - extensions.extended;
  note(at, extensions);
  return extensions;
}

}  // namespace coffre
