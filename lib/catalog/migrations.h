// The catalog's schema, version by version: schemas/catalog/sqlite/NNNN_*.sql, embedded at build time. A released file
// is never edited; what is to change is a further file. Inside the room only (database.cc, tests).
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "catalog/session.h"

namespace coffre {

struct Migration {
  int number;            // 1, 2, ...: PRAGMA user_version once applied
  std::string_view sql;  // any number of statements
};

std::span<const Migration> all_migrations();

// Marks the file as ours in its header (PRAGMA application_id): "COFR".
inline constexpr int kApplicationId = 0x434F4652;

// Brings the database behind `connection` to the last of `migrations`, in one transaction that holds the write lock
// from its start: of two processes one migrates, the other finds it done. A database that held something is copied
// first, consistently and durably, to "<path>.before-NNNN" (0600), NNNN being the first migration applied to it. A
// crash leaves the old version, perhaps with a copy beside it that the next attempt replaces. Errors: damaged ("made by
// a newer Coffre"; not a catalog; a migration breaks a reference), conflict, no_space, io.
void migrate(Connection& connection, std::span<const Migration> migrations, Instant now);

// Throws the same Error(damaged) unless the database is ours and exactly at the last of `migrations`.
void require_current_schema(Connection& connection, std::span<const Migration> migrations);

// What someone took away or altered: tables, indexes and triggers compared with those that `migrations` make in an
// empty database. One line each, "trigger journal_no_update is missing"; empty when nothing differs.
std::vector<std::string> schema_differences(Connection& connection, std::span<const Migration> migrations);

}  // namespace coffre
