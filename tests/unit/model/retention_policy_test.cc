#include "model/retention_policy.h"

#include <catch2/catch.hpp>

#include "support/error_of.h"
#include "support/paris_zone.h"
#include "support/print_instant.h"

namespace coffre {
namespace {

using test::error_of;
using test::paris_zone;
using test::utc;

constexpr const char* kMade = "2026-05-10T01:00:00Z";

TierFacts made(Kind kind) {
  return {.kind = kind, .created_at = utc(kMade)};
}

}  // namespace

TEST_CASE("a policy is at least the minimum, tier by tier") {
  CHECK(RetentionPolicy().months().hebdo == 3);
  CHECK(RetentionPolicy().months().pre_post == 6);
  CHECK(RetentionPolicy().months().mensuel == 12);
  CHECK_NOTHROW(RetentionPolicy({3, 6, 12}));
  CHECK(RetentionPolicy({4, 7, 600}).months().mensuel == 600);

  const Error hebdo = error_of([] { RetentionPolicy({2, 6, 12}); });
  CHECK(hebdo.code() == ErrorCode::usage);
  CHECK(hebdo.reason() == "HEBDO would be kept 2 months, but has to be kept at least 3 and at most 600");
  CHECK(error_of([] {
          RetentionPolicy({3, 5, 12});
        }).reason() == "PRE/POST would be kept 5 months, but has to be kept at least 6 and at most 600");
  CHECK(error_of([] {
          RetentionPolicy({3, 6, 11});
        }).reason() == "MENSUEL would be kept 11 months, but has to be kept at least 12 and at most 600");
  CHECK(error_of([] { RetentionPolicy({601, 6, 12}); }).code() == ErrorCode::usage);
}

TEST_CASE("a tier ends calendar months after the time that we recorded; in two tiers the longer counts") {
  const RetentionPolicy least;
  CHECK(tier_end(made(Kind::hebdo), least, paris_zone()) == utc("2026-08-10T01:00:00Z"));
  CHECK(tier_end(made(Kind::pre), least, paris_zone()) == utc("2026-11-10T02:00:00Z"));
  CHECK(tier_end(made(Kind::post), least, paris_zone()) == utc("2026-11-10T02:00:00Z"));
  CHECK(tier_end(made(Kind::mensuel), least, paris_zone()) == utc("2027-05-10T01:00:00Z"));
  for (const Kind kind : {Kind::hebdo, Kind::pre, Kind::post, Kind::mensuel}) {
    TierFacts first = made(kind);
    first.month_first_proven = true;
    CHECK(tier_end(first, least, paris_zone()) == utc("2027-05-10T01:00:00Z"));
    CHECK(tier_end(first, RetentionPolicy({24, 24, 24}), paris_zone()) == utc("2028-05-10T01:00:00Z"));
  }
  TierFacts long_hebdo = made(Kind::hebdo);
  long_hebdo.month_first_proven = true;
  CHECK(tier_end(long_hebdo, RetentionPolicy({36, 6, 12}), paris_zone()) == utc("2029-05-10T01:00:00Z"));
}

TEST_CASE("a suspect one has its own 3 months, whatever its kind and the policy") {
  TierFacts suspect = made(Kind::mensuel);
  suspect.suspect = true;
  CHECK(tier_end(suspect, RetentionPolicy({24, 24, 24}), paris_zone()) == utc("2026-08-10T01:00:00Z"));
}

TEST_CASE("the installation's own objects have no tier here") {
  for (const Kind kind : {Kind::catalog, Kind::anchor, Kind::drill}) {
    CHECK(error_of([&] { static_cast<void>(RetentionPolicy().months_of(kind)); }).code() == ErrorCode::internal);
  }
}

TEST_CASE("a lock is asked to the tier's end, 30 days for a suspect one, and never beyond 13 months from now") {
  const RetentionPolicy least;
  const Instant now = utc(kMade);
  CHECK(lock_until(made(Kind::hebdo), least, paris_zone(), now) == utc("2026-08-10T01:00:00Z"));
  CHECK(lock_until(made(Kind::mensuel), least, paris_zone(), now) == utc("2027-05-10T01:00:00Z"));
  TierFacts suspect = made(Kind::mensuel);
  suspect.suspect = true;
  CHECK(lock_until(suspect, least, paris_zone(), now) == utc("2026-06-09T01:00:00Z"));

  // A longer policy is carried on: the date grows with now until the tier's end is reached.
  const RetentionPolicy longer({3, 6, 24});
  CHECK(lock_until(made(Kind::mensuel), longer, paris_zone(), now) == utc("2027-06-10T01:00:00Z"));
  const Instant later = utc("2027-04-10T01:00:00Z");
  CHECK(lock_until(made(Kind::mensuel), longer, paris_zone(), later) == utc("2028-05-10T01:00:00Z"));
  // A backup dated ahead by a wrong clock is not locked for years either.
  TierFacts ahead = made(Kind::mensuel);
  ahead.created_at = utc("2099-01-01T00:00:00Z");
  CHECK(lock_until(ahead, least, paris_zone(), now) == utc("2027-06-10T01:00:00Z"));
  // And one whose tier has ended has nothing to ask for.
  CHECK(lock_until(made(Kind::hebdo), least, paris_zone(), later) < later);
}

}  // namespace coffre
