#include "service/retention/expiry_doubts.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "expiry_samples.h"
#include "support/error_of.h"

using namespace coffre;
using namespace coffre::test;

namespace {

std::vector<std::string> stops(AgedInstallation& aged, std::uint64_t would_go = 1) {
  PerReplica<std::uint64_t> copies;
  for (const ReplicaRole role : kReplicaRoles) copies[role] = would_go;
  std::vector<std::string> words;
  for (const StopReason& stop : expiry_doubts(aged.at(), copies).stops) {
    words.push_back(std::string(to_string(stop.code)) +
                    (stop.replica ? ":" + std::string(to_string(*stop.replica)) : ""));
  }
  return words;
}

void resume(AgedInstallation& aged, std::uint64_t would_go = 1) {
  PerReplica<std::uint64_t> copies;
  for (const ReplicaRole role : kReplicaRoles) copies[role] = would_go;
  resume_expiry(aged.at(), copies, "T-1", "looked at it");
}

void set_fact(AgedInstallation& aged, std::string_view key, const std::string& value) {
  aged.at().catalog.write([&](Session& session) { put_fact(session, key, value); });
}

using Words = std::vector<std::string>;
const Words kNone;

}  // namespace

TEST_CASE("an installation in order stops nothing") {
  AgedInstallation aged;
  CHECK(stops(aged) == kNone);
  aged.pass_days(1);
  CHECK(stops(aged) == kNone);
}

TEST_CASE("a place is in doubt when it is away, another's, or lacks a copy for more than a day") {
  AgedInstallation aged;
  SECTION("away") {
    aged.fixture.faulty_cloud().fail_all(ErrorCode::unreachable);
    CHECK(stops(aged) == Words{"replica_in_doubt:cloud"});
  }
  SECTION("nobody's") {
    std::filesystem::remove_all(aged.fixture.cloud() / "_coffre");
    CHECK(stops(aged) == Words{"replica_in_doubt:cloud"});
  }
  const char* const state = GENERATE("missing", "damaged", "seen");
  DYNAMIC_SECTION("a copy is " << state) {
    set_copy_state(aged.fixture, aged.newest, "local", state);
    CHECK(stops(aged) == kNone);  // of today: the run may still put it right
    aged.pass_days(2);
    CHECK(stops(aged) == Words{"replica_in_doubt:local"});
    PerReplica<std::uint64_t> none;
    CHECK_THAT(expiry_doubts(aged.at(), none).places.at(ReplicaRole::local), Catch::Contains(aged.newest));
  }
}

TEST_CASE("a clock is in doubt when it is not the store's, behind the journal, or was moved") {
  AgedInstallation aged;
  REQUIRE(stops(aged) == kNone);  // it is noted
  const Instant now = aged.fixture.clock().now();
  SECTION("not the store's") {
    aged.fixture.faulty_cloud().set_store_time(now + std::chrono::minutes{6});
    CHECK(stops(aged) == Words{"clock_disagrees"});
    resume(aged);
    CHECK(stops(aged) == Words{"clock_disagrees"});  // nobody's word helps
    aged.fixture.faulty_cloud().set_store_time(now + std::chrono::minutes{4});
    CHECK(stops(aged) == kNone);
  }
  SECTION("behind the journal") {
    aged.fixture.clock().set(now - std::chrono::minutes{30});
    CHECK(stops(aged) == Words{"clock_behind"});
  }
  SECTION("moved by two hours, as nothing here confirms") {
    aged.fixture.clock().set(now + std::chrono::hours{2});
    CHECK(stops(aged) == Words{"clock_jumped"});
    CHECK(stops(aged) == Words{"clock_jumped"});  // looking at it does not make it right
    aged.fixture.clock().set(now);
    CHECK(stops(aged) == kNone);
  }
  SECTION("moved by two hours, and the store agrees: it was wrong before") {
    aged.fixture.clock().set(now + std::chrono::hours{2});
    aged.fixture.faulty_cloud().set_store_time(now + std::chrono::hours{2});
    CHECK(stops(aged) == kNone);
  }
}

TEST_CASE("a catalog that was made anew is in doubt until a person takes it as it is; the next one is again") {
  AgedInstallation aged;
  set_fact(aged, "rebuilt_at", "2026-09-01T00:00:00Z");
  CHECK(stops(aged) == Words{"catalog_in_doubt"});
  resume(aged);
  CHECK(stops(aged) == kNone);
  aged.pass_days(30);
  CHECK(stops(aged) == kNone);
  set_fact(aged, "rebuilt_at", "2026-09-30T00:00:00Z");
  CHECK(stops(aged) == Words{"catalog_in_doubt"});
}

TEST_CASE(
    "too many at once: more than a tenth of a place, where that is more than three; a person's word holds a day") {
  AgedInstallation aged;
  CHECK(stops(aged, 3) == kNone);
  CHECK(stops(aged, 4) == Words{"too_many:local", "too_many:cloud"});
  resume(aged, 4);
  CHECK(stops(aged, 4) == kNone);
  aged.fixture.clock().advance(std::chrono::hours{24});
  CHECK(stops(aged, 4) == kNone);
  aged.fixture.clock().advance(Seconds{1});
  CHECK(stops(aged, 4) == Words{"too_many:local", "too_many:cloud"});
}

TEST_CASE("a person's word is on record with what it released, and needs a ticket and a reason") {
  AgedInstallation aged;
  resume(aged, 4);
  const auto entries = journal_of(aged.fixture, "expire_resume");
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].ticket == "T-1");
  CHECK(entries[0].detail.at("released") == "too_many too_many");
  PerReplica<std::uint64_t> none;
  CHECK(error_of([&] { resume_expiry(aged.at(), none, "", "why"); }).code() == ErrorCode::usage);
  CHECK(error_of([&] { resume_expiry(aged.at(), none, "T-1", ""); }).code() == ErrorCode::usage);
  CHECK(journal_of(aged.fixture, "expire_resume").size() == 1);
}
