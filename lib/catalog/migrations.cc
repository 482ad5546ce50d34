#include "catalog/migrations.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/error.h"
#include "base/translate.h"
#include "catalog/sqlite.h"

namespace coffre {
namespace {

Error not_ours(const std::string& path, std::string why) {
  Error error(ErrorCode::damaged, tr("opening the catalog"), std::move(why),
              tr("Look at the path in the configuration; if it is right, keep the file and make it anew: restore-cli "
                 "rebuild-catalog"));
  error.on(path);
  return error;
}

// 0: an empty file, ours to fill. One statement, so that all of it is of one moment.
std::int64_t version_of(Connection& connection, std::span<const Migration> migrations) {
  const std::string& path = connection.path();
  const auto rows = ask_rows(connection.raw(),
                             "SELECT (SELECT user_version FROM pragma_user_version), "
                             "(SELECT application_id FROM pragma_application_id), (SELECT count(*) FROM sqlite_schema)",
                             path);
  const std::int64_t version = std::stoll(rows.at(0).at(0));
  const std::int64_t application = std::stoll(rows.at(0).at(1));
  if (version == 0 && application == 0) {
    if (std::stoll(rows.at(0).at(2)) == 0) return 0;
    throw not_ours(path, tr("it is a database, but not one of Coffre's"));
  }
  if (application != kApplicationId) throw not_ours(path, tr("it is a database, but not one of Coffre's"));
  if (version > migrations.back().number) {
    throw Error(ErrorCode::damaged, tr("opening the catalog"), tr("it was made by a newer Coffre"),
                tr("Install that version again; or go back to the copy that it left beside the file"))
        .on(path);
  }
  return version;
}

void apply(Connection& connection, const Migration& migration, Instant now) {
  const std::string& path = connection.path();
  run_script(connection.raw(), std::string(migration.sql), path);
  connection.session().run("INSERT INTO schema_history (number, applied_at) VALUES (:number, :applied_at)",
                           {migration.number, now});
  run_script(connection.raw(),
             fmt::format("PRAGMA application_id={}; PRAGMA user_version={};", kApplicationId, migration.number), path);
}

void apply_missing(Connection& connection, std::span<const Migration> migrations, std::int64_t version, Instant now) {
  for (const Migration& migration : migrations) {
    if (migration.number > version) apply(connection, migration, now);
  }
  if (ask_rows(connection.raw(), "PRAGMA foreign_key_check", connection.path()).empty()) return;
  throw not_ours(connection.path(), tr("its new form leaves rows that refer to nothing"));
}

// What the schema holds, without the objects that SQLite makes by itself. Texts of tables and indexes may differ
// between versions of SQLite after an ALTER; those of triggers do not.
std::map<std::string, std::string> schema_objects(Connection& connection) {
  std::map<std::string, std::string> objects;
  for (const auto& row : ask_rows(connection.raw(),
                                  "SELECT type || ' ' || name, CASE WHEN type = 'trigger' THEN sql ELSE '' END "
                                  "FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
                                  connection.path())) {
    objects.emplace(row[0], row[1]);
  }
  return objects;
}

}  // namespace

void migrate(Connection& connection, std::span<const Migration> migrations, Instant now) {
  if (version_of(connection, migrations) == migrations.back().number) return;
  sqlite3* const raw = connection.raw();
  const std::string& path = connection.path();
  run_script(raw, "PRAGMA foreign_keys=OFF", path);  // impossible inside a transaction; checked at the end instead
  run_script(raw, "BEGIN IMMEDIATE", path);
  try {
    const std::int64_t version = version_of(connection, migrations);  // another process may have been faster
    if (version > 0 && version < migrations.back().number) {
      // Through a connection of its own: one that has begun to write cannot be copied from.
      Connection source(path, Access::query_only);
      copy_database(source.raw(), fmt::format("{}.before-{:04}", path, version + 1));
    }
    apply_missing(connection, migrations, version, now);
    run_script(raw, "COMMIT", path);
  } catch (...) {
    if (connection.in_transaction()) run_script(raw, "ROLLBACK", path);
    throw;
  }
  run_script(raw, "PRAGMA foreign_keys=ON", path);
}

void require_current_schema(Connection& connection, std::span<const Migration> migrations) {
  if (version_of(connection, migrations) == migrations.back().number) return;
  throw Error(ErrorCode::damaged, tr("opening the catalog"), tr("it is still in the form of an older Coffre"),
              tr("Run `backupd check` once as the service's user: it brings the catalog up to date"))
      .on(connection.path());
}

std::vector<std::string> schema_differences(Connection& connection, std::span<const Migration> migrations) {
  Connection fresh(":memory:", Access::read_write);
  apply_missing(fresh, migrations, 0, from_unix(0));
  const auto expected = schema_objects(fresh);
  const auto present = schema_objects(connection);
  std::vector<std::string> differences;
  for (const auto& [object, sql] : expected) {
    const auto found = present.find(object);
    if (found == present.end()) {
      differences.push_back(fmt::format(fmt::runtime(tr("{} is missing")), object));
    } else if (found->second != sql) {
      differences.push_back(fmt::format(fmt::runtime(tr("{} was altered")), object));
    }
  }
  for (const auto& [object, sql] : present) {
    if (!expected.contains(object)) differences.push_back(fmt::format(fmt::runtime(tr("{} is not ours")), object));
  }
  return differences;
}

}  // namespace coffre
