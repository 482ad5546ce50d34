// model/retention.h again: what must hold for every history. The seed of a failing history is printed.
#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <set>

#include "model/calendar_months.h"
#include "model/retention.h"
#include "model/retention_floor.h"
#include "support/paris_zone.h"
#include "support/print_instant.h"

namespace coffre {
namespace {

using std::chrono::days;

constexpr unsigned kHistories = 3000;

const RetentionPolicy& least() {
  static const RetentionPolicy policy;
  return policy;
}

// Inside the hour that autumn shows twice and a leap year's end of February, among plainer ones.
const std::vector<Instant>& nows() {
  static const std::vector<Instant> instants = {test::utc("2026-11-26T03:00:00Z"), test::utc("2026-10-25T00:30:00Z"),
                                                test::utc("2027-03-28T01:00:00Z"), test::utc("2028-02-29T02:00:00Z"),
                                                test::utc("2028-05-31T01:00:00Z")};
  return instants;
}

// Up to 40 backups over 30 months: proven, aged, half replicated, suspect, of any level, some dated by a wrong clock.
class Generator {
 public:
  explicit Generator(unsigned seed) : engine_(seed) {}

  unsigned below(unsigned limit) { return std::uniform_int_distribution<unsigned>(0, limit - 1)(engine_); }
  std::mt19937& engine() { return engine_; }

  Instant now() { return nows()[below(static_cast<unsigned>(nows().size()))]; }

  RetentionHistory history(Instant now) {
    RetentionHistory made;
    made.state = static_cast<DeviceState>(below(3));
    if (below(12) == 0) made.hold = Hold::legal;
    const bool only_pre = below(10) == 0;
    const unsigned count = below(40);
    for (unsigned i = 0; i < count; ++i) {
      BackupFacts one = backup(i + 1, count, now);
      if (only_pre) one.kind = Kind::pre;
      made.backups.push_back(std::move(one));
    }
    std::shuffle(made.backups.begin(), made.backups.end(), engine_);
    return made;
  }

  BackupFacts backup(std::uint64_t sequence, unsigned count, Instant now) {
    static constexpr std::array kKinds = {Kind::hebdo, Kind::hebdo, Kind::pre, Kind::post, Kind::mensuel};
    BackupFacts made;
    made.name = std::to_string(sequence);
    made.sequence = sequence;
    made.kind = kKinds[below(kKinds.size())];
    made.created_at = now - days{900} * (count - sequence) / count - Seconds{below(90'000)};
    if (below(15) == 0) made.created_at += days{below(1000)};  // by a wrong clock, perhaps in the future
    made.suspect = below(8) == 0;
    if (below(20) == 0) made.hold = Hold::contract;
    for (const ReplicaRole replica : kReplicaRoles) made.copies[replica] = copy();
    if (below(3) != 0) made.first_proven = made.created_at + Seconds{below(2'000'000)};
    if (below(15) == 0) made.release.emplace("a.martin", "b.durand", "closed", now + days{below(20)} - days{10});
    return made;
  }

 private:
  // Suspect ones too, as if somebody had written evidence for them: what they are not is not proof's to say alone.
  CopyFacts copy() {
    if (below(12) == 0) return {};
    constexpr unsigned kLevels = 6;
    const unsigned level = below(2) == 0 ? 4 : below(kLevels);
    const unsigned highest = std::max(level, below(3) == 0 ? below(kLevels) : level);
    return {true, static_cast<ProofLevel>(level), static_cast<ProofLevel>(highest)};
  }

  std::mt19937 engine_;
};

std::vector<RetentionVerdict> plan(const RetentionHistory& history, Instant now,
                                   const RetentionPolicy& policy = least()) {
  return plan_retention(history, {policy, test::paris_zone(), kDefaultRequiredProof, now});
}

bool expires(const RetentionVerdict& verdict) {
  return verdict.decision == Decision::expire;
}

// Said again in other words than model/retention_floor.cc, slowly: the newest copy in that replica that satisfies.
template <typename Wanted>
const BackupFacts* newest_held(const RetentionHistory& history, ReplicaRole replica, Instant now, Wanted&& wanted) {
  const BackupFacts* newest = nullptr;
  for (const BackupFacts& backup : history.backups) {
    const CopyFacts& copy = backup.copies[replica];
    if (!copy.held || backup.suspect || backup.created_at > now + Seconds{3600} || !wanted(copy)) continue;
    if (newest == nullptr || backup.sequence > newest->sequence) newest = &backup;
  }
  return newest;
}

// Names of what must stay in that replica.
std::set<std::string> floor_of(const RetentionHistory& history, ReplicaRole replica, Instant now) {
  std::set<std::string> names;
  const auto* const proven =
      newest_held(history, replica, now, [](const CopyFacts& copy) { return copy.level >= ProofLevel::understood; });
  if (proven != nullptr) names.insert(proven->name);
  for (int level = 5; level >= 0; --level) {
    const auto* const highest = newest_held(history, replica, now, [level](const CopyFacts& copy) {
      return copy.highest == static_cast<ProofLevel>(level);
    });
    if (highest == nullptr) continue;
    names.insert(highest->name);
    break;
  }
  return names;
}

bool may_count(const BackupFacts& backup, Instant now) {
  return !backup.suspect && backup.created_at <= now + Seconds{3600} &&
         std::ranges::all_of(kReplicaRoles, [&](ReplicaRole replica) {
           return backup.copies[replica].held && backup.copies[replica].level >= ProofLevel::understood;
         });
}

// Runs `property(generator, history, now)` over many histories; the seed is told when it fails.
template <typename Property>
void for_each_history(Property&& property) {
  for (unsigned seed = 1; seed <= kHistories; ++seed) {
    CAPTURE(seed);
    Generator generator(seed);
    const Instant now = generator.now();
    const RetentionHistory history = generator.history(now);
    property(generator, history, now);
  }
}

}  // namespace

TEST_CASE("the floor of each replica never expires, unless two persons released it from a device out of use") {
  unsigned expired = 0;
  for_each_history([&](Generator&, const RetentionHistory& history, Instant now) {
    const std::vector<RetentionVerdict> verdicts = plan(history, now);
    for (const ReplicaRole replica : kReplicaRoles) {
      const std::set<std::string> floor = floor_of(history, replica, now);
      for (std::size_t i = 0; i < verdicts.size(); ++i) {
        const BackupFacts& backup = history.backups[i];
        if (expires(verdicts[i])) ++expired;
        if (!expires(verdicts[i]) || !floor.contains(backup.name)) continue;
        CAPTURE(backup.name, to_string(replica));
        REQUIRE(history.state != DeviceState::active);
        REQUIRE((backup.release && backup.release->from() <= now));
      }
    }
  });
  CHECK(expired > kHistories);  // the histories reach expiry at all
}

TEST_CASE("of a device out of use what nobody released keeps a floor of its own, as if the released ones were gone") {
  unsigned released = 0;
  for_each_history([&](Generator&, const RetentionHistory& history, Instant now) {
    if (history.state == DeviceState::active) return;
    RetentionHistory left = history;
    std::erase_if(left.backups, [](const BackupFacts& backup) { return backup.release.has_value(); });
    std::set<std::string> floor;
    for (const ReplicaRole replica : kReplicaRoles) floor.merge(floor_of(left, replica, now));
    const std::vector<RetentionVerdict> verdicts = plan(history, now);
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
      const BackupFacts& backup = history.backups[i];
      if (backup.release && expires(verdicts[i])) ++released;
      CAPTURE(backup.name);
      REQUIRE_FALSE((expires(verdicts[i]) && floor.contains(backup.name)));
    }
  });
  CHECK(released > kHistories / 100);
}

TEST_CASE("what expires, expires because of a newer one that is proven as far in both replicas") {
  for_each_history([&](Generator&, const RetentionHistory& history, Instant now) {
    const std::vector<RetentionVerdict> verdicts = plan(history, now);
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
      const BackupFacts& gone = history.backups[i];
      if (!expires(verdicts[i]) || gone.release) continue;
      CAPTURE(gone.name);
      REQUIRE(std::ranges::any_of(history.backups, [&](const BackupFacts& other) {
        const auto as_far = [&](ReplicaRole replica) {
          return std::ranges::all_of(kReplicaRoles, [&](ReplicaRole of_gone) {
            return other.copies[replica].level >= gone.copies[of_gone].highest;
          });
        };
        return may_count(other, now) && other.sequence > gone.sequence && std::ranges::all_of(kReplicaRoles, as_far);
      }));
    }
  });
}

TEST_CASE("unproven, suspect and future-dated backups change nothing for the others") {
  unsigned without_some = 0;
  for_each_history([&](Generator&, const RetentionHistory& history, Instant now) {
    RetentionHistory others = history;
    std::erase_if(others.backups, [&](const BackupFacts& backup) { return !may_count(backup, now); });
    if (others.backups.size() < history.backups.size()) ++without_some;
    std::set<std::string> expired;
    const std::vector<RetentionVerdict> less = plan(others, now);
    for (std::size_t i = 0; i < less.size(); ++i) {
      if (expires(less[i])) expired.insert(others.backups[i].name);
    }
    // With them, nothing more of the others goes.
    const std::vector<RetentionVerdict> verdicts = plan(history, now);
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
      const BackupFacts& backup = history.backups[i];
      if (!may_count(backup, now) || !expires(verdicts[i])) continue;
      CAPTURE(backup.name);
      REQUIRE(expired.contains(backup.name));
    }
  });
  CHECK(without_some > kHistories / 2);
}

TEST_CASE("a future-dated or held backup stays, and nothing goes before its tier's end") {
  for_each_history([&](Generator&, const RetentionHistory& history, Instant now) {
    const std::vector<RetentionVerdict> verdicts = plan(history, now);
    const std::vector<bool> firsts =
        month_first_proven(history, {least(), test::paris_zone(), kDefaultRequiredProof, now});
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
      const BackupFacts& backup = history.backups[i];
      if (!expires(verdicts[i])) continue;
      CAPTURE(backup.name);
      REQUIRE(backup.created_at <= now + Seconds{3600});
      REQUIRE(backup.hold == Hold::none);
      REQUIRE(history.hold == Hold::none);
      const bool year = !backup.suspect && (backup.kind == Kind::mensuel || firsts[i]);
      const bool half = !backup.suspect && (backup.kind == Kind::pre || backup.kind == Kind::post);
      REQUIRE(plus_months(backup.created_at, year ? 12 : half ? 6 : 3, test::paris_zone()) <= now);
    }
  });
}

TEST_CASE("what expires now expires later too, also over clock changes and the ends of February") {
  for_each_history([&](Generator& generator, const RetentionHistory& history, Instant now) {
    std::vector<RetentionVerdict> before = plan(history, now);
    Instant later = now;
    for (int step = 0; step < 8; ++step) {
      later += Seconds{generator.below(step % 2 == 0 ? 7200 : 200 * 24 * 3600)};
      const std::vector<RetentionVerdict> after = plan(history, later);
      for (std::size_t i = 0; i < after.size(); ++i) {
        CAPTURE(history.backups[i].name, later);
        REQUIRE((!expires(before[i]) || expires(after[i])));
      }
      before = after;
    }
  });
}

TEST_CASE("the order of a history does not matter") {
  for_each_history([&](Generator& generator, const RetentionHistory& history, Instant now) {
    const std::vector<RetentionVerdict> verdicts = plan(history, now);
    std::map<std::string, RetentionVerdict> by_name;
    for (std::size_t i = 0; i < verdicts.size(); ++i) by_name[history.backups[i].name] = verdicts[i];
    RetentionHistory shuffled = history;
    std::shuffle(shuffled.backups.begin(), shuffled.backups.end(), generator.engine());
    const std::vector<RetentionVerdict> again = plan(shuffled, now);
    for (std::size_t i = 0; i < again.size(); ++i) {
      CAPTURE(shuffled.backups[i].name);
      REQUIRE(again[i] == by_name[shuffled.backups[i].name]);
    }
  });
}

TEST_CASE("a longer policy and a hold never let more go") {
  for_each_history([&](Generator& generator, const RetentionHistory& history, Instant now) {
    const std::vector<RetentionVerdict> verdicts = plan(history, now);
    const RetentionPolicy longer({3 + generator.below(9), 6 + generator.below(12), 12 + generator.below(24)});
    const std::vector<RetentionVerdict> kept = plan(history, now, longer);
    RetentionHistory held = history;
    held.hold = Hold::contract;
    const std::vector<RetentionVerdict> none = plan(held, now);
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
      CAPTURE(history.backups[i].name);
      REQUIRE((expires(verdicts[i]) || !expires(kept[i])));
      REQUIRE_FALSE(expires(none[i]));
    }
  });
}

TEST_CASE("a plan carried out copy by copy, in any order and stopped anywhere, leaves each replica its floor") {
  unsigned deleted = 0;
  for_each_history([&](Generator& generator, const RetentionHistory& history, Instant now) {
    RetentionHistory left = history;
    for (BackupFacts& backup : left.backups) backup.release.reset();
    const std::vector<RetentionVerdict> verdicts = plan(left, now);
    std::vector<std::pair<std::size_t, ReplicaRole>> copies;
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
      for (const ReplicaRole replica : kReplicaRoles) {
        if (expires(verdicts[i]) && left.backups[i].copies[replica].held) copies.emplace_back(i, replica);
      }
    }
    std::shuffle(copies.begin(), copies.end(), generator.engine());
    PerReplica<std::set<std::string>> floor;
    for (const ReplicaRole replica : kReplicaRoles) floor[replica] = floor_of(left, replica, now);
    for (const auto& [i, replica] : copies) {
      // What the plan lets go, the floor check permits, whatever went before it.
      REQUIRE(permit_deletion(left, left.backups[i].name, replica, kDefaultRequiredProof, now));
      left.backups[i].copies[replica] = {};
      ++deleted;
      for (const ReplicaRole each : kReplicaRoles) REQUIRE(floor_of(left, each, now) == floor[each]);
    }
  });
  CHECK(deleted > kHistories);
}

}  // namespace coffre
