// How long each kind is kept, and what a lock is asked for (schemas/retention.md; design.md section 7). Pure values.
//
// Threads: values only. Errors: Error(usage), as said below. Months are calendar months of the installation's zone
// (model/calendar_months.h).
#pragma once

#include "base/clock.h"
#include "model/kind.h"
#include "model/zone.h"

namespace coffre {

struct RetentionMonths {
  unsigned hebdo = 3;
  unsigned pre_post = 6;
  unsigned mensuel = 12;  // also of the month's first proven backup, whatever its kind
};

inline constexpr RetentionMonths kLeastMonths{};  // tiers are configurable upwards only
inline constexpr unsigned kMostMonths = 600;      // a larger number is a typing mistake
inline constexpr unsigned kSuspectMonths = 3;     // and a newer proven one: model/retention.h
inline constexpr std::chrono::days kSuspectLock{30};
inline constexpr unsigned kLongestLockMonths = 13;  // from now, whatever the policy

// A policy that exists keeps at least what the minimum says.
class RetentionPolicy {
 public:
  RetentionPolicy() = default;  // the minimum
  // Throws Error(usage), naming the tier and its bounds, for less than the minimum or more than kMostMonths.
  explicit RetentionPolicy(const RetentionMonths& months);

  [[nodiscard]] const RetentionMonths& months() const { return months_; }
  // Of a non-suspect backup of that kind. Throws Error(internal) for a kind that is not a device's backup.
  [[nodiscard]] unsigned months_of(Kind kind) const;

 private:
  RetentionMonths months_;
};

// What a tier's end depends on.
struct TierFacts {
  Kind kind = Kind::hebdo;
  Instant created_at{};  // that *we* recorded
  bool suspect = false;
  bool month_first_proven = false;  // of its local month
};

// The end of the longest tier that it is in; a suspect one's 3 months.
Instant tier_end(const TierFacts& facts, const RetentionPolicy& policy, const Zone& zone);

// Until when the bucket is asked to lock it: the tier's end, 30 days for a suspect one, never more than 13 months from
// `now`. Where a longer policy is cut so, asking again later (when the tier grew, or at any run) carries the lock on:
// it is a date to extend to, never to shorten to. In the past when the tier has ended: nothing to ask then.
// Callers first make sure that the clock agrees with the bucket's (model/expiry_stop.h).
Instant lock_until(const TierFacts& facts, const RetentionPolicy& policy, const Zone& zone, Instant now);

}  // namespace coffre
