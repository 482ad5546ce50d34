#include "service/backup/run_pass.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "base/log.h"
#include "base/translate.h"
#include "catalog/anomalies.h"
#include "catalog/backups.h"
#include "catalog/closures.h"
#include "catalog/credentials.h"
#include "catalog/devices.h"
#include "catalog/jobs.h"
#include "os/space.h"
#include "replicas/installation.h"
#include "replicas/unavailable.h"
#include "service/backup/recover.h"
#include "service/estate/sync_inventory.h"
#include "service/healing/heal.h"
#include "service/keys/key_proofs.h"
#include "service/keys/next_signer.h"
#include "service/keys/trust_record.h"
#include "service/places/extend_locks.h"
#include "service/places/local_place.h"
#include "service/reading/proof_of.h"

namespace coffre {
namespace {

constexpr std::string_view kWriteProbe = "run";

DeviceHistory history_of(Session& session, const DeviceKey& key, Instant now) {
  const auto row = find_device(session, key);
  if (!row) return {};
  DeviceHistory history;
  const auto closure = find_closure(session, key.client.text());
  history.client_closed = closure && closure->closes_at <= now;
  history.device_id = row->id;
  history.collect_requested = row->collect_requested;
  if (const auto newest = newest_good_backup(session, row->id)) {
    history.last_non_suspect = newest->created_at;
    history.newest_sequence = newest->sequence;
  }
  if (const auto newest = newest_good_backup(session, row->id, Kind::mensuel)) {
    history.newest_non_suspect_mensuel = newest->created_at;
  }
  return history;
}

std::vector<PlanLine> plan_now(Installation& at, const Selection& selection) {
  std::vector<PlanLine> lines;
  at.catalog.read([&](Session& session) {
    lines = plan_run(
        at.inventory, [&](const DeviceKey& key) { return history_of(session, key, at.clock.now()); }, selection,
        at.zones, at.clock.now());
  });
  return lines;
}

// What must hold before a device is asked: without the local volume there is no backup (design.md section 5).
void require_places(Installation& at) {
  const std::string name = at.local->properties().name;
  try {
    at.local->require_volume();
    require_installation(*at.local, at.id);
    // Taking a lock writes: a volume that cannot be written is known before any device is asked.
    (void)at.local->try_lock(kWriteProbe, at.clock);
    require_space(at.local->space(), Kind::hebdo, 0);
  } catch (Error& error) {
    error.on(name);
    note_local_failure(at.catalog, error, at.clock.now());
    throw;
  }
  close_local_matters(at);
}

// The second place may be away for a while: backups are made all the same, and caught up later. A place that nobody has
// claimed is most likely the bare folder under a mount point: nothing is put there. Another installation's place ends
// the run. Returns whether it answers.
bool look_at_cloud(Installation& at) {
  try {
    require_installation(*at.cloud, at.id);
    require_same_lists(at, *at.cloud);
    return true;
  } catch (const Error& error) {
    if (error.category() == "E_LIST") throw;  // nothing is wrong with the place
    at.catalog.write([&](Session& session) {
      open_anomaly(session, AnomalyCode::replica_unavailable, at.cloud->properties().name,
                   error.finding_on(at.cloud->properties().name), at.clock.now());
    });
    if (error.category() == "FOREIGN_INSTALLATION") throw;
    log(LogLevel::error, at.cloud->properties().name, error.what());
    at.cloud = unavailable_replica(at.cloud->properties(), error);
    return false;
  }
}

// A place that came back while nothing was waiting for it: no put will say so.
void close_second_place_matter(Installation& at) {
  at.catalog.write([&](Session& session) {
    close_anomaly(session, AnomalyCode::replica_unavailable, at.cloud->properties().name,
                  "it answers, and no backup waits for it", at.clock.now());
  });
}

void note_expectations(Installation& at, const std::vector<PlanLine>& plan) {
  at.catalog.write([&](Session& session) {
    for (const PlanLine& line : plan) {
      auto row = find_device(session, line.device);
      if (!row || row->next_expected == line.next_expected) continue;
      row->next_expected = line.next_expected;
      update_device(session, *row);
    }
  });
}

Error stopped_error(const PlanLine& line, const Device& device, WorkVerdict verdict) {
  if (verdict == WorkVerdict::credential_stopped) {
    return Error(ErrorCode::locked_out, tr("logging in"),
                 fmt::format(fmt::runtime(tr("credential \"{}\" was refused by another device in this run")),
                             device.credential),
                 fmt::format(
                     fmt::runtime(tr(
                         "Check the password, then: backupd secret set {0}, or backupd secret release {0} --reason R")),
                     device.credential))
        .with_category("CREDENTIAL_STOPPED")
        .on(line.device.display());
  }
  return Error(ErrorCode::locked_out, tr("logging in"),
               tr("three credentials were refused at this site: it is left alone"),
               tr("Find them with: backupd secret list; then, for each: backupd secret set NAME, or "
                  "backupd secret release NAME --reason R"))
      .with_category("SITE_STOPPED")
      .on(line.device.display());
}

// A device whose certificate nobody has confirmed is expected like any other: its silence is an open matter.
void note_unconfirmed(Installation& at, const std::vector<PlanLine>& plan) {
  at.catalog.write([&](Session& session) {
    for (const PlanLine& line : plan) {
      if (line.action != PlanAction::not_confirmed || line.slot_done) continue;
      open_anomaly(session, AnomalyCode::backup_missing, line.device.display(),
                   tr("its certificate was never confirmed: backupd device pin"), at.clock.now());
    }
  });
}

// A device that needs no backup now may still have none that counts. Its matter is opened like any other.
std::vector<DeviceKey> note_unproven(Installation& at, const std::vector<PlanLine>& plan) {
  std::vector<DeviceKey> unproven;
  const Instant now = at.clock.now();
  at.catalog.write([&](Session& session) {
    unproven.clear();
    for (const PlanLine& line : plan) {
      if (line.action != PlanAction::not_due) continue;
      const auto newest = newest_good_backup(session, line.device_id);
      if (!newest || is_proven(settle_proof(at, session, *newest, now), at.policy.required_proof)) continue;
      unproven.push_back(line.device);
    }
  });
  return unproven;
}

// Runs the pass's jobs on worker threads; owns what they share.
class Crew {
 public:
  Crew(Installation& at, const RunRequest& request, const RunObserver& observer, const std::atomic<bool>& stop,
       RunReport& report)
      : at_(at), request_(request), observer_(observer), stop_(stop), report_(report), queue_(items(), limits()) {}

  void work() {
    const std::size_t count = std::min(at_.policy.workers, jobs_.size());
    if (observer_.planned) observer_.planned(jobs_.size());
    std::vector<std::thread> threads;
    threads.reserve(count);
    for (std::size_t i = 0; i < count; ++i) threads.emplace_back([this] { worker(); });
    for (std::thread& thread : threads) thread.join();
    if (broken_) std::rethrow_exception(broken_);
  }

 private:
  std::vector<WorkQueue::Item> items() {
    std::vector<WorkQueue::Item> items;
    const std::set<std::string> stopped = stopped_credentials();
    for (std::size_t i = 0; i < report_.lines.size(); ++i) {
      const PlanLine& line = report_.lines[i].plan;
      if (line.action != PlanAction::back_up) continue;
      jobs_.push_back(i);
      const Device& device = at_.inventory.devices.at(line.device);
      items.push_back({.site = site_key(line.device.client, line.device.site),
                       .credential = device.credential,
                       .credential_stopped = stopped.contains(device.credential)});
    }
    return items;
  }

  [[nodiscard]] std::set<std::string> stopped_credentials() const {
    std::set<std::string> stopped;
    at_.catalog.read([&](Session& session) {
      for (const CredentialRow& row : list_credentials(session)) {
        if (row.stopped) stopped.insert(row.name);
      }
    });
    return stopped;
  }

  [[nodiscard]] WorkQueue::Limits limits() const { return {.per_site = at_.policy.per_site, .refusals_per_site = 3}; }

  void worker() {
    while (const auto work = queue_.next()) {
      if (stop_) {  // nothing further starts; what waits is handed out no more
        queue_.stop();
        queue_.done(work->index);
        continue;
      }
      try {
        run_one(*work);
      } catch (...) {
        // A broken catalog ends the pass: nothing that follows could be put on record.
        const std::lock_guard lock(mutex_);
        if (!broken_) broken_ = std::current_exception();
        queue_.stop();
      }
      queue_.done(work->index);
    }
  }

  void run_one(const QueuedWork& work) {
    RunLine& line = report_.lines[jobs_[work.index]];
    const BackupOrder order{.device = line.plan.device,
                            .device_id = line.plan.device_id,
                            .kind = line.plan.kind,
                            .slot = line.plan.slot,
                            .ticket = request_.ticket,
                            .operator_id = request_.operator_id,
                            .planned_after = line.plan.newest_sequence};
    BackupOutcome outcome;
    if (work.verdict != WorkVerdict::run) {
      const Device& device = at_.inventory.devices.at(line.plan.device);
      outcome = not_tried(at_, order, stopped_error(line.plan, device, work.verdict));
    } else {
      outcome = back_up(at_, order, [&](CredentialAnswer answer) { queue_.credential_answered(work.index, answer); });
    }
    const std::lock_guard lock(mutex_);
    line.outcome = std::move(outcome);
    ++finished_;
    if (observer_.finished) observer_.finished(line, finished_);
  }

  Installation& at_;
  const RunRequest& request_;
  const RunObserver& observer_;
  const std::atomic<bool>& stop_;
  RunReport& report_;
  std::vector<std::size_t> jobs_;  // indexes into report_.lines; filled by items(), before queue_
  WorkQueue queue_;
  std::mutex mutex_;
  std::size_t finished_ = 0;
  std::exception_ptr broken_;
};

}  // namespace

std::vector<PlanLine> preview_run(Installation& at, const Selection& selection) {
  return plan_now(at, selection);
}

RunReport run_pass(Installation& at, const RunRequest& request, const RunObserver& observer,
                   const std::atomic<bool>& stop) {
  require_places(at);
  require_same_lists(at, *at.local);
  require_valid_signer(at);
  RunReport report;
  report.second_place_answers = look_at_cloud(at);
  report.missing = sync_inventory(at.catalog, at.inventory, at.random, at.account, at.clock.now()).missing;
  recover_interrupted(at);
  const std::vector<PlanLine> plan = plan_now(at, request.selection);
  note_unconfirmed(at, plan);
  for (const PlanLine& line : plan) report.lines.push_back({line, std::nullopt});
  Crew(at, request, observer, stop, report).work();
  note_expectations(at, plan_now(at, {}));
  if (stop) return report;
  settle_key_proofs(at);
  report.still_unreplicated = catch_up(at);
  if (report.second_place_answers) report.locks_too_short = extend_locks(at).failed;
  if (report.second_place_answers && report.still_unreplicated == 0 && report.locks_too_short == 0)
    close_second_place_matter(at);
  if (request.selection.scope == Selection::Scope::due) {
    report.scrub = scrub(at, {.policy = at.policy.scrub, .heal_waiting = false, .stop = &stop});
  }
  report.unproven = note_unproven(at, plan);
  report.waiting = waiting_copies(at);
  return report;
}

int exit_code_of(const RunReport& report) {
  std::size_t asked = 0;
  std::size_t proven = 0;
  std::size_t made = 0;  // proven or not: a good backup that is not in both places yet is no failure
  int last_code = 1;
  for (const RunLine& line : report.lines) {
    if (line.plan.action == PlanAction::not_confirmed) {  // expected, and not backed up
      ++asked;
      last_code = exit_code(ErrorCode::refused);
    }
    if (!line.outcome) continue;
    ++asked;
    if (line.outcome->result == BackupResult::proven) ++proven;
    if (line.outcome->result == BackupResult::proven || line.outcome->result == BackupResult::weaker) ++made;
    if (line.outcome->error) last_code = exit_code(line.outcome->error->code());
  }
  const bool complete = report.missing.empty() && report.still_unreplicated == 0 && report.unproven.empty() &&
                        report.locks_too_short == 0 && report.second_place_answers &&
                        (!report.scrub || exit_code_of(*report.scrub) == 0);
  if (proven == asked) return complete ? 0 : 3;
  constexpr int kPartial = 3;
  if (made > 0) return kPartial;
  return asked == 1 ? last_code : 1;
}

}  // namespace coffre
