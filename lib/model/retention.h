// Keep or expire, each with its reasons: the rules of schemas/retention.md as a pure function of one device's history.
//
// A backup expires when all of this holds, and is kept for each part that does not: every tier that it is in has ended;
// neither it nor its device is under a hold; it is not future-dated; it is not of the floor of a replica that holds
// it; and a newer backup, proven in both replicas at the level that it ever reached, takes its place. Suspect: the
// tier is 3 months. The last two are waived by a FloorRelease from its date on (retired device, closed client).
//
// The order of the history does not matter. With the same history and policy, what expires at `now` expires later too.
// It says what may go by the calendar; whether anything goes today: model/expiry_stop.h and model/retention_floor.h.
// Threads: values only. Errors: Error(internal) for a kind that is not a device's backup. Linear in the history.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "model/retention_history.h"
#include "model/retention_policy.h"
#include "model/zone.h"

namespace coffre {

enum class ReasonCode : std::uint8_t {
  // Why it is kept:
  tier_hebdo,        // `until`
  tier_pre_post,     // `until`
  tier_mensuel,      // `until`; its own kind
  tier_month_first,  // `until`; the month's first proven backup
  tier_suspect,      // `until`
  contract_hold,     // its own, or its device's
  legal_hold,
  future_dated,
  floor_newest_proven,  // `replica`
  floor_highest_level,  // `replica`
  no_successor,         // no newer one is proven in both replicas at its level or a higher one
  // Why it expires:
  tier_ended,  // `until`: when
  superseded,  // `successor`
  released,    // by two persons
};

struct Reason {
  ReasonCode code;
  std::optional<Instant> until{};
  std::optional<ReplicaRole> replica{};
  std::optional<std::uint64_t> successor{};  // sequence number
  bool operator==(const Reason&) const = default;
};

enum class Decision : std::uint8_t { keep, expire };

struct RetentionVerdict {
  Decision decision = Decision::keep;
  std::vector<Reason> reasons;  // never empty; in the order of the enum; of one decision only
  Instant tier_end{};           // of the longest tier it is in; of a future-dated one: created_at
  bool operator==(const RetentionVerdict&) const = default;
};

struct RetentionContext {
  const RetentionPolicy& policy;
  const Zone& zone;  // the installation's
  ProofLevel required_proof = kDefaultRequiredProof;
  Instant now{};
};

// One verdict per backup, in the order of history.backups.
std::vector<RetentionVerdict> plan_retention(const RetentionHistory& history, const RetentionContext& context);

// Which backups of the history are their local month's first proven one: of each month the one with the earliest
// `first_proven` (equal: the lowest sequence number), and, so that no month is without one when that one is lost or its
// proof has aged, the earliest of those that are proven in both replicas now. One flag per backup, in the order of
// history.backups. For lock_until, which is to be asked again when a backup became one.
std::vector<bool> month_first_proven(const RetentionHistory& history, const RetentionContext& context);

std::string_view to_string(ReasonCode code);    // "tier_hebdo": stable, for the catalog, the journal and --json
std::string_view to_string(Decision decision);  // "keep", "expire"
// The reason in words, without dates and names: an English msgid, shown with tr().
const char* title_of(ReasonCode code);

}  // namespace coffre
