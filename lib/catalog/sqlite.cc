#include "catalog/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>

#include "base/translate.h"

namespace coffre {
namespace {

constexpr mode_t kOwnerOnly = 0600;

using Database = std::unique_ptr<sqlite3, decltype(&sqlite3_close)>;

std::string step() {
  return tr("using the catalog");
}

Error constraint_error(int extended_code, std::string_view message) {
  switch (extended_code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
      return {ErrorCode::conflict, step(), fmt::format(fmt::runtime(tr("such a row exists already ({})")), message)};
    case SQLITE_CONSTRAINT_FOREIGNKEY:
      return {ErrorCode::not_found, step(), tr("the row refers to another one that does not exist")};
    case SQLITE_CONSTRAINT_TRIGGER:
      return {ErrorCode::rule, step(), std::string(message)};
    default:
      return {ErrorCode::internal, step(), std::string(message)};
  }
}

Error error_of(int extended_code, int system_error, std::string_view message) {
  constexpr int kPrimaryMask = 0xFF;
  if (system_error == ENOSPC || system_error == EDQUOT) extended_code = SQLITE_FULL;
  switch (extended_code & kPrimaryMask) {
    case SQLITE_CONSTRAINT:
      return constraint_error(extended_code, message);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ErrorCode::conflict, step(), tr("another program has kept it locked for too long"),
              tr("See which Coffre programs are running, then try again")};
    case SQLITE_FULL:
      return {ErrorCode::no_space, step(), tr("the disk is full"), tr("Free some space, then try again")};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {ErrorCode::damaged, step(), std::string(message),
              tr("Stop Coffre, keep the file, and make it anew: restore-cli rebuild-catalog")};
    case SQLITE_AUTH:
      return {ErrorCode::rule, step(), tr("the catalog does not allow that change")};
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
      return {ErrorCode::io, step(),
              system_error == 0 ? std::string(message) : fmt::format("{}: {}", message, errno_text(system_error)),
              tr("Look at the disk, and at the rights of the file and its folder")};
    default:
      return {ErrorCode::internal, step(), std::string(message)};
  }
}

void require_ok(sqlite3* database, int code, const std::string& path) {
  if (code != SQLITE_OK) throw sqlite_error(database, sqlite3_errmsg(database)).on(path);
}

Error file_error(const std::string& path, int error_number) {
  const bool full = error_number == ENOSPC || error_number == EDQUOT;
  Error error(full ? ErrorCode::no_space : ErrorCode::io, tr("copying the catalog"), errno_text(error_number));
  error.on(path);
  return error;
}

// Syncs a file or a folder by its path. Never used on an open database: closing would drop SQLite's locks.
void sync_path(const std::string& path, int flags) {
  const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC);
  if (descriptor < 0) throw file_error(path, errno);
  const int result = ::fsync(descriptor);
  const int error_number = errno;
  ::close(descriptor);
  if (result != 0) throw file_error(path, error_number);
}

void create_private_file(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerOnly);
  if (descriptor < 0) throw file_error(path, errno);
  ::close(descriptor);
}

// Whether a guarded connection may do this to that table. Plain data; called by SQLite while it compiles a statement.
bool is_allowed(int action, std::string_view object) {
  constexpr std::array<std::string_view, 4> kAppendOnly{"journal", "journal_body", "evidence", "key_proofs"};
  constexpr std::array<std::string_view, 2> kChecks{"integrity_check", "foreign_key_check"};
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_FUNCTION:
    case SQLITE_RECURSIVE:
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT:
      return true;
    case SQLITE_INSERT:
      return !object.starts_with("sqlite_");
    case SQLITE_UPDATE:
      return !object.starts_with("sqlite_") &&
             std::find(kAppendOnly.begin(), kAppendOnly.end(), object) == kAppendOnly.end();
    case SQLITE_DELETE:
      // journal_body's own trigger decides by age.
      return !object.starts_with("sqlite_") &&
             (object == "journal_body" ||
              std::find(kAppendOnly.begin(), kAppendOnly.end(), object) == kAppendOnly.end());
    case SQLITE_PRAGMA:
      return std::find(kChecks.begin(), kChecks.end(), object) != kChecks.end();
    default:
      return false;  // CREATE, DROP, ALTER, ATTACH, DETACH, REINDEX, ANALYZE, virtual tables
  }
}

extern "C" int coffre_catalog_authorizer(void* /*unused*/, int action, const char* first, const char* /*second*/,
                                         const char* /*database*/, const char* /*trigger*/) noexcept {
  return is_allowed(action, first == nullptr ? std::string_view() : first) ? SQLITE_OK : SQLITE_DENY;
}

}  // namespace

void prepare_sqlite(sqlite3* database, Access access, const std::string& path) {
  sqlite3_extended_result_codes(database, 1);
  require_ok(database, sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr), path);
  require_ok(database, sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr), path);
  run_script(database,
             "PRAGMA synchronous=FULL; PRAGMA recursive_triggers=ON; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON; "
             "PRAGMA temp_store=MEMORY;",
             path);
  if (access == Access::read_write) run_script(database, "PRAGMA journal_mode=WAL;", path);
  if (access == Access::query_only) run_script(database, "PRAGMA query_only=ON;", path);
}

void guard_sqlite(sqlite3* database) {
  sqlite3_set_authorizer(database, &coffre_catalog_authorizer, nullptr);
}

void run_script(sqlite3* database, const std::string& sql, const std::string& path) {
  require_ok(database, sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), path);
}

std::vector<std::vector<std::string>> ask_rows(sqlite3* database, const std::string& sql, const std::string& path) {
  std::vector<std::vector<std::string>> rows;
  const auto collect = [](void* context, int count, char** texts, char** /*names*/) noexcept {
    auto& row = static_cast<std::vector<std::vector<std::string>>*>(context)->emplace_back();
    for (int i = 0; i < count; ++i) row.emplace_back(texts[i] == nullptr ? "" : texts[i]);
    return 0;
  };
  require_ok(database, sqlite3_exec(database, sql.c_str(), collect, &rows, nullptr), path);
  return rows;
}

void copy_database(sqlite3* database, const std::string& to) {
  const std::string unfinished = to + ".tmp";
  std::error_code ignored;
  std::filesystem::remove(unfinished, ignored);  // of an attempt that was interrupted
  create_private_file(unfinished);
  {
    sqlite3* opened = nullptr;
    const int result = sqlite3_open_v2(unfinished.c_str(), &opened, SQLITE_OPEN_READWRITE, nullptr);
    const Database target(opened, &sqlite3_close);
    require_ok(opened, result, unfinished);
    sqlite3_backup* backup = sqlite3_backup_init(opened, "main", database, "main");
    if (backup == nullptr) throw sqlite_error(opened, sqlite3_errmsg(opened)).on(unfinished);
    constexpr int kAllPages = -1;
    sqlite3_backup_step(backup, kAllPages);
    require_ok(opened, sqlite3_backup_finish(backup), unfinished);
  }
  sync_path(unfinished, O_RDONLY);
  if (::rename(unfinished.c_str(), to.c_str()) != 0) throw file_error(to, errno);
  sync_path(std::filesystem::path(to).parent_path(), O_RDONLY | O_DIRECTORY);
}

void publish_database(const std::string& unfinished, const std::string& to) {
  sync_path(unfinished, O_RDONLY);
  if (::link(unfinished.c_str(), to.c_str()) != 0 && errno != EEXIST) throw file_error(to, errno);
  if (::unlink(unfinished.c_str()) != 0) throw file_error(unfinished, errno);
  sync_path(std::filesystem::path(to).parent_path(), O_RDONLY | O_DIRECTORY);
}

void forget_old_pages(sqlite3* database) noexcept {
  sqlite3_wal_checkpoint_v2(database, "main", SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
}

std::int64_t sqlite_changes(sqlite3* database) {
  return sqlite3_changes64(database);
}

Error sqlite_error(sqlite3* database, std::string_view message) {
  return error_of(sqlite3_extended_errcode(database), sqlite3_system_errno(database), message);
}

Error sqlite_open_error(int code, std::string_view message) {
  return error_of(code, 0, message);
}

}  // namespace coffre
