#include "service/places/lock_for.h"

#include <catch2/catch.hpp>

#include "model/calendar_months.h"
#include "support/installation_fixture.h"
#include "support/paris_zone.h"
#include "unit/service/catalog_samples.h"

using namespace coffre;
using namespace coffre::test;

namespace {

Instant months_after(const BackupRow& row, unsigned months) {
  return plus_months(row.created_at, months, paris_zone());
}

BackupRow backed_up_here_only(InstallationFixture& fixture, Kind kind = Kind::hebdo) {
  fixture.faulty_cloud().fail_all(ErrorCode::unreachable);
  const BackupOutcome outcome = fixture.back_up(kHall, kind);
  fixture.faulty_cloud().heal();
  return backup_row(fixture, outcome.name);
}

}  // namespace

TEST_CASE("what may become its month's first proven one is locked for 12 months, a later one for its own tier") {
  InstallationFixture fixture;
  const BackupRow first = backup_row(fixture, fixture.proven_backup(kHall));
  CHECK(lock_for(fixture.at(), first) == months_after(first, 12));
  const BackupRow second = backup_row(fixture, fixture.proven_backup(kHall));
  CHECK(lock_for(fixture.at(), second) == months_after(second, 3));
}

TEST_CASE("an older one of the month that is not proven takes nothing from the next") {
  InstallationFixture fixture;
  static_cast<void>(fixture.proven_backup(kHall));
  fixture.clock().advance(std::chrono::days{15});  // into December
  static_cast<void>(backed_up_here_only(fixture));
  const BackupRow second = backed_up_here_only(fixture);
  CHECK(lock_for(fixture.at(), second) == months_after(second, 12));
}

TEST_CASE("a new month has a first one again") {
  InstallationFixture fixture;
  static_cast<void>(fixture.proven_backup(kHall));
  fixture.clock().advance(std::chrono::days{15});  // into December
  const BackupRow next = backed_up_here_only(fixture);
  CHECK(lock_for(fixture.at(), next) == months_after(next, 12));
}

TEST_CASE("the configured tiers count, and never more than 13 months from now") {
  InstallationFixture fixture;
  fixture.at().policy.retention = RetentionPolicy({.hebdo = 5, .pre_post = 6, .mensuel = 24});
  const BackupRow first = backup_row(fixture, fixture.proven_backup(kHall));
  CHECK(lock_for(fixture.at(), first) == plus_months(fixture.clock().now(), 13, paris_zone()));
  const BackupRow second = backup_row(fixture, fixture.proven_backup(kHall));
  CHECK(lock_for(fixture.at(), second) == months_after(second, 5));
}

TEST_CASE("a suspect one is locked for 30 days") {
  InstallationFixture fixture;
  BackupRow row = backup_row(fixture, fixture.proven_backup(kHall));
  row.suspect = true;
  CHECK(lock_for(fixture.at(), row) == row.created_at + std::chrono::days{30});
}
