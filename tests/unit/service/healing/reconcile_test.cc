#include "service/healing/reconcile.h"

#include <filesystem>

#include "catalog/read_backs.h"
#include "catalog/retention.h"
#include "catalog/sidecars.h"
#include "service/places/stored_copy.h"
#include "unit/service/catalog_samples.h"
#include "unit/service/opening_samples.h"

using namespace coffre;
using namespace coffre::test;

namespace {

Reconciliation compare(InstallationFixture& fixture) {
  return reconcile(fixture.at(), replicas_of(fixture.at()));
}

std::vector<std::string> foreign_words(const Reconciliation& result) {
  std::vector<std::string> words;
  for (const ForeignObject& object : result.foreign)
    words.push_back(object.replica + " " + object.path + " " + object.category);
  return words;
}

void forget_backup_rows(InstallationFixture& fixture) {
  know_only(fixture, kHall, {});
}

}  // namespace

TEST_CASE("places that hold what the catalog says: nothing to do, nothing open") {
  InstallationFixture fixture;
  fixture.proven_backup(kHall);
  const Reconciliation result = compare(fixture);
  CHECK(result.adopted.empty());
  CHECK(result.to_heal.empty());
  CHECK(result.foreign.empty());
  CHECK(result.strays.empty());
  CHECK(check_sequences(fixture.at()).empty());
  CHECK(open_matters(fixture).empty());
}

TEST_CASE("a row without its object is to be healed, whichever place lacks it") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  std::filesystem::remove(GENERATE(true, false) ? fixture.local_file(name) : fixture.cloud_file(name));
  CHECK(compare(fixture).to_heal == std::vector<Digest>{backup_row(fixture, name).digest});
}

TEST_CASE("an object without a row gets one when it is ours, with its number; the device comes with it") {
  InstallationFixture fixture;
  const std::string first = fixture.proven_backup(kHall);
  const std::string second = fixture.proven_backup(kHall);
  const std::uint64_t number = backup_row(fixture, second).sequence;
  forget_backup_rows(fixture);
  const Reconciliation result = compare(fixture);
  CHECK(result.adopted == std::vector<std::string>{first, second});
  CHECK(result.to_heal.size() == 2);  // the other place has it without a row
  CHECK(result.foreign.empty());
  CHECK(backup_row(fixture, second).sequence == number);
  CHECK(check_sequences(fixture.at()).empty());
}

TEST_CASE("a file that a run is about to record is left to it: its device is locked") {
  InstallationFixture fixture;
  fixture.proven_backup(kHall);
  forget_backup_rows(fixture);
  const auto lock = fixture.at().local->try_lock(kHall, fixture.clock());
  REQUIRE(lock);
  const Reconciliation result = compare(fixture);
  CHECK(result.adopted.empty());
  CHECK(result.foreign.empty());
}

TEST_CASE("what is named like a backup and is none of ours is named, in one matter of its place, until it is gone") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  InstallationFixture stranger;
  stranger.clock().advance(std::chrono::hours{24});
  const std::string theirs = stranger.proven_backup(kHall);
  const std::string garbage = "CLIEXEMP_SIEGEPARIS_NVR_NVR-HALL_20260101_0300_HEBDO.bak";
  const std::string misplaced = std::string(kQuai) + "/" + name;
  write_file(fixture.cloud() / kHall / theirs, read_file(stranger.cloud_file(theirs)));
  write_file(fixture.cloud() / kHall / garbage, "garbage");
  write_file(fixture.cloud() / kHall / "copy of a backup.bak", "x");
  write_file(fixture.local() / misplaced, read_file(fixture.local_file(name)));
  write_file(fixture.local() / "notes.txt", "keep me");

  const Reconciliation result = compare(fixture);
  CHECK(foreign_words(result) == std::vector<std::string>{
                                     "local " + misplaced + " name",
                                     "cloud " + std::string(kHall) + "/" + garbage + " E_SHORT",
                                     "cloud " + std::string(kHall) + "/" + theirs + " E_SIGNER",
                                     "cloud " + std::string(kHall) + "/copy of a backup.bak name",
                                 });
  CHECK(result.strays == std::vector<std::string>{"local: notes.txt"});
  CHECK(result.adopted.empty());
  CHECK(open_matters(fixture) == std::vector<std::string>{matter(AnomalyCode::foreign_object, "cloud"),
                                                          matter(AnomalyCode::foreign_object, "local")});
  CHECK(detail_of(fixture, AnomalyCode::foreign_object, "cloud").starts_with("3: "));

  for (const std::string& file : {theirs, garbage, std::string("copy of a backup.bak")})
    std::filesystem::remove(fixture.cloud() / kHall / file);
  std::filesystem::remove(fixture.local() / misplaced);
  CHECK(compare(fixture).foreign.empty());
  CHECK(open_matters(fixture).empty());
}

TEST_CASE("a damaged object under a known name is that backup's copy, to be healed") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  const BackupRow row = backup_row(fixture, name);
  know_only(fixture, kHall, {name});  // no copies on record
  write_file(fixture.cloud_file(name), "overwritten");
  const Reconciliation result = compare(fixture);
  CHECK(result.foreign.empty());
  CHECK(result.to_heal == std::vector<Digest>{row.digest});
}

TEST_CASE("an expired backup that has come back is foreign, and no gap") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  const BackupRow row = backup_row(fixture, name);
  fixture.at().catalog.write([&](Session& session) {
    note_expired_copy(session, row.digest, kCloudReplica, fixture.clock().now());
    note_expired_copy(session, row.digest, kLocalReplica, fixture.clock().now());
  });
  std::filesystem::remove(fixture.local_file(name));
  CHECK(foreign_words(compare(fixture)) ==
        std::vector<std::string>{"cloud " + std::string(kHall) + "/" + name + " expired"});
  CHECK(check_sequences(fixture.at()).empty());
}

TEST_CASE("numbers that neither place has any more are a gap in the sequence, the newest ones too") {
  InstallationFixture fixture;
  fixture.proven_backup(kHall);
  const std::string second = fixture.proven_backup(kHall);
  const std::string third = fixture.proven_backup(kHall);
  const std::string lost = GENERATE_COPY(values({second, third}));
  const BackupRow row = backup_row(fixture, lost);
  fixture.at().catalog.write([&](Session& session) {
    for (const std::string_view place : {kLocalReplica, kCloudReplica}) {
      record_copy(session, row, {.replica = std::string(place), .path = object_path(row), .state = "missing"},
                  fixture.clock().now());
    }
  });
  const auto gaps = check_sequences(fixture.at());
  REQUIRE_FALSE(gaps.empty());
  CHECK(gaps.front().starts_with(std::string(kHall) + ": "));
  CHECK(anomaly_of(fixture, AnomalyCode::sequence_gap, kHall));
}

TEST_CASE("a sidecar on record that has gone is named; one without its backup is a stray") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  const BackupRow row = backup_row(fixture, name);
  fixture.at().catalog.write([&](Session& session) {
    put_sidecar(session, row.digest,
                {.replica = "cloud", .epoch = 2, .full_recipients = {std::string(64, 'a')}, .seen_at = {}});
  });
  write_file(fixture.local() / kHall / "gone.3.rwk", "x");
  const Reconciliation result = compare(fixture);
  CHECK(result.lost_sidecars == std::vector<std::string>{name});
  CHECK(result.strays == std::vector<std::string>{"local: " + std::string(kHall) + "/gone.3.rwk"});
}
