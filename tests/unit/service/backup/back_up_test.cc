// One device, one backup, with a recorder in memory. Kills at each step, real recorders and places: tests/fault.
#include "service/backup/back_up.h"

#include <catch2/catch.hpp>

#include "catalog/anomalies.h"
#include "catalog/backups.h"
#include "support/installation_fixture.h"

namespace coffre {
namespace {

using test::InstallationFixture;
using test::kHall;

std::vector<BackupRow> rows_of(InstallationFixture& fixture) {
  std::vector<BackupRow> rows;
  fixture.at().catalog.read([&](Session& session) { rows = list_backups(session, {}); });
  return rows;
}

std::vector<Anomaly> open_matters(InstallationFixture& fixture) {
  std::vector<Anomaly> open;
  fixture.at().catalog.read([&](Session& session) { open = open_anomalies(session); });
  return open;
}

TEST_CASE("a good recorder gives a backup that is proven by the run itself, in both places") {
  InstallationFixture fixture;
  const BackupOutcome outcome = fixture.back_up(kHall);
  CHECK(outcome.result == BackupResult::proven);
  CHECK(outcome.proof.level == ProofLevel::understood);
  CHECK(outcome.proof.opened_by == "run");
  CHECK(outcome.proof.missing == std::vector<std::string>{"restored"});
  CHECK(test::read_file(fixture.local_file(outcome.name)) == test::read_file(fixture.cloud_file(outcome.name)));
  CHECK(open_matters(fixture).empty());
}

TEST_CASE("backups of a device are a chain without gaps") {
  InstallationFixture fixture;
  for (int i = 0; i < 3; ++i) fixture.proven_backup(kHall);
  const auto rows = rows_of(fixture);  // newest first
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].sequence == 3);
  CHECK(rows[0].prev_digest == rows[1].digest);
  CHECK(rows[1].prev_digest == rows[2].digest);
  CHECK(rows[2].sequence == 1);
  CHECK(rows[2].prev_digest == Digest{});
}

TEST_CASE("another recorder behind the same address ends as suspect, keeps its number, and is never proven") {
  InstallationFixture fixture;
  fixture.proven_backup(kHall);
  fixture.device(kHall).identity.serial = "OTHER-1";
  const BackupOutcome outcome = fixture.back_up(kHall);
  CHECK(outcome.result == BackupResult::suspect);
  CHECK(outcome.doubts.find("other_serial") != std::string::npos);
  const auto rows = rows_of(fixture);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].suspect);
  CHECK(rows[0].sequence == 2);
  CHECK(fixture.local_file(outcome.name).string().find("/_suspect/") != std::string::npos);
  REQUIRE(open_matters(fixture).size() == 1);
  CHECK(open_matters(fixture)[0].code == AnomalyCode::backup_suspect);
}

TEST_CASE(
    "a recorder that does not answer leaves no file, no number used, one open matter; the next backup closes it") {
  InstallationFixture fixture;
  fixture.proven_backup(kHall);
  fixture.device(kHall).fail_at("identify", Error(ErrorCode::unreachable, "asking", "no route"));
  const BackupOutcome outcome = fixture.back_up(kHall);
  CHECK(outcome.result == BackupResult::failed);
  REQUIRE(outcome.error);
  CHECK(outcome.error->code() == ErrorCode::unreachable);
  CHECK(outcome.error->subject() == kHall);
  CHECK(rows_of(fixture).size() == 1);
  REQUIRE(open_matters(fixture).size() == 1);
  CHECK(open_matters(fixture)[0].code == AnomalyCode::device_unreachable);

  fixture.device(kHall).heal();
  fixture.proven_backup(kHall);
  CHECK(rows_of(fixture)[0].sequence == 2);
  CHECK(open_matters(fixture).empty());
}

TEST_CASE("while the second place is away backups are made, but not proven") {
  InstallationFixture fixture;
  fixture.proven_backup(kHall);
  auto& cloud = fixture.faulty_cloud();
  cloud.fail_all(ErrorCode::unreachable);
  const BackupOutcome outcome = fixture.back_up(kHall);
  CHECK(outcome.result == BackupResult::weaker);
  CHECK(outcome.proof.level == ProofLevel::sealed);
  CHECK(rows_of(fixture).size() == 2);
}

TEST_CASE("a device's first backup wants both places: another file there may already have its number") {
  InstallationFixture fixture;
  fixture.faulty_cloud().fail_all(ErrorCode::unreachable);
  const BackupOutcome outcome = fixture.back_up(kHall);
  CHECK(outcome.result == BackupResult::failed);
  CHECK(rows_of(fixture).empty());
}

}  // namespace
}  // namespace coffre
