#include "model/retention_policy.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/translate.h"
#include "model/calendar_months.h"

namespace coffre {
namespace {

void check(std::string_view tier, unsigned months, unsigned least) {
  if (months >= least && months <= kMostMonths) return;
  throw Error(ErrorCode::usage, tr("setting the retention"),
              fmt::format(fmt::runtime(tr("{} would be kept {} months, but has to be kept at least {} and at most {}")),
                          tier, months, least, kMostMonths),
              tr("Tiers can only be made longer: correct `retention:` in the configuration"));
}

}  // namespace

RetentionPolicy::RetentionPolicy(const RetentionMonths& months) : months_(months) {
  check("HEBDO", months.hebdo, kLeastMonths.hebdo);
  check("PRE/POST", months.pre_post, kLeastMonths.pre_post);
  check("MENSUEL", months.mensuel, kLeastMonths.mensuel);
}

unsigned RetentionPolicy::months_of(Kind kind) const {
  switch (kind) {
    case Kind::hebdo:
      return months_.hebdo;
    case Kind::pre:
    case Kind::post:
      return months_.pre_post;
    case Kind::mensuel:
      return months_.mensuel;
    case Kind::catalog:
    case Kind::anchor:
    case Kind::drill:
      break;
  }
  throw Error(ErrorCode::internal, "retention", fmt::format("{} is no backup of a device", to_string(kind)));
}

Instant tier_end(const TierFacts& facts, const RetentionPolicy& policy, const Zone& zone) {
  const unsigned of_kind = policy.months_of(facts.kind);
  if (facts.suspect) return plus_months(facts.created_at, kSuspectMonths, zone);
  const unsigned months = facts.month_first_proven ? std::max(of_kind, policy.months().mensuel) : of_kind;
  return plus_months(facts.created_at, months, zone);
}

Instant lock_until(const TierFacts& facts, const RetentionPolicy& policy, const Zone& zone, Instant now) {
  const Instant wanted = facts.suspect ? facts.created_at + kSuspectLock : tier_end(facts, policy, zone);
  return std::min(wanted, plus_months(now, kLongestLockMonths, zone));
}

}  // namespace coffre
