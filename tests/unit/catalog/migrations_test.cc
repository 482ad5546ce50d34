#include "catalog/migrations.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <thread>

#include "catalog/sqlite.h"
#include "support/error_of.h"
#include "support/source_tree.h"
#include "unit/catalog/raw_sqlite.h"
#include "unit/catalog/sample_rows.h"

namespace coffre {
namespace {

using test::error_of;
using test::RawSqlite;
using Lines = std::vector<std::string>;

// A database at `version`, with the rows of that time: tests/unit/catalog/versions/NNNN.sql. A new migration NNNN needs
// that file for the version before it stops being the newest; nothing here changes.
std::string make_version(const test::TempDir& folder, int version) {
  const std::string path = folder / fmt::format("version-{:04}.db", version);
  test::write_file(path, "");
  {
    Connection connection(path, Access::read_write);
    migrate(connection, all_migrations().first(static_cast<std::size_t>(version)), from_unix(1));
  }
  const std::string rows =
      test::read_file(fmt::format("{}/tests/unit/catalog/versions/{:04}.sql", test::source_dir(), version));
  RawSqlite raw(path);
  raw.run("PRAGMA foreign_keys=ON; " + rows);
  return path;
}

// The versions that a test invents to see how versions are changed.
constexpr std::string_view kFirst =
    "CREATE TABLE schema_history (number INTEGER PRIMARY KEY, applied_at INTEGER); "
    "CREATE TABLE things (id INTEGER PRIMARY KEY, owner INTEGER REFERENCES things (id));";
constexpr Migration kOne{1, kFirst};
constexpr Migration kTwo{2, "ALTER TABLE things ADD COLUMN name TEXT; UPDATE things SET name = 'thing ' || id;"};

struct Invented {
  test::TempDir folder;
  std::string path = folder / "invented.db";

  Invented() {
    test::write_file(path, "");
    run(std::vector{kOne});
    RawSqlite(path).run("INSERT INTO things (id) VALUES (1), (2)");
  }
  void run(const std::vector<Migration>& migrations) {
    Connection connection(path, Access::read_write);
    migrate(connection, migrations, from_unix(77));
  }
};

TEST_CASE("the embedded migrations are numbered from 1 without a gap", "[catalog]") {
  REQUIRE_FALSE(all_migrations().empty());
  int expected = 0;
  for (const Migration& migration : all_migrations()) {
    CHECK(migration.number == ++expected);
    CHECK_FALSE(migration.sql.empty());
  }
}

TEST_CASE("each old version is brought to the newest, and keeps what it held", "[catalog]") {
  for (const Migration& migration : all_migrations()) {
    DYNAMIC_SECTION("version " << migration.number) {
      const test::TempDir folder;
      const std::string path = make_version(folder, migration.number);
      const test::FixedClock clock{"2026-11-21T03:00:00Z"};
      const Database database = Database::open(path, clock);
      database.check_integrity();
      database.read([](Session& session) {
        const auto devices = list_devices(session);
        REQUIRE(devices.size() == 1);
        CHECK(devices[0].key.path() == "CLIEXEMP/SIEGEPARIS/NVR_NVR-HALL");
        const auto backups = list_backups(session, {});
        REQUIRE(backups.size() == 1);
        CHECK(backups[0].name == "CLIEXEMP_SIEGEPARIS_NVR_NVR-HALL_20261121_0300_HEBDO.bak");
        CHECK(evidence_of(session, backups[0].digest).size() == 2);
        CHECK(copies_of(session, backups[0].digest).size() == 1);
      });
      const std::string newest = std::to_string(all_migrations().back().number);
      CHECK(RawSqlite(path).ask("PRAGMA user_version") == Lines{newest});
      CHECK(RawSqlite(path).ask("SELECT count(*) FROM schema_history") == Lines{newest});
    }
  }
}

TEST_CASE("a migration changes the rows, is dated, and leaves a copy of before", "[catalog]") {
  Invented f;
  f.run({kOne, kTwo});
  RawSqlite raw(f.path);
  CHECK(raw.ask("SELECT name FROM things ORDER BY id") == Lines{"thing 1", "thing 2"});
  CHECK(raw.ask("PRAGMA user_version") == Lines{"2"});
  CHECK(raw.ask("SELECT number || '@' || applied_at FROM schema_history") == Lines{"1@77", "2@77"});
  const std::string copy = f.path + ".before-0002";
  CHECK(RawSqlite(copy).ask("PRAGMA user_version") == Lines{"1"});
  CHECK(RawSqlite(copy).ask("SELECT id FROM things") == Lines{"1", "2"});
  struct stat found {};
  REQUIRE(::stat(copy.c_str(), &found) == 0);
  CHECK((found.st_mode & 0777U) == 0600);
}

TEST_CASE("a first creation, and a database that is current, leave no copy", "[catalog]") {
  Invented f;
  f.run({kOne});
  for (const auto& file : std::filesystem::directory_iterator(f.folder.path())) {
    CHECK_THAT(file.path().string(), !Catch::Contains(".before-"));
  }
}

TEST_CASE("a migration that fails leaves the old version, and the next attempt succeeds", "[catalog]") {
  Invented f;
  struct Row {
    std::string name;
    Migration migration;
    ErrorCode code;
  };
  const auto row =
      GENERATE(values<Row>({{"a mistake in its second statement",
                             {2, "ALTER TABLE things ADD COLUMN name TEXT; SELEKT;"},
                             ErrorCode::internal},
                            {"a reference to nothing", {2, "UPDATE things SET owner = 99;"}, ErrorCode::damaged}}));
  DYNAMIC_SECTION(row.name) {
    CHECK(error_of([&] { f.run({kOne, row.migration}); }).code() == row.code);
    CHECK(RawSqlite(f.path).ask("PRAGMA user_version") == Lines{"1"});
    CHECK(RawSqlite(f.path).ask("SELECT id || coalesce(owner, '') FROM things") == Lines{"1", "2"});
    f.run({kOne, kTwo});
    CHECK(RawSqlite(f.path).ask("PRAGMA user_version") == Lines{"2"});
  }
}

TEST_CASE("a database made by a newer Coffre is refused untouched", "[catalog]") {
  Invented f;
  f.run({kOne, kTwo});
  const Error error = error_of([&] { f.run({kOne}); });
  CHECK(error.code() == ErrorCode::damaged);
  CHECK(error.reason() == "it was made by a newer Coffre");
  CHECK(RawSqlite(f.path).ask("PRAGMA user_version") == Lines{"2"});
}

TEST_CASE("somebody else's database is refused untouched", "[catalog]") {
  const test::TempDir folder;
  const std::string path = folder / "other.db";
  RawSqlite(path).run("CREATE TABLE photos (id INTEGER)");
  const std::string settings = GENERATE("", "PRAGMA user_version=1", "PRAGMA application_id=7");
  if (!settings.empty()) RawSqlite(path).run(settings);
  Connection connection(path, Access::read_write);
  CHECK(error_of([&] { migrate(connection, all_migrations(), from_unix(0)); }).code() == ErrorCode::damaged);
  CHECK(RawSqlite(path).ask("SELECT name FROM sqlite_schema") == Lines{"photos"});
}

TEST_CASE("of two that migrate at once one does, the other finds it done", "[catalog]") {
  Invented f;
  std::vector<std::thread> threads;
  std::vector<std::string> complaints(4);
  for (std::string& complaint : complaints) {
    threads.emplace_back([&f, &complaint] {
      try {
        f.run({kOne, kTwo});
      } catch (const std::exception& error) {
        complaint = error.what();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(complaints == std::vector<std::string>(4));
  CHECK(RawSqlite(f.path).ask("SELECT number FROM schema_history") == Lines{"1", "2"});
}

TEST_CASE("what was taken from the schema, altered or added is named", "[catalog]") {
  const test::TempDir folder;
  const std::string path = folder / "catalog.db";
  test::write_file(path, "");
  Connection connection(path, Access::read_write);
  migrate(connection, all_migrations(), from_unix(0));
  const auto differences = [&] { return schema_differences(connection, all_migrations()); };
  CHECK(differences() == Lines{});
  RawSqlite raw(path);
  raw.run("DROP TRIGGER journal_update");
  CHECK(differences() == Lines{"trigger journal_update is missing"});
  raw.run("CREATE TRIGGER journal_update BEFORE UPDATE ON journal BEGIN SELECT 1; END");
  CHECK(differences() == Lines{"trigger journal_update was altered"});
  raw.run("DROP INDEX backups_of_device; CREATE VIEW mine AS SELECT 1");
  CHECK(differences() ==
        Lines{"index backups_of_device is missing", "trigger journal_update was altered", "view mine is not ours"});
}

}  // namespace
}  // namespace coffre
