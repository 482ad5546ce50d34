// What a rebuilt catalog takes over from the one that it replaces.
#include "service/healing/old_catalog.h"

#include <catch2/catch.hpp>

#include "catalog/carry_over.h"
#include "catalog/credentials.h"
#include "catalog/installation.h"
#include "service/backup/run_pass.h"
#include "service/healing/rebuild_catalog.h"
#include "support/temp_dir.h"
#include "unit/service/catalog_samples.h"
#include "unit/service/opening_samples.h"

using namespace coffre;
using namespace coffre::test;

namespace {

constexpr const char* kFolder = "/home/tech/export";

// An installation with a backup, an open matter that no reading of the places can find again, a closed one, and a
// credential that was stopped.
struct Bench {
  Bench() {
    fixture.proven_backup(kHall);
    const Instant now = fixture.clock().now();
    fixture.at().catalog.write([&](Session& session) {
      open_anomaly(session, AnomalyCode::disk_space, "local", "5 % free", now);
      close_anomaly(session, AnomalyCode::disk_space, "local", "30 % free", now);
      open_anomaly(session, AnomalyCode::clear_extract, kFolder, "2 parts", now);
      REQUIRE(stop_credential(session, kFixtureCredential, now, kHall, "401"));
    });
    journal_before = journal();
  }

  [[nodiscard]] JournalCheck journal() {
    JournalCheck check;
    fixture.at().catalog.read([&](Session& session) { check = verify_journal(session); });
    return check;
  }

  RebuildReport rebuild() {
    KeyRing ring = ring_without_keys(fixture);
    ring.identities.push_back(fixture.at().keys->catalog.clone());
    const RebuildReport report = rebuild_catalog({.from = *fixture.at().local,
                                                  .other = fixture.at().cloud.get(),
                                                  .catalog = fixture.settings().installation.catalog,
                                                  .existing = ExistingCatalog::keep_aside,
                                                  .ring = ring,
                                                  .inventory = fixture.at().inventory,
                                                  .account = std::string(kFixtureAccount)},
                                                 fixture.clock());
    fixture.restart();
    return report;
  }

  InstallationFixture fixture{{.devices = {std::string(kHall)}}};
  JournalCheck journal_before;
};

TEST_CASE("an open matter does not end with the catalog's file, nor does a stop or the journal") {
  Bench bench;
  const RebuildReport report = bench.rebuild();
  REQUIRE(report.old.carried);
  CHECK(report.old.lost.empty());
  CHECK(report.old.carried->journal_rows == bench.journal_before.rows);
  CHECK(report.old.carried->open_anomalies == 1);
  CHECK(report.old.carried->credentials == 1);

  CHECK(open_matters(bench.fixture) == std::vector{matter(AnomalyCode::clear_extract, kFolder)});
  CHECK(anomaly_of(bench.fixture, AnomalyCode::disk_space, "local")->closed_by == "30 % free");
  bench.fixture.at().catalog.read([](Session& session) {
    const auto row = find_credential(session, kFixtureCredential);
    REQUIRE(row);
    CHECK(row->stopped);
    CHECK(row->stopped_by == kHall);
  });
  // The old chain goes on: its rows are the same, and the rebuild is the next one.
  const JournalCheck after = bench.journal();
  CHECK(after.problems.empty());
  CHECK(after.rows == bench.journal_before.rows + 1);
  CHECK(newest_entry(bench.fixture).action == "rebuild_catalog");
  CHECK(newest_entry(bench.fixture).detail.at("old_catalog") == "taken over, " + report.aside.filename().string());
}

TEST_CASE("evidence and key proofs are not taken over: they begin again") {
  Bench bench;
  bench.rebuild();
  for (const BackupView& view : list_backup_views(bench.fixture.at(), {}))
    CHECK(view.proof.level == ProofLevel::sealed);
  bench.fixture.at().catalog.read([](Session& session) { CHECK(key_proofs(session).empty()); });
}

TEST_CASE("a device without any backup stays expected") {
  Bench bench;
  const std::string known = "CLIEXEMP/SIEGEPARIS/NVR_NEVER";
  bench.fixture.at().catalog.write([&](Session& session) {
    insert_device(session, {.id = std::string(32, 'd'), .key = InstallationFixture::key(known)});
  });
  CHECK(bench.rebuild().old.carried->devices == 1);
  CHECK(device_row(bench.fixture, known).id == std::string(32, 'd'));
}

TEST_CASE("lists of keys that were seen stay seen: an older one cannot come back") {
  Bench bench;
  const auto seen = fact(bench.fixture, "trust_signers");
  REQUIRE_FALSE(seen.empty());
  bench.rebuild();
  CHECK(fact(bench.fixture, "trust_signers") == seen);
}

TEST_CASE("from a catalog that is damaged or another's nothing is taken, and it is said why") {
  Bench bench;
  SECTION("no catalog at all") {
    std::filesystem::remove(bench.fixture.settings().installation.catalog);
  }
  SECTION("not a database") {
    write_file(bench.fixture.settings().installation.catalog, "not a database");
  }
  SECTION("of another installation") {
    bench.fixture.at().catalog.write(
        [](Session& session) { put_fact(session, "installation_id", std::string(32, '0')); });
  }
  const bool there = std::filesystem::exists(bench.fixture.settings().installation.catalog);
  const RebuildReport report = bench.rebuild();
  CHECK(report.old.there == there);
  CHECK(report.aside.empty() != there);
  CHECK_FALSE(report.old.carried);
  CHECK(report.old.lost.empty() != there);
  CHECK(open_matters(bench.fixture).empty());
  CHECK(bench.journal().rows == 1);
  CHECK(newest_entry(bench.fixture).detail.at("old_catalog") ==
        (there ? "not taken over, " + report.aside.filename().string() : "none"));
}

TEST_CASE("a chain is not carried into a journal that has begun") {
  Bench bench;
  TempDir dir;
  Database other = Database::open((dir.path() / "other.sqlite").string(), bench.fixture.clock());
  other.write([&](Session& to) { append_journal(to, {.action = "init"}, bench.fixture.clock().now()); });
  bench.fixture.at().catalog.read(
      [&](Session& from) { CHECK_THROWS_AS(other.write([&](Session& to) { carry_journal(from, to); }), Error); });
}

}  // namespace
