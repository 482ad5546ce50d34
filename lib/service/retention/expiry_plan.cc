#include "service/retention/expiry_plan.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "base/text.h"
#include "catalog/devices.h"
#include "catalog/journal.h"
#include "catalog/retention.h"
#include "service/retention/retention_facts.h"

namespace coffre {
namespace {

using Announced = std::map<Digest, Instant>;

Announced announced_now(Session& session) {
  Announced found;
  for (const Announcement& one : announcements(session)) found.emplace(one.digest, one.announced_at);
  return found;
}

std::string name_of_sequence(const std::vector<BackupRow>& rows, std::uint64_t sequence) {
  const auto found = std::ranges::find(rows, sequence, &BackupRow::sequence);
  return found == rows.end() ? std::string() : found->name;
}

ExpiryItem item_of(const Installation& at, const DeviceRetention& facts, std::size_t index, RetentionVerdict verdict,
                   const Announced& announced) {
  ExpiryItem item{.backup = facts.rows[index], .device = {}, .verdict = std::move(verdict)};
  item.released_by = facts.released_by[index];
  for (const ReplicaRole role : kReplicaRoles) item.held[role] = facts.history.backups[index].copies[role].held;
  for (const Reason& reason : item.verdict.reasons) {
    if (reason.successor) item.successor = name_of_sequence(facts.rows, *reason.successor);
  }
  if (const auto found = announced.find(item.backup.digest); found != announced.end()) {
    item.announced_at = found->second;
    item.not_before = found->second + at.policy.announce;
  }
  return item;
}

std::vector<ExpiryItem> judge_device(const Installation& at, Session& session, const DeviceRow& device,
                                     const RetentionSurroundings& around, const Announced& announced) {
  const DeviceRetention facts = retention_facts(at, session, device, around);
  std::vector<RetentionVerdict> verdicts = plan_retention(facts.history, retention_context(at, at.clock.now()));
  std::vector<ExpiryItem> items;
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    items.push_back(item_of(at, facts, i, std::move(verdicts[i]), announced));
    items.back().device = device.key.display();
  }
  return items;
}

bool expires(const ExpiryItem& item) {
  return item.verdict.decision == Decision::expire;
}

void oldest_first(std::vector<ExpiryItem>& items) {
  std::ranges::sort(items, [](const ExpiryItem& a, const ExpiryItem& b) {
    return std::tie(a.backup.created_at, a.device, a.backup.sequence) <
           std::tie(b.backup.created_at, b.device, b.backup.sequence);
  });
}

std::string reason_words(const RetentionVerdict& verdict) {
  std::vector<std::string> words;
  for (const Reason& reason : verdict.reasons) words.emplace_back(to_string(reason.code));
  return join(words, " ");
}

void announce(const Installation& at, Session& session, const ExpiryItem& item, Instant now) {
  const std::string reasons = reason_words(item.verdict);
  put_announcement(session, {.digest = item.backup.digest, .announced_at = now, .reasons = reasons});
  append_journal(session,
                 {.account = at.account,
                  .action = "expire_announce",
                  .subject = item.backup.name,
                  .result = "done",
                  .detail = {{"reasons", reasons},
                             {"successor", item.successor},
                             {"not_before", to_rfc3339(now + at.policy.announce)}}},
                 now);
}

void withdraw(const Installation& at, Session& session, const BackupRow& backup, Instant now) {
  remove_announcement(session, backup.digest);
  append_journal(session,
                 {.account = at.account,
                  .action = "expire_withdraw",
                  .subject = backup.name,
                  .result = "done",
                  .detail = {{"why", "it no longer expires"}}},
                 now);
}

}  // namespace

ExpiryPlan plan_expiry(const Installation& at, bool with_kept) {
  ExpiryPlan plan{.now = at.clock.now()};
  at.catalog.read([&](Session& session) {
    const RetentionSurroundings around = retention_surroundings(session);
    const Announced announced = announced_now(session);
    for (const DeviceRow& device : list_devices(session)) {
      for (ExpiryItem& item : judge_device(at, session, device, around, announced)) {
        if (expires(item)) {
          plan.items.push_back(std::move(item));
        } else if (with_kept) {
          plan.kept.push_back(std::move(item));
        }
      }
    }
  });
  oldest_first(plan.items);
  oldest_first(plan.kept);
  return plan;
}

std::vector<ExpiryItem> device_expiry(const Installation& at, Session& session, const std::string& device_id) {
  const auto device = find_device_by_id(session, device_id);
  if (!device) return {};
  auto items = judge_device(at, session, *device, retention_surroundings(session), announced_now(session));
  std::erase_if(items, [](const ExpiryItem& item) { return !expires(item); });
  oldest_first(items);
  return items;
}

bool is_due(const ExpiryItem& item, Instant now) {
  return item.not_before && *item.not_before <= now;
}

PerReplica<std::uint64_t> copies_due(const ExpiryPlan& plan) {
  PerReplica<std::uint64_t> copies;
  for (const ExpiryItem& item : plan.items) {
    if (!is_due(item, plan.now)) continue;
    for (const ReplicaRole role : kReplicaRoles) copies[role] += item.held[role] ? 1U : 0U;
  }
  return copies;
}

AnnounceReport announce_expiry(Installation& at) {
  const ExpiryPlan plan = plan_expiry(at);
  AnnounceReport report;
  std::set<Digest> expiring;
  for (const ExpiryItem& item : plan.items) expiring.insert(item.backup.digest);
  at.catalog.write([&](Session& session) {
    for (const Announcement& one : announcements(session)) {
      if (expiring.contains(one.digest)) continue;
      const auto backup = find_backup_by_digest(session, one.digest);
      withdraw(at, session, *backup, plan.now);
      report.withdrawn.push_back(backup->name);
    }
    const Announced announced = announced_now(session);
    for (const ExpiryItem& item : plan.items) {
      if (announced.contains(item.backup.digest)) continue;
      announce(at, session, item, plan.now);
      report.announced.push_back(item.backup.name);
    }
  });
  return report;
}

}  // namespace coffre
