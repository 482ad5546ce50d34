#include "service/keys/trusted_before.h"

#include <catch2/catch.hpp>

#include "unit/service/opening_samples.h"

using namespace coffre;
using namespace coffre::test;

namespace {

// Two backups of one device, an hour between; another device has none.
struct Bench {
  InstallationFixture fixture{{.devices = {std::string(kHall), std::string(kQuai)}}};
  std::string first = fixture.proven_backup(kHall);
  Instant between{};
  std::string second;

  Bench() {
    fixture.clock().advance(std::chrono::hours{1});
    between = fixture.clock().now();
    fixture.clock().advance(std::chrono::hours{1});
    second = fixture.proven_backup(kHall);
  }
  TrustedBackup of_hall(Instant before) {
    for (TrustedBackup& one : trusted_before(fixture.at(), {}, before)) {
      if (one.device == kHall) return std::move(one);
    }
    throw std::runtime_error("not listed");
  }
};

}  // namespace

TEST_CASE("the newest backup that was sealed and read back before T counts, later ones are counted") {
  Bench bench;
  const TrustedBackup trusted = bench.of_hall(bench.between);
  REQUIRE(trusted.backup);
  CHECK(trusted.backup->backup.name == bench.first);
  CHECK(trusted.later == 1);
  CHECK(trusted.places == std::set<std::string>{"cloud", "local"});
  CHECK(trusted.sealed.value() < bench.between);
  CHECK(trusted.read_back.value() < bench.between);
  CHECK(bench.of_hall(bench.fixture.clock().now()).backup->backup.name == bench.second);
}

TEST_CASE("a backup that was taken before T and read back after it does not count") {
  Bench bench;
  const Instant sealed = find_backup_view(bench.fixture.at(), bench.first).backup.created_at;
  const TrustedBackup trusted = bench.of_hall(sealed);
  CHECK_FALSE(trusted.backup);
  CHECK(trusted.later == 2);
}

TEST_CASE("devices without a trusted backup come first, also those that never had one") {
  Bench bench;
  const auto all = trusted_before(bench.fixture.at(), {}, bench.between);
  REQUIRE(all.size() == 2);
  CHECK(all[0].device == kQuai);
  CHECK_FALSE(all[0].backup);
  CHECK(all[0].later == 0);
  CHECK(all[1].device == kHall);
}

TEST_CASE("a suspect backup never counts") {
  InstallationFixture fixture;
  fixture.proven_backup(kHall);
  fixture.device(kHall).identity.serial = "OTHER-1";
  REQUIRE_FALSE(fixture.back_up(kHall).name.empty());
  fixture.clock().advance(std::chrono::hours{1});
  const auto all = trusted_before(fixture.at(), {}, fixture.clock().now());
  REQUIRE(all.size() == 1);
  CHECK_FALSE(all[0].backup->backup.suspect);
  CHECK(all[0].later == 1);
}
