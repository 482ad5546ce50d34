// Look-ups stay fast when years of backups are there: with 10,000 backups and their evidence no statement of a keyed
// look-up walks through a whole table. The statements are taken from the functions themselves, by SQLite's trace.
#include <catch2/catch.hpp>
#include <set>

#include "catalog/anomalies.h"
#include "catalog/credentials.h"
#include "catalog/jobs.h"
#include "catalog/journal.h"
#include "catalog/migrations.h"
#include "catalog/session.h"
#include "catalog/sidecars.h"
#include "unit/catalog/raw_sqlite.h"
#include "unit/catalog/sample_rows.h"

namespace coffre {
namespace {

using test::at;

constexpr unsigned kDevices = 100;
constexpr std::uint64_t kBackupsEach = 100;

struct Fixture {
  test::TempDir folder;
  std::string path = folder / "catalog.db";
  std::set<std::string> statements;
  std::unique_ptr<Connection> connection;

  Fixture() {
    test::write_file(path, "");
    connection = std::make_unique<Connection>(path, Access::read_write);
    migrate(*connection, all_migrations(), from_unix(0));
    session().run("BEGIN IMMEDIATE");
    for (unsigned device = 1; device <= kDevices; ++device) fill(device);
    session().run("COMMIT");
    sqlite3_trace_v2(connection->raw(), SQLITE_TRACE_STMT, &note, this);
  }
  Session& session() { return connection->session(); }

  void fill(unsigned device) {
    insert_device(session(), test::device(device, fmt::format("CLIENT-{}/SITE/NVR_NVR-{}", device % 10, device)));
    for (std::uint64_t sequence = 1; sequence <= kBackupsEach; ++sequence) {
      const BackupRow row = test::backup(device, sequence);
      insert_backup(session(), row);
      put_copy(session(), row.digest, {"local", row.name, row.recorded_at, "good"});
      put_copy(session(), row.digest, {"cloud", row.name, row.recorded_at, "good"});
      for (const EvidenceType type : {EvidenceType::collected, EvidenceType::sealed, EvidenceType::opened}) {
        add_evidence(session(), row.digest, {type, row.recorded_at, ""});
      }
    }
  }

  static int note(unsigned /*event*/, void* self, void* statement, void* text) {
    // Statements inside triggers come as comments, "-- ...".
    if (std::string_view(static_cast<const char*>(text)).starts_with("--")) return 0;
    static_cast<Fixture*>(self)->statements.insert(sqlite3_sql(static_cast<sqlite3_stmt*>(statement)));
    return 0;
  }

  // Lines of EXPLAIN QUERY PLAN that walk through a whole table or index, for the statements that `look_up` ran.
  std::vector<std::string> scans(const std::function<void()>& look_up) {
    statements.clear();
    look_up();
    const std::set<std::string> ran = statements;
    REQUIRE_FALSE(ran.empty());
    std::vector<std::string> scans;
    constexpr int kDetail = 3;
    for (const std::string& sql : ran) {
      for (const auto& line : test::RawSqlite::ask_column(connection->raw(), "EXPLAIN QUERY PLAN " + sql, kDetail)) {
        if (line.starts_with("SCAN")) scans.push_back(line + " in " + sql);
      }
    }
    return scans;
  }
};

TEST_CASE("keyed look-ups among 10,000 backups use indexes", "[catalog]") {
  Fixture f;
  Session& session = f.session();
  const BackupRow sample = test::backup(50, 60);
  const Instant now = at("2026-11-21T03:00:00Z");
  struct Row {
    std::string name;
    std::function<void()> look_up;
  };
  const std::vector<Row> rows{
      {"backup by name", [&] { CHECK(find_backup_by_name(session, sample.name)); }},
      {"backup by digest", [&] { CHECK(find_backup_by_digest(session, sample.digest)); }},
      {"list of a device",
       [&] { CHECK(list_backups(session, {.device_id = test::device_id(50)}).size() == kBackupsEach); }},
      {"list of a client", [&] { CHECK(list_backups(session, {.client = "CLIENT-3"}).size() == 10 * kBackupsEach); }},
      {"list of a site",
       [&] { CHECK(list_backups(session, {.client = "CLIENT-3", .site = "SITE"}).size() == 10 * kBackupsEach); }},
      {"newest good", [&] { CHECK(newest_good_backup(session, test::device_id(50))->sequence == kBackupsEach); }},
      {"newest good of a kind", [&] { CHECK(newest_good_backup(session, test::device_id(50), Kind::hebdo)); }},
      {"head of the sequence", [&] { CHECK(sequence_head(session, test::device_id(50))->sequence == kBackupsEach); }},
      {"copies", [&] { CHECK(copies_of(session, sample.digest).size() == 2); }},
      {"evidence", [&] { CHECK(evidence_of(session, sample.digest).size() == 3); }},
      {"sidecars", [&] { CHECK(sidecars_of(session, sample.digest).empty()); }},
      {"adding a sidecar",
       [&] {
         put_sidecar(session, sample.digest, {"local", 2, {"0011223344556677"}, now});
       }},
      {"adding evidence",
       [&] {
         add_evidence(session, sample.digest, {EvidenceType::opened, now, "op"});
       }},
      {"adding a copy",
       [&] {
         put_copy(session, sample.digest, {"local", "p", now, "good"});
       }},
      {"device by key", [&] { CHECK(find_device(session, test::device_key("CLIENT-3/SITE/NVR_NVR-3"))); }},
      {"device by id", [&] { CHECK(find_device_by_id(session, test::device_id(3))); }},
      {"updating a device", [&] { update_device(session, test::device(3, "CLIENT-3/SITE/NVR_NVR-3")); }},
      {"a job's life",
       [&] {
         const auto id = enqueue_job(session, {.device_id = test::device_id(3), .slot = now});
         CHECK(enqueue_job(session, {.device_id = test::device_id(3), .slot = now}) == id);
         const auto job = lease_job(session, id, "host:1", now, now + Seconds{60});
         CHECK(holds_lease(session, id, job.value().fence));
         CHECK(renew_lease(session, id, job->fence, now + Seconds{90}));
         CHECK(finish_job(session, id, job->fence, JobState::done, ""));
         CHECK(find_job(session, id));
       }},
      {"an anomaly's life",
       [&] {
         open_anomaly(session, AnomalyCode::backup_missing, "A/S/NVR_ONE", "", now);
         CHECK(close_anomaly(session, AnomalyCode::backup_missing, "A/S/NVR_ONE", "", now));
       }},
      {"a credential", [&] { CHECK_FALSE(find_credential(session, "siege")); }},
      {"the journal's end",
       [&] {
         append_journal(session, {.account = "coffre", .action = "x"}, now);
         CHECK(journal_rows(session, 1, 1).size() == 1);
       }},
  };
  for (const Row& row : rows) {  // no sections: the rows are made once
    INFO(row.name);
    // "SCAN journal" with LIMIT 1 in the order of its key reads one row: the newest.
    std::vector<std::string> scans = f.scans(row.look_up);
    std::erase_if(scans, [](const std::string& line) {
      return line.starts_with("SCAN journal") && line.find("ORDER BY seq DESC LIMIT 1") != std::string::npos;
    });
    CHECK(scans == std::vector<std::string>{});
  }
  // A scan would be seen:
  CHECK(f.scans([&] { CHECK(list_backups(session, {}).size() == kDevices * kBackupsEach); }).size() == 1);
}

}  // namespace
}  // namespace coffre
