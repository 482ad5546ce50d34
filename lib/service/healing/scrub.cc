#include "service/healing/scrub.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/fault_point.h"
#include "base/log.h"
#include "catalog/anomalies.h"
#include "catalog/journal.h"
#include "catalog/read_backs.h"
#include "replicas/installation.h"
#include "service/healing/heal.h"
#include "service/places/stored_copy.h"
#include "service/reading/proof_of.h"
#include "vault/open.h"

namespace coffre {
namespace {

class Pass {
 public:
  Pass(Installation& at, const ScrubRequest& request) : at_(at), request_(request), begun_(at.clock.now()) {}

  ScrubReport run() {
    const std::vector<Replica*> places = answering_places();
    reconcile_in(places);
    heal_all();
    read_due();
    report_.sequence_gaps = check_sequences(at_);
    note();
    return std::move(report_);
  }

 private:
  std::vector<Replica*> answering_places() {
    std::vector<Replica*> answering;
    for (Replica* const place : replicas_of(at_)) {
      if (answers(*place)) answering.push_back(place);
    }
    return answering;
  }

  bool answers(Replica& place) {
    try {
      require_installation(place, at_.id);
      return true;
    } catch (const Error& error) {
      if (error.category() == "FOREIGN_INSTALLATION") throw;
      set_away(place, error);
      return false;
    }
  }

  void set_away(const Replica& place, const Error& error) {
    if (error.code() == ErrorCode::internal) throw Error(error);
    const std::string& name = place.properties().name;
    if (is_away(name)) return;
    report_.away.push_back(name);
    log(LogLevel::error, name, error.what());
    at_.catalog.write([&](Session& session) {
      open_anomaly(session, AnomalyCode::replica_unavailable, name, error.finding_on(name), at_.clock.now());
    });
  }

  [[nodiscard]] bool is_away(std::string_view name) const {
    return std::ranges::find(report_.away, name) != report_.away.end();
  }

  void reconcile_in(const std::vector<Replica*>& places) {
    for (Replica* const place : places) {
      try {
        Reconciliation one = reconcile(at_, {place});
        append(report_.places.adopted, one.adopted);
        append(report_.places.to_heal, one.to_heal);
        append(report_.places.foreign, one.foreign);
        append(report_.places.strays, one.strays);
        append(report_.places.lost_sidecars, one.lost_sidecars);
      } catch (const Error& error) {
        set_away(*place, error);
      }
    }
  }

  template <typename T>
  static void append(std::vector<T>& to, std::vector<T>& from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  }

  // What the listings say is lacking, and what an earlier pass could not heal.
  void heal_all() {
    std::set<Digest> wanted(report_.places.to_heal.begin(), report_.places.to_heal.end());
    if (request_.heal_waiting) {
      at_.catalog.read([&](Session& session) {
        for (const std::string_view place : {kLocalReplica, kCloudReplica}) {
          for (const BackupRow& backup : backups_without_good_copy(session, place)) {
            if (is_waiting(session, backup)) wanted.insert(backup.digest);
          }
        }
      });
    }
    for (const Digest& digest : wanted) {
      if (is_stopped()) return;
      if (const auto backup = find(digest)) heal_one(*backup);
    }
  }

  // Not what is merely unread since the catalog was made anew: that is read in its turn.
  static bool is_waiting(Session& session, const BackupRow& backup) {
    const std::vector<CopyRow> copies = copies_of(session, backup.digest);
    constexpr std::size_t kPlaces = 2;
    return copies.size() < kPlaces || !std::ranges::all_of(copies, is_held);
  }

  [[nodiscard]] bool is_stopped() const { return request_.stop != nullptr && *request_.stop; }

  std::optional<BackupRow> find(const Digest& digest) {
    std::optional<BackupRow> backup;
    at_.catalog.read([&](Session& session) { backup = find_backup_by_digest(session, digest); });
    return backup;
  }

  // Both copies are read; with a place away there is nothing to heal from, or into.
  void heal_one(const BackupRow& backup) {
    healed_.insert(backup.digest);
    ScrubFinding finding{.name = backup.name, .local = "unavailable", .cloud = "unavailable"};
    if (report_.away.empty()) {
      try {
        const auto healed = heal(at_, backup);
        if (!healed) return;
        count(*healed, backup);
        if (healed->in_both() && healed->repaired.empty()) return;
        finding.local = healed->local.state;
        finding.cloud = healed->cloud.state;
        finding.repaired = healed->repaired;
        finding.kept_aside = healed->kept_aside;
      } catch (const Error& error) {
        if (error.code() == ErrorCode::internal) throw;
        log(LogLevel::error, backup.name, error.what());
        finding.error = error;
      }
    }
    if (finding.local == "unavailable" || finding.error) fill_from_record(backup, finding);
    report_.findings.push_back(std::move(finding));
  }

  void count(const Replication& healed, const BackupRow& backup) {
    for (const CopyCheck* const copy : {&healed.local, &healed.cloud}) {
      if (copy->state == "missing") continue;
      ++report_.copies_read;
      report_.bytes_read += backup.file_size;
    }
  }

  void fill_from_record(const BackupRow& backup, ScrubFinding& finding) {
    at_.catalog.read([&](Session& session) {
      for (const CopyRow& copy : copies_of(session, backup.digest)) {
        if (!is_away(copy.replica)) (copy.replica == kLocalReplica ? finding.local : finding.cloud) = copy.state;
      }
    });
  }

  void read_due() {
    std::vector<CopyAge> due;
    at_.catalog.read([&](Session& session) {
      due = copies_to_read(session, request_.everything ? Instant::max() : begun_ - request_.policy.within / 2);
    });
    std::erase_if(due, [&](const CopyAge& copy) { return healed_.contains(copy.digest); });
    const std::uint64_t budget = request_.everything ? UINT64_MAX : request_.policy.bytes_per_pass;
    std::uint64_t spent = report_.bytes_read;
    for (std::size_t i = 0; i < due.size(); ++i) {
      const CopyAge& copy = due[i];
      // One at least, however large: a budget below a file's size must not stop the scrub for ever.
      const bool fits = spent == 0 || (spent <= budget && copy.file_size <= budget - spent);
      if (!fits || is_stopped() || is_away(copy.replica)) {
        wait(copy);
        continue;
      }
      if (request_.progress) request_.progress(i, due.size(), copy.name);
      spent += copy.file_size;
      read_one(copy);
    }
  }

  void wait(const CopyAge& copy) {
    ++report_.waiting;
    if (copy.never_read || copy.seen_at < begun_ - request_.policy.within) ++report_.overdue;
  }

  void read_one(const CopyAge& age) {
    const auto backup = find(age.digest);
    Replica* const place = place_named(age.replica);
    if (!backup || place == nullptr || healed_.contains(age.digest)) return;
    bool trusted = true;
    const CopyCheck copy =
        check_copy(*place, *backup, [&](const RandomReader& file) { trusted = is_trusted(*backup, file); });
    fault_point("scrub.read");
    if (copy.state == "unavailable" && copy.error) {
      set_away(*place, *copy.error);
      wait(age);
      return;
    }
    ++report_.copies_read;
    report_.bytes_read += backup->file_size;
    if (copy.state != "good") {
      if (!report_.away.empty()) put_on_record(*backup, copy);
      heal_one(*backup);  // under the device's lock: reads again, and records what it finds
      return;
    }
    const Instant now = at_.clock.now();
    at_.catalog.write([&](Session& session) {
      if (!trusted) return note_read(session, *backup, copy, now);
      record_copy(session, *backup, copy, now);
      settle_proof(at_, session, *backup, now);
    });
    fault_point("scrub.recorded");
  }

  // Throws what is wrong with the bytes. False: they are what was recorded, and our lists say no to whoever signed them
  // (a revoked key): no damage, and no reason to leave the other copies unread.
  [[nodiscard]] bool is_trusted(const BackupRow& backup, const RandomReader& file) const {
    try {
      require_whole(at_, backup, file);
      return true;
    } catch (const Error& error) {
      if (error.code() != ErrorCode::rule || digest_of_file(file) != backup.digest) throw;
      return false;
    }
  }

  // Read, and no more: its state stays, and evidence is for what our lists trust.
  static void note_read(Session& session, const BackupRow& backup, const CopyCheck& copy, Instant now) {
    for (CopyRow row : copies_of(session, backup.digest)) {
      if (row.replica != copy.replica) continue;
      row.seen_at = now;
      put_copy(session, backup.digest, row);
    }
  }

  // Unless expiry took it meanwhile: then that is why.
  void put_on_record(const BackupRow& backup, const CopyCheck& copy) {
    at_.catalog.write([&](Session& session) {
      if (!has_expired_copy(session, backup.digest)) record_copy(session, backup, copy, at_.clock.now());
    });
  }

  Replica* place_named(const std::string& name) {
    for (Replica* const place : replicas_of(at_)) {
      if (place->properties().name == name) return place;
    }
    return nullptr;
  }

  void note() {
    const Instant now = at_.clock.now();
    std::size_t repaired = 0;
    for (const ScrubFinding& finding : report_.findings) repaired += finding.repaired.size();
    at_.catalog.write([&](Session& session) {
      append_journal(session,
                     {.account = at_.account,
                      .action = "scrub",
                      .subject = "",
                      .result = exit_code_of(report_) == 0 ? "done" : "failed",
                      .ticket = {},
                      .detail = {{"copies_read", std::to_string(report_.copies_read)},
                                 {"bytes_read", std::to_string(report_.bytes_read)},
                                 {"findings", std::to_string(report_.findings.size())},
                                 {"repaired", std::to_string(repaired)},
                                 {"adopted", std::to_string(report_.places.adopted.size())},
                                 {"foreign", std::to_string(report_.places.foreign.size())},
                                 {"waiting", std::to_string(report_.waiting)},
                                 {"overdue", std::to_string(report_.overdue)}}},
                     now);
    });
  }

  Installation& at_;
  const ScrubRequest& request_;
  const Instant begun_;
  ScrubReport report_;
  std::set<Digest> healed_;  // both copies of it were looked at in this pass
};

bool is_bad(const std::string& state) {
  return state == "missing" || state == "damaged";
}

}  // namespace

ScrubReport scrub(Installation& at, const ScrubRequest& request) {
  return Pass(at, request).run();
}

ScrubPlan plan_scrub(Installation& at, const ScrubPolicy& policy) {
  const Instant now = at.clock.now();
  std::vector<CopyAge> all;
  at.catalog.read([&](Session& session) { all = copies_to_read(session, Instant::max()); });
  ScrubPlan plan{.copies = all.size()};
  for (const CopyAge& copy : all) {
    if (!copy.never_read && copy.seen_at >= now - policy.within / 2) continue;
    ++plan.due;
    plan.due_bytes += copy.file_size;
    if (copy.never_read || copy.seen_at < now - policy.within) ++plan.overdue;
  }
  if (!all.empty() && !all.front().never_read) plan.oldest = all.front().seen_at;
  return plan;
}

int exit_code_of(const ScrubReport& report) {
  const bool lost = std::ranges::any_of(
      report.findings, [](const ScrubFinding& finding) { return is_bad(finding.local) && is_bad(finding.cloud); });
  if (lost) return exit_code(ErrorCode::damaged);
  const bool healed = std::ranges::all_of(report.findings, [](const ScrubFinding& finding) {
    return finding.local == "good" && finding.cloud == "good" && !finding.error;
  });
  const bool complete = healed && report.overdue == 0 && report.away.empty() && report.places.foreign.empty() &&
                        report.places.lost_sidecars.empty() && report.sequence_gaps.empty();
  constexpr int kPartial = 3;
  return complete ? 0 : kPartial;
}

}  // namespace coffre
