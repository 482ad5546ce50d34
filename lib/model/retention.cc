#include "model/retention.h"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>
#include <utility>

#include "base/translate.h"
#include "model/calendar_months.h"
#include "model/retention_floor.h"

namespace coffre {
namespace {

struct Word {
  ReasonCode code;
  std::string_view name;
  const char* title;
};

constexpr std::array kWords = {
    Word{ReasonCode::tier_hebdo, "tier_hebdo", tr_noop("weekly backup, within its time")},
    Word{ReasonCode::tier_pre_post, "tier_pre_post", tr_noop("backup of an intervention, within its time")},
    Word{ReasonCode::tier_mensuel, "tier_mensuel", tr_noop("monthly backup, within its time")},
    Word{ReasonCode::tier_month_first, "tier_month_first", tr_noop("its month's first proven backup, within its time")},
    Word{ReasonCode::tier_suspect, "tier_suspect", tr_noop("suspect backup, within its time")},
    Word{ReasonCode::contract_hold, "contract_hold", tr_noop("kept by contract")},
    Word{ReasonCode::legal_hold, "legal_hold", tr_noop("kept for a legal matter")},
    Word{ReasonCode::future_dated, "future_dated", tr_noop("dated in the future: a clock was wrong")},
    Word{ReasonCode::floor_newest_proven, "floor_newest_proven",
         tr_noop("the device's newest proven backup in this replica")},
    Word{ReasonCode::floor_highest_level, "floor_highest_level",
         tr_noop("the device's newest backup of the highest proof level in this replica")},
    Word{ReasonCode::no_successor, "no_successor", tr_noop("no newer backup is proven as far in both replicas")},
    Word{ReasonCode::tier_ended, "tier_ended", tr_noop("its time is over")},
    Word{ReasonCode::superseded, "superseded", tr_noop("a newer backup is proven as far in both replicas")},
    Word{ReasonCode::released, "released", tr_noop("released by two persons")},
};

// The table is in the order of the enum; a test asks for each code.
const Word& word_of(ReasonCode code) {
  return kWords.at(static_cast<std::size_t>(code));
}

ReasonCode tier_of(const BackupFacts& backup) {
  if (backup.suspect) return ReasonCode::tier_suspect;
  switch (backup.kind) {
    case Kind::pre:
    case Kind::post:
      return ReasonCode::tier_pre_post;
    case Kind::mensuel:
      return ReasonCode::tier_mensuel;
    default:
      return ReasonCode::tier_hebdo;
  }
}

// Judges one backup after the other against what is common to the history.
class Judge {
 public:
  Judge(const RetentionHistory& history, const RetentionContext& context)
      : history_(history), context_(context), floor_(history, context.required_proof, context.now) {}

  RetentionVerdict judge(const BackupFacts& backup, bool month_first) const {
    if (is_future_dated(backup, context_.now)) {
      return {Decision::keep, {{ReasonCode::future_dated}}, backup.created_at};
    }
    RetentionVerdict verdict;
    keep_for_tiers(backup, month_first, verdict);
    keep_for_holds(backup, verdict);
    const bool released = floor_.is_released(backup);
    const std::optional<std::uint64_t> successor = floor_.successor_of(backup);
    if (!released) {
      keep_for_floor(backup, verdict);
      if (!successor) verdict.reasons.push_back({ReasonCode::no_successor});
    }
    if (!verdict.reasons.empty()) return verdict;

    verdict.decision = Decision::expire;
    verdict.reasons.push_back({.code = ReasonCode::tier_ended, .until = verdict.tier_end});
    if (successor) verdict.reasons.push_back({.code = ReasonCode::superseded, .successor = successor});
    if (released) verdict.reasons.push_back({ReasonCode::released});
    return verdict;
  }

 private:
  void keep_for_tiers(const BackupFacts& backup, bool month_first, RetentionVerdict& verdict) const {
    const auto keep = [&](ReasonCode code, bool first) {
      const TierFacts facts{backup.kind, backup.created_at, backup.suspect, first};
      const Instant end = coffre::tier_end(facts, context_.policy, context_.zone);
      verdict.tier_end = std::max(verdict.tier_end, end);
      if (end > context_.now) verdict.reasons.push_back({.code = code, .until = end});
    };
    verdict.tier_end = Instant::min();
    keep(tier_of(backup), false);
    if (month_first && backup.kind != Kind::mensuel) keep(ReasonCode::tier_month_first, true);
  }

  void keep_for_holds(const BackupFacts& backup, RetentionVerdict& verdict) const {
    for (const auto& [hold, code] :
         {std::pair(Hold::contract, ReasonCode::contract_hold), std::pair(Hold::legal, ReasonCode::legal_hold)}) {
      if (backup.hold == hold || history_.hold == hold) verdict.reasons.push_back({code});
    }
  }

  void keep_for_floor(const BackupFacts& backup, RetentionVerdict& verdict) const {
    for (const ReplicaRole replica : kReplicaRoles) {
      if (floor_.is_newest_proven(backup, replica)) {
        verdict.reasons.push_back({.code = ReasonCode::floor_newest_proven, .replica = replica});
      }
    }
    for (const ReplicaRole replica : kReplicaRoles) {
      if (floor_.is_highest_level(backup, replica)) {
        verdict.reasons.push_back({.code = ReasonCode::floor_highest_level, .replica = replica});
      }
    }
  }

  const RetentionHistory& history_;
  const RetentionContext& context_;
  Floor floor_;
};

using FirstKey = std::pair<Instant, std::uint64_t>;  // became proven, sequence

FirstKey first_key(const BackupFacts& backup) {
  return {backup.first_proven.value_or(Instant::max()), backup.sequence};
}

// Flags of each local month the earliest backup that counts.
template <typename Counts>
void flag_firsts(const std::vector<BackupFacts>& backups, const std::vector<LocalMonth>& months, Counts&& counts,
                 std::vector<bool>& flags) {
  std::map<LocalMonth, FirstKey> firsts;
  for (std::size_t i = 0; i < backups.size(); ++i) {
    if (!counts(backups[i])) continue;
    const auto [place, added] = firsts.emplace(months[i], first_key(backups[i]));
    if (!added) place->second = std::min(place->second, first_key(backups[i]));
  }
  for (std::size_t i = 0; i < backups.size(); ++i) {
    if (counts(backups[i]) && firsts.at(months[i]) == first_key(backups[i])) flags[i] = true;
  }
}

}  // namespace

std::vector<bool> month_first_proven(const RetentionHistory& history, const RetentionContext& context) {
  const std::vector<BackupFacts>& backups = history.backups;
  std::vector<LocalMonth> months(backups.size());
  for (std::size_t i = 0; i < backups.size(); ++i) {
    if (!is_future_dated(backups[i], context.now)) months[i] = local_month(backups[i].created_at, context.zone);
  }
  const auto believed = [&](const BackupFacts& backup) {
    return !backup.suspect && !is_future_dated(backup, context.now);
  };
  std::vector<bool> flags(backups.size(), false);
  flag_firsts(
      backups, months, [&](const BackupFacts& backup) { return believed(backup) && backup.first_proven; }, flags);
  flag_firsts(
      backups, months,
      [&](const BackupFacts& backup) { return believed(backup) && is_proven_in_both(backup, context.required_proof); },
      flags);
  return flags;
}

std::vector<RetentionVerdict> plan_retention(const RetentionHistory& history, const RetentionContext& context) {
  const std::vector<bool> firsts = month_first_proven(history, context);
  const Judge judge(history, context);
  std::vector<RetentionVerdict> verdicts;
  verdicts.reserve(history.backups.size());
  for (std::size_t i = 0; i < history.backups.size(); ++i) {
    verdicts.push_back(judge.judge(history.backups[i], firsts[i]));
  }
  return verdicts;
}

std::string_view to_string(ReasonCode code) {
  return word_of(code).name;
}

std::string_view to_string(Decision decision) {
  return decision == Decision::keep ? "keep" : "expire";
}

const char* title_of(ReasonCode code) {
  return word_of(code).title;
}

}  // namespace coffre
