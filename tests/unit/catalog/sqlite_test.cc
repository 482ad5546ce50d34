#include "catalog/sqlite.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "catalog/migrations.h"
#include "support/error_of.h"
#include "unit/catalog/raw_sqlite.h"
#include "unit/catalog/sample_rows.h"

namespace coffre {
namespace {

using test::error_of;

struct Fixture {
  test::TempDir folder;
  std::string path = folder / "catalog.db";
  Connection connection{made(path), Access::read_write};

  static const std::string& made(const std::string& path) {
    test::write_file(path, "");
    return path;
  }
  Fixture() { migrate(connection, all_migrations(), from_unix(0)); }
};

TEST_CASE("a guarded connection refuses what no function of ours does", "[catalog]") {
  Fixture f;
  Session& session = f.connection.session();
  guard_sqlite(f.connection.raw());
  struct Row {
    std::string name;
    std::string sql;
  };
  const auto row = GENERATE(
      values<Row>({{"drop a table", "DROP TABLE journal"},
                   {"drop a trigger", "DROP TRIGGER journal_update"},
                   {"drop an index", "DROP INDEX backups_of_device"},
                   {"alter", "ALTER TABLE journal RENAME TO old_journal"},
                   {"add a column", "ALTER TABLE journal ADD COLUMN more TEXT"},
                   {"attach", "ATTACH DATABASE ':memory:' AS other"},
                   {"create a table", "CREATE TABLE more (id INTEGER)"},
                   {"create a trigger in temp", "CREATE TEMP TRIGGER t AFTER INSERT ON journal BEGIN SELECT 1; END"},
                   {"recursive triggers off", "PRAGMA recursive_triggers=OFF"},
                   {"writable schema", "PRAGMA writable_schema=ON"},
                   {"vacuum into", "VACUUM INTO '/var/tmp/coffre-test-never-made.db'"},
                   {"write the schema", "DELETE FROM sqlite_schema WHERE name = 'journal_update'"},
                   {"update the journal", "UPDATE journal SET at = 0"},
                   {"delete from the journal", "DELETE FROM journal"},
                   {"update a text", "UPDATE journal_body SET body = ''"},
                   {"update evidence", "UPDATE evidence SET at = 0"},
                   {"delete evidence", "DELETE FROM evidence"},
                   {"delete key proofs", "DELETE FROM key_proofs"}}));
  DYNAMIC_SECTION(row.name) {
    CAPTURE(row.sql);
    const Error error = error_of([&] { session.run(row.sql); });
    CHECK((error.code() == ErrorCode::rule || error.code() == ErrorCode::internal));
    const auto differences = schema_differences(f.connection, all_migrations());
    CHECK(differences == std::vector<std::string>{});
  }
}

TEST_CASE("an error of the engine keeps its meaning", "[catalog]") {
  constexpr int kPermission = SQLITE_PERM;
  CHECK(sqlite_open_error(kPermission, "").code() == ErrorCode::io);
  CHECK(sqlite_open_error(SQLITE_CANTOPEN, "").code() == ErrorCode::io);
  CHECK(sqlite_open_error(SQLITE_IOERR_FSYNC, "").code() == ErrorCode::io);
  CHECK(sqlite_open_error(SQLITE_BUSY, "").code() == ErrorCode::conflict);
  CHECK(sqlite_open_error(SQLITE_BUSY_SNAPSHOT, "").code() == ErrorCode::conflict);
  CHECK(sqlite_open_error(SQLITE_FULL, "").code() == ErrorCode::no_space);
  CHECK(sqlite_open_error(SQLITE_CORRUPT, "").code() == ErrorCode::damaged);
  CHECK(sqlite_open_error(SQLITE_NOTADB, "").code() == ErrorCode::damaged);
  CHECK(sqlite_open_error(SQLITE_AUTH, "").code() == ErrorCode::rule);
  CHECK(sqlite_open_error(SQLITE_MISUSE, "").code() == ErrorCode::internal);
  CHECK(sqlite_open_error(SQLITE_CONSTRAINT_CHECK, "").code() == ErrorCode::internal);
}

TEST_CASE("a copy holds the last commit, for its owner alone, and replaces an unfinished one", "[catalog]") {
  Fixture f;
  f.connection.session().run("INSERT INTO installation (key, value) VALUES ('a', 'b')");
  const std::string copy = f.folder / "copy.db";
  test::write_file(copy + ".tmp", "half a copy");
  copy_database(f.connection.raw(), copy);
  copy_database(f.connection.raw(), copy);
  CHECK(test::RawSqlite(copy).ask("SELECT value FROM installation") == std::vector<std::string>{"b"});
  struct stat found {};
  REQUIRE(::stat(copy.c_str(), &found) == 0);
  CHECK((found.st_mode & 0777U) == 0600);
  CHECK_FALSE(std::filesystem::exists(copy + ".tmp"));
  CHECK(error_of([&] { copy_database(f.connection.raw(), f.folder / "no/such/folder.db"); }).code() == ErrorCode::io);
}

}  // namespace
}  // namespace coffre
