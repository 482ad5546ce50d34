#include "service/healing/heal.h"

#include <algorithm>
#include <filesystem>

#include "catalog/retention.h"
#include "service/places/stored_copy.h"
#include "unit/service/catalog_samples.h"
#include "unit/service/opening_samples.h"

using namespace coffre;
using namespace coffre::test;

namespace {

// A device with a proven backup and then one that lies on the local volume only.
struct Bench {
  Bench() {
    fixture.proven_backup(kHall);
    row = one_place_only();
  }
  BackupRow one_place_only() {
    cloud().fail_all(ErrorCode::unreachable);
    const BackupOutcome outcome = fixture.back_up(kHall);
    cloud().heal();
    REQUIRE_FALSE(outcome.name.empty());
    return backup_row(fixture, outcome.name);
  }
  FaultyReplica& cloud() { return fixture.faulty_cloud(); }
  bool in_cloud(const BackupRow& backup) { return std::filesystem::exists(fixture.cloud() / object_path(backup)); }
  std::vector<std::string> calls_since(std::size_t before) {
    return {cloud().calls().begin() + static_cast<std::ptrdiff_t>(before), cloud().calls().end()};
  }

  InstallationFixture fixture;
  BackupRow row;
};

const std::string kQuestion = "head _coffre/INSTALLATION";

}  // namespace

TEST_CASE("catching up puts the oldest first, suspects too, and nothing that is there already") {
  Bench bench;
  bench.fixture.device(kHall).identity.serial = "OTHER-1";
  const BackupRow suspect = bench.one_place_only();
  bench.fixture.device(kHall) = FakeDevice::typical(bench.fixture.address(kHall));
  const BackupRow last = bench.one_place_only();
  const std::size_t before = bench.cloud().calls().size();
  CHECK(catch_up(bench.fixture.at()) == 0);
  std::vector<std::string> expected{kQuestion};
  for (const BackupRow& row : {bench.row, suspect, last}) {
    expected.push_back("put_if_absent " + object_path(row));
    expected.push_back("open " + object_path(row));
  }
  CHECK(bench.calls_since(before) == expected);

  const std::size_t again = bench.cloud().calls().size();
  CHECK(catch_up(bench.fixture.at()) == 0);
  CHECK(bench.calls_since(again).empty());
}

TEST_CASE("one backup that cannot be put does not keep the others, and is counted until it is there") {
  Bench bench;
  const BackupRow second = bench.one_place_only();
  const BackupRow third = bench.one_place_only();
  // Whether the place answers, put and open of the first one; the next call is the second one's put.
  bench.cloud().fail_call(4, ErrorCode::unreachable, FaultMoment::before);
  CHECK(catch_up(bench.fixture.at()) == 1);
  CHECK(bench.in_cloud(bench.row));
  CHECK_FALSE(bench.in_cloud(second));
  CHECK(bench.in_cloud(third));
  CHECK(catch_up(bench.fixture.at()) == 0);
  CHECK(bench.in_cloud(second));
  CHECK(open_matters(bench.fixture).empty());
}

TEST_CASE("while the second place is away all are counted, and none is read for nothing") {
  Bench bench;
  bench.one_place_only();
  bench.cloud().fail_all(ErrorCode::unreachable);
  const std::size_t before = bench.cloud().calls().size();
  CHECK(catch_up(bench.fixture.at()) == 2);
  CHECK(bench.calls_since(before) == std::vector<std::string>{kQuestion});
}

TEST_CASE("a store that answers and takes nothing is left alone after three backups; what it refuses is tried whole") {
  Bench bench;
  for (int i = 0; i < 4; ++i) bench.one_place_only();
  const auto puts_tried = [&](ErrorCode code) {
    bench.cloud().fail_puts(code);
    const std::size_t before = bench.cloud().calls().size();
    CHECK(catch_up(bench.fixture.at()) == 5);
    bench.cloud().heal();
    const auto calls = bench.calls_since(before);
    return std::ranges::count_if(calls, [](const std::string& call) { return call.starts_with("put_if_absent"); });
  };
  CHECK(puts_tried(ErrorCode::unreachable) == 3);
  CHECK(puts_tried(ErrorCode::refused) == 5);  // no time is lost with those
  CHECK(catch_up(bench.fixture.at()) == 0);
}

TEST_CASE("what waits is told by number, size and age, and since when the second place's matter is open") {
  Bench bench;
  const BackupRow second = bench.one_place_only();
  const Waiting waiting = waiting_copies(bench.fixture.at());
  CHECK(waiting.backups == 2);
  CHECK(waiting.bytes == bench.row.file_size + second.file_size);
  CHECK(waiting.oldest == bench.row.created_at);
  CHECK(waiting.away_since.has_value());
  REQUIRE(catch_up(bench.fixture.at()) == 0);
  const Waiting nothing = waiting_copies(bench.fixture.at());
  CHECK(nothing.backups == 0);
  CHECK(nothing.bytes == 0);
  CHECK_FALSE(nothing.oldest);
  CHECK_FALSE(nothing.away_since);
}

TEST_CASE("a backup whose only copy is gone is counted at each pass, and is lost") {
  Bench bench;
  std::filesystem::remove(bench.fixture.local() / object_path(bench.row));
  CHECK(catch_up(bench.fixture.at()) == 1);
  CHECK(catch_up(bench.fixture.at()) == 1);
  CHECK(anomaly_of(bench.fixture, AnomalyCode::backup_lost, bench.row.name));
}

TEST_CASE("a copy of which expiry has removed the other one does not bring that back") {
  Bench bench;
  REQUIRE(catch_up(bench.fixture.at()) == 0);
  std::filesystem::remove(bench.fixture.cloud() / object_path(bench.row));
  bench.fixture.at().catalog.write([&](Session& session) {
    note_expired_copy(session, bench.row.digest, kCloudReplica, bench.fixture.clock().now());
  });
  // A kill between the two removals, and then the local copy vanishes too.
  std::filesystem::remove(bench.fixture.local() / object_path(bench.row));
  CHECK(catch_up(bench.fixture.at()) == 0);
  CHECK_FALSE(heal(bench.fixture.at(), bench.row));
  CHECK_FALSE(bench.in_cloud(bench.row));
}
