#include "model/expiry_stop.h"

#include <catch2/catch.hpp>

#include "support/paris_zone.h"
#include "support/print_instant.h"

namespace coffre {
namespace {

using Codes = std::vector<StopReason>;
using std::chrono::hours;
using std::chrono::minutes;

Instant now() {
  return test::utc("2026-11-26T03:00:00Z");
}

ExpiryFacts in_order() {
  ExpiryFacts facts;
  facts.now = now();
  facts.bucket_date = now();
  facts.last_journal_row = now() - Seconds{1};
  for (const ReplicaRole replica : kReplicaRoles) facts.shares[replica] = {1000, 100};
  return facts;
}

template <typename Change>
Codes with(Change&& change) {
  ExpiryFacts facts = in_order();
  change(facts);
  return expiry_stop_reasons(facts);
}

Codes share(std::uint64_t objects, std::uint64_t would_go, unsigned max_percent = kDefaultMaxPercent) {
  return with([&](ExpiryFacts& facts) {
    facts.shares[ReplicaRole::cloud] = {objects, would_go};
    facts.max_percent = max_percent;
  });
}

}  // namespace

TEST_CASE("nothing stops expiry where all is in order, nor where there is no bucket and no journal yet") {
  CHECK(with([](ExpiryFacts&) {}).empty());
  CHECK(with([](ExpiryFacts& facts) {
          facts.bucket_date.reset();
          facts.last_journal_row.reset();
        }).empty());
}

TEST_CASE("the clock is in doubt in three ways, each from its bound on") {
  const Codes disagrees{{StopCode::clock_disagrees}};
  const auto bucket = [](Seconds ahead) {
    return with([&](ExpiryFacts& facts) { facts.bucket_date = now() + ahead; });
  };
  CHECK(bucket(minutes{5}).empty());
  CHECK(bucket(-minutes{5}).empty());
  CHECK(bucket(minutes{5} + Seconds{1}) == disagrees);
  CHECK(bucket(-minutes{5} - Seconds{1}) == disagrees);

  const auto journal = [](Seconds ahead) {
    return with([&](ExpiryFacts& facts) { facts.last_journal_row = now() + ahead; });
  };
  CHECK(journal(Seconds{0}).empty());
  CHECK(journal(Seconds{1}) == Codes{{StopCode::clock_behind}});

  const auto moved = [](Seconds by) { return with([&](ExpiryFacts& facts) { facts.moved_against_boot = by; }); };
  CHECK(moved(hours{1}).empty());
  CHECK(moved(-hours{1}).empty());
  CHECK(moved(hours{1} + Seconds{1}) == Codes{{StopCode::clock_jumped}});
  CHECK(moved(-hours{1} - Seconds{1}) == Codes{{StopCode::clock_jumped}});
}

TEST_CASE("a replica in doubt and a rebuilt catalog stop it") {
  CHECK(with([](ExpiryFacts& facts) { facts.replicas_in_doubt = {ReplicaRole::cloud}; }) ==
        Codes{{StopCode::replica_in_doubt, ReplicaRole::cloud}});
  CHECK(with([](ExpiryFacts& facts) { facts.catalog_in_doubt = true; }) == Codes{{StopCode::catalog_in_doubt}});
}

TEST_CASE("too large a part of one replica stops it; three objects never do") {
  const Codes too_many{{StopCode::too_many, ReplicaRole::cloud}};
  CHECK(share(1000, 100).empty());
  CHECK(share(1000, 101) == too_many);
  CHECK(share(1009, 100).empty());
  CHECK(share(4, 3).empty());
  CHECK(share(0, 3).empty());
  CHECK(share(4, 4) == too_many);
  CHECK(share(40, 4).empty());
  CHECK(share(39, 4) == too_many);
  CHECK(share(1000, 250, 25).empty());
  CHECK(share(1000, 251, 25) == too_many);
  CHECK(share(1000, 1000, 100).empty());
}

TEST_CASE("all reasons are told, in one order") {
  CHECK(with([](ExpiryFacts& facts) {
          facts.bucket_date = now() + hours{1};
          facts.last_journal_row = now() + hours{1};
          facts.moved_against_boot = hours{2};
          facts.replicas_in_doubt = {ReplicaRole::cloud, ReplicaRole::local};
          facts.catalog_in_doubt = true;
          for (const ReplicaRole replica : kReplicaRoles) facts.shares[replica] = {5, 5};
        }) == Codes{{StopCode::clock_disagrees},
                    {StopCode::clock_behind},
                    {StopCode::clock_jumped},
                    {StopCode::replica_in_doubt, ReplicaRole::local},
                    {StopCode::replica_in_doubt, ReplicaRole::cloud},
                    {StopCode::catalog_in_doubt},
                    {StopCode::too_many, ReplicaRole::local},
                    {StopCode::too_many, ReplicaRole::cloud}});
}

TEST_CASE("a person releases everything but the clock, and only what was named") {
  const auto stopped = [](ExpiryFacts& facts) {
    facts.last_journal_row = now() + hours{1};
    facts.catalog_in_doubt = true;
    facts.shares[ReplicaRole::local] = {5, 5};
  };
  CHECK(with([&](ExpiryFacts& facts) {
          stopped(facts);
          facts.released = {StopCode::clock_behind, StopCode::too_many};
        }) == Codes{{StopCode::clock_behind}, {StopCode::catalog_in_doubt}});
}

TEST_CASE("each reason has a name and a title") {
  std::set<std::string_view> names;
  for (const StopCode code : {StopCode::clock_disagrees, StopCode::clock_behind, StopCode::clock_jumped,
                              StopCode::replica_in_doubt, StopCode::catalog_in_doubt, StopCode::too_many}) {
    names.insert(to_string(code));
    CHECK_FALSE(std::string(title_of(code)).empty());
  }
  CHECK(names == std::set<std::string_view>{"clock_disagrees", "clock_behind", "clock_jumped", "replica_in_doubt",
                                            "catalog_in_doubt", "too_many"});
}

}  // namespace coffre
