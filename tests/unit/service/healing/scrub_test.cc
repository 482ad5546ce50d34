#include "service/healing/scrub.h"

#include <filesystem>

#include "catalog/read_backs.h"
#include "service/places/stored_copy.h"
#include "unit/service/catalog_samples.h"
#include "unit/service/opening_samples.h"

using namespace coffre;
using namespace coffre::test;

namespace {

constexpr std::chrono::days kWithin{30};

ScrubReport scrub_now(InstallationFixture& fixture, std::uint64_t bytes = std::uint64_t{1} << 30U) {
  return scrub(fixture.at(), {.policy = {.within = kWithin, .bytes_per_pass = bytes}});
}

std::size_t count_of_evidence(InstallationFixture& fixture, const std::string& name) {
  return evidence_words(fixture, backup_row(fixture, name)).size();
}

}  // namespace

TEST_CASE("a copy is read again once its last reading is half of the time old, and that is evidence") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  const std::size_t before = count_of_evidence(fixture, name);
  fixture.clock().advance(kWithin / 2 - std::chrono::hours{1});
  CHECK(scrub_now(fixture).copies_read == 0);
  CHECK(count_of_evidence(fixture, name) == before);
  fixture.clock().advance(std::chrono::hours{2});
  CHECK(plan_scrub(fixture.at(), {.within = kWithin}).due == 2);
  const ScrubReport report = scrub_now(fixture);
  CHECK(report.copies_read == 2);
  CHECK(report.bytes_read == 2 * backup_row(fixture, name).file_size);
  CHECK(report.findings.empty());
  CHECK(exit_code_of(report) == 0);
  CHECK(count_of_evidence(fixture, name) == before + 2);
  CHECK(scrub_now(fixture).copies_read == 0);
  CHECK(journal_of(fixture, "scrub").back().detail.at("copies_read") == "0");
}

TEST_CASE("a pass is bounded in bytes, goes on where the one before stopped, and one file is read however large") {
  InstallationFixture fixture;
  std::uint64_t size = 0;
  for (int i = 0; i < 3; ++i) size = backup_row(fixture, fixture.proven_backup(kHall)).file_size;
  fixture.clock().advance(kWithin + std::chrono::hours{1});
  CHECK(scrub_now(fixture, 1).copies_read == 1);
  const ScrubReport second = scrub_now(fixture, 2 * size + size / 2);
  CHECK(second.copies_read == 2);
  CHECK(second.waiting == 3);
  CHECK(second.overdue == 3);
  CHECK(exit_code_of(second) == 3);
  const ScrubReport third = scrub_now(fixture);
  CHECK(third.copies_read == 3);
  CHECK(exit_code_of(third) == 0);
  CHECK(scrub_now(fixture).copies_read == 0);
}

TEST_CASE("what is damaged or gone in one place is found by reading, and comes back from the other") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  fixture.proven_backup(kHall);
  const std::string content = read_file(fixture.local_file(name));
  const bool in_cloud = GENERATE(true, false);
  const auto file = in_cloud ? fixture.cloud_file(name) : fixture.local_file(name);
  const std::string place = in_cloud ? "cloud" : "local";
  fixture.clock().advance(kWithin);
  SECTION("one byte in the middle") {
    damage(file, content.size() / 2);
  }
  SECTION("cut") {
    std::filesystem::resize_file(file, content.size() - 1);
  }
  SECTION("gone") {
    std::filesystem::remove(file);
  }
  SECTION("another backup of ours under its name") {
    write_file(file, read_file(in_cloud ? fixture.cloud_file(name) : fixture.local_file(name)) + "more");
  }
  const ScrubReport report = scrub_now(fixture);
  REQUIRE(report.findings.size() == 1);
  CHECK(report.findings[0].name == name);
  CHECK(report.findings[0].repaired == std::vector<std::string>{place});
  CHECK(exit_code_of(report) == 0);
  CHECK(read_file(file) == content);
  CHECK(open_matters(fixture).empty());
}

TEST_CASE("damaged in both places is lost: exit code 5, an open matter, and both copies left as they are") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  fixture.proven_backup(kHall);
  fixture.clock().advance(kWithin);
  damage(fixture.local_file(name), 3000);
  damage(fixture.cloud_file(name), 3000);
  const std::string damaged = read_file(fixture.local_file(name));
  const ScrubReport report = scrub_now(fixture);
  CHECK(exit_code_of(report) == 5);
  CHECK(read_file(fixture.local_file(name)) == damaged);
  CHECK(anomaly_of(fixture, AnomalyCode::backup_lost, name));
  CHECK(exit_code_of(scrub_now(fixture)) == 5);  // and is said again
}

TEST_CASE("with one place away the other is read all the same; what is wrong there waits for its return") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  fixture.clock().advance(kWithin);
  damage(fixture.local_file(name), 3000);
  fixture.faulty_cloud().fail_all(ErrorCode::unreachable);
  const ScrubReport away = scrub_now(fixture);
  CHECK(away.away == std::vector<std::string>{"cloud"});
  CHECK(away.copies_read == 1);
  CHECK(exit_code_of(away) == 3);
  CHECK(anomaly_of(fixture, AnomalyCode::replica_damaged, "local: " + name));
  CHECK(anomaly_of(fixture, AnomalyCode::replica_unavailable, "cloud"));

  fixture.faulty_cloud().heal();
  const ScrubReport back = scrub_now(fixture);
  REQUIRE(back.findings.size() == 1);
  CHECK(back.findings[0].repaired == std::vector<std::string>{"local"});
  CHECK(exit_code_of(back) == 0);
}

TEST_CASE("after a rebuilt catalog everything is read in its turn, within the bound") {
  InstallationFixture fixture;
  const std::string first = fixture.proven_backup(kHall);
  const std::string second = fixture.proven_backup(kHall);
  for (const std::string& name : {first, second}) {
    const BackupRow row = backup_row(fixture, name);
    fixture.at().catalog.write([&](Session& session) {
      for (const std::string_view place : {kLocalReplica, kCloudReplica}) {
        put_copy(session, row.digest,
                 {.replica = std::string(place),
                  .path = object_path(row),
                  .seen_at = fixture.clock().now(),
                  .state = "seen"});
      }
    });
  }
  CHECK(plan_scrub(fixture.at(), {.within = kWithin}).due == 4);
  CHECK_FALSE(plan_scrub(fixture.at(), {.within = kWithin}).oldest);
  const ScrubReport report = scrub_now(fixture, 2 * backup_row(fixture, first).file_size);
  CHECK(report.copies_read == 2);
  CHECK(report.waiting == 2);
  CHECK(scrub_now(fixture).copies_read == 2);
}

TEST_CASE("copies of a signer whom our lists no longer trust are read like any other, without evidence") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  const std::size_t before = count_of_evidence(fixture, name);
  fixture.clock().advance(kWithin);
  fixture.at().trust.signers.signers = SignerList();
  const ScrubReport report = scrub_now(fixture);
  CHECK(report.copies_read == 2);
  CHECK(report.findings.empty());
  CHECK(count_of_evidence(fixture, name) == before);
  CHECK(scrub_now(fixture).copies_read == 0);  // in their turn, not each night

  fixture.clock().advance(kWithin);
  damage(fixture.local_file(name), 3000);
  const ScrubReport damaged = scrub_now(fixture);
  REQUIRE(damaged.findings.size() == 1);
  CHECK(damaged.findings[0].name == name);
  CHECK(exit_code_of(damaged) != 0);
}

TEST_CASE("a signal ends the pass after the copy at hand, and the next one goes on") {
  InstallationFixture fixture;
  fixture.proven_backup(kHall);
  fixture.clock().advance(kWithin);
  std::atomic<bool> stop = false;
  const ScrubReport report =
      scrub(fixture.at(), {.policy = {.within = kWithin},
                           .progress = [&](std::size_t, std::size_t, const std::string&) { stop = true; },
                           .stop = &stop});
  CHECK(report.copies_read == 1);
  CHECK(report.waiting == 1);
  CHECK(scrub_now(fixture).copies_read == 1);
}

TEST_CASE("everything means everything, however lately it was read and however much that is") {
  InstallationFixture fixture;
  fixture.proven_backup(kHall);
  fixture.proven_backup(kHall);
  const ScrubReport report =
      scrub(fixture.at(), {.policy = {.within = kWithin, .bytes_per_pass = 1}, .everything = true});
  CHECK(report.copies_read == 4);
}

TEST_CASE("a place that became another installation's is a rule, not a place that is away") {
  InstallationFixture fixture;
  InstallationFixture stranger;
  fixture.proven_backup(kHall);
  write_file(fixture.cloud() / "_coffre/INSTALLATION", read_file(stranger.cloud() / "_coffre/INSTALLATION"));
  CHECK(error_of([&] { scrub_now(fixture); }).category() == "FOREIGN_INSTALLATION");
}
