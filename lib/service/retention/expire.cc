#include "service/retention/expire.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "base/fault_point.h"
#include "base/translate.h"
#include "catalog/anomalies.h"
#include "catalog/devices.h"
#include "catalog/journal.h"
#include "catalog/retention.h"
#include "model/retention_floor.h"
#include "service/places/stored_copy.h"
#include "service/retention/retention_facts.h"

namespace coffre {
namespace {

using Result = ExpiryOutcome::Result;

constexpr std::string_view kLock = "expire";
constexpr std::string_view kExpiry = "expiry";  // subject of the anomaly
constexpr std::chrono::seconds kPatience{60};
// The bucket first: it may refuse.
constexpr std::array kOrder = {ReplicaRole::cloud, ReplicaRole::local};

Error busy(Installation& at) {
  const auto holder = at.local->holder(kLock);
  return Error(ErrorCode::conflict, tr("expiring"),
               holder ? fmt::format(fmt::runtime(tr("another process is at it ({})")), holder->text())
                      : std::string(tr("another process is at it")),
               tr("Wait for it to end, then try again"));
}

// Leave for this copy, by what the catalog says now: it still expires, was announced long enough ago, and is not of the
// floor.
std::optional<FloorPermit> ask_again(Installation& at, const BackupRow& backup, ReplicaRole role) {
  std::optional<FloorPermit> permit;
  at.catalog.read([&](Session& session) {
    const Instant now = at.clock.now();
    const auto items = device_expiry(at, session, backup.device_id);
    const auto item = std::ranges::find(items, backup.digest, [](const ExpiryItem& one) { return one.backup.digest; });
    if (item == items.end() || !is_due(*item, now)) return;
    const auto device = find_device_by_id(session, backup.device_id);
    const auto facts = retention_facts(at, session, *device, retention_surroundings(session));
    permit = permit_deletion(facts.history, backup.name, role, at.policy.required_proof, now);
  });
  return permit;
}

void record_removal(Installation& at, const ExpiryItem& item, ReplicaRole role, Removal::State state) {
  const Instant now = at.clock.now();
  std::map<std::string, std::string> detail{{"replica", std::string(to_string(role))},
                                            {"digest", to_hex(item.backup.digest)},
                                            {"successor", item.successor},
                                            {"announced", to_rfc3339(*item.announced_at)}};
  if (!item.released_by.empty()) detail.emplace("released_by", item.released_by);
  at.catalog.write([&](Session& session) {
    note_expired_copy(session, item.backup.digest, to_string(role), now);
    const auto row = find_backup_by_digest(session, item.backup.digest);
    if (row && row->expired_at) remove_announcement(session, item.backup.digest);
    append_journal(session,
                   {.account = at.account,
                    .action = "expire",
                    .subject = item.backup.name,
                    .result = state == Removal::State::removed ? "done" : "was_absent",
                    .detail = std::move(detail)},
                   now);
  });
}

ExpiryOutcome expire_one(Installation& at, const ExpiryItem& item) {
  const FileLock lock = at.local->lock(item.device, at.clock, kPatience);
  ExpiryOutcome outcome{.name = item.backup.name};
  for (const ReplicaRole role : kOrder) {
    if (!item.held[role]) continue;
    auto permit = ask_again(at, item.backup, role);
    if (!permit) return outcome;
    Replica& place = role == ReplicaRole::local ? static_cast<Replica&>(*at.local) : *at.cloud;
    fault_point("expire.remove");
    const Removal removal = place.remove(object_path(item.backup), std::move(*permit));
    fault_point("expire.record");
    if (removal.state == Removal::State::locked) {
      outcome.result = Result::waits;
      outcome.locked_until = removal.locked_until;
      return outcome;
    }
    record_removal(at, item, role, removal.state);
  }
  outcome.result = Result::removed;
  return outcome;
}

// Whether to go on with the next one.
bool try_one(Installation& at, const ExpiryItem& item, ExpiryOutcome& outcome) {
  try {
    outcome = expire_one(at, item);
    return true;
  } catch (Error& error) {
    outcome = {.name = item.backup.name, .result = Result::failed, .error = error.on(item.backup.name)};
    return error.code() == ErrorCode::conflict;  // its device is being worked on
  }
}

std::string stop_words(const ExpiryDoubts& doubts) {
  std::string words;
  for (const StopReason& stop : doubts.stops) {
    if (!words.empty()) words += "; ";
    words += tr(title_of(stop.code));
    if (stop.replica) words += fmt::format(" ({})", to_string(*stop.replica));
    if (stop.code == StopCode::replica_in_doubt && stop.replica) words += tr(": ") + doubts.places.at(*stop.replica);
  }
  return words;
}

void note_stopped(Installation& at, const ExpiryDoubts& doubts) {
  const Instant now = at.clock.now();
  at.catalog.write([&](Session& session) {
    if (doubts.stops.empty()) {
      close_anomaly(session, AnomalyCode::expiry_stopped, kExpiry, "nothing is in doubt any more", now);
    } else {
      open_anomaly(session, AnomalyCode::expiry_stopped, kExpiry, stop_words(doubts), now);
    }
  });
}

}  // namespace

std::string_view to_string(ExpiryOutcome::Result result) {
  switch (result) {
    case Result::removed:
      return "removed";
    case Result::waits:
      return "waits";
    case Result::kept:
      return "kept";
    case Result::failed:
      return "failed";
  }
  return "failed";
}

ExpiryReport execute_expiry(Installation& at, const AfterEach& after_each) {
  const auto lock = at.local->try_lock(kLock, at.clock);
  if (!lock) throw busy(at);
  ExpiryPlan plan = plan_expiry(at);
  ExpiryReport report{.doubts = expiry_doubts(at, copies_due(plan))};
  std::erase_if(plan.items, [&plan](const ExpiryItem& item) { return !is_due(item, plan.now); });
  report.due = plan.items.size();
  note_stopped(at, report.doubts);
  if (!report.doubts.stops.empty()) return report;
  for (const ExpiryItem& item : plan.items) {
    ExpiryOutcome outcome;
    const bool go_on = try_one(at, item, outcome);
    report.outcomes.push_back(outcome);
    if (after_each) after_each(outcome, report.outcomes.size(), plan.items.size());
    if (!go_on) break;
  }
  return report;
}

}  // namespace coffre
