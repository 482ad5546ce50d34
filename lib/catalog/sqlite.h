// What has to be said to SQLite itself, beside SQL: settings and guard of a connection, scripts, copies, checks, and
// its error codes in our words. Inside the room only. <sqlite3.h> stays in sqlite.cc.
//
// Threads: as the connection. Errors: those of catalog/session.h.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "catalog/session.h"

struct sqlite3;

namespace coffre {

// The settings that every open connection has: WAL, synchronous=FULL, foreign keys, recursive triggers, secure_delete,
// DEFENSIVE, no trust in the schema's functions, no temporary files.
void prepare_sqlite(sqlite3* database, Access access, const std::string& path);

// From now on this connection refuses: DROP, ALTER, CREATE, ATTACH, every PRAGMA but the two checks, and on the
// append-only tables everything but INSERT (and DELETE of journal_body, which its trigger judges). Call after the
// migrations.
void guard_sqlite(sqlite3* database);

// Runs a script of any number of statements, results ignored. Only for migrations and the connection's own settings.
void run_script(sqlite3* database, const std::string& sql, const std::string& path);
// Every row's columns as text ("" for NULL).
std::vector<std::vector<std::string>> ask_rows(sqlite3* database, const std::string& sql, const std::string& path);

// Copies the whole database, as the last commit left it, to a new file of mode 0600: written beside as "<to>.tmp",
// synced, then renamed over whatever was there. `database` must not be in a transaction.
void copy_database(sqlite3* database, const std::string& to);

// Gives the closed database `unfinished` the name `to` as well, unless something has it already, and takes its own
// away. On the disk when it returns; a crash leaves `to` absent or whole, and perhaps `unfinished`.
void publish_database(const std::string& unfinished, const std::string& to);

// Moves the WAL into the database and empties it, as far as readers allow: what was overwritten is then on no page of
// ours.
void forget_old_pages(sqlite3* database) noexcept;

std::int64_t sqlite_changes(sqlite3* database);

// The Error for what this connection reported last. `message` is the engine's text, free of values.
Error sqlite_error(sqlite3* database, std::string_view message);
// As sqlite_error, where there is no connection to ask.
Error sqlite_open_error(int code, std::string_view message);

}  // namespace coffre
