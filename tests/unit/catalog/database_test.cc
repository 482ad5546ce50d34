#include "catalog/database.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <filesystem>
#include <thread>

#include "catalog/installation.h"
#include "catalog/jobs.h"
#include "catalog/journal.h"
#include "support/error_of.h"
#include "support/print_instant.h"
#include "unit/catalog/raw_sqlite.h"
#include "unit/catalog/sample_rows.h"

namespace coffre {
namespace {

using test::at;
using test::error_of;
using test::RawSqlite;
using test::SampleCatalog;

unsigned rights_of(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) return 0;
  return found.st_mode & 0777U;
}

std::string fact(const Database& database, const std::string& key) {
  std::string value;
  database.read([&](Session& session) { value = get_fact(session, key).value_or("(absent)"); });
  return value;
}

void put(Database& database, const std::string& key, const std::string& value) {
  database.write([&](Session& session) { put_fact(session, key, value); });
}

TEST_CASE("a new catalog is its owner's alone, with its WAL", "[catalog]") {
  SampleCatalog catalog;
  put(catalog.database, "a", "b");
  for (const char* suffix : {"", "-wal", "-shm"}) CHECK(rights_of(catalog.path + suffix) == 0600);
}

TEST_CASE("an existing catalog that others may read is closed to them", "[catalog]") {
  const test::TempDir folder;
  const test::FixedClock clock{"2026-11-21T03:00:00Z"};
  const std::string path = folder / "catalog.db";
  { Database::open(path, clock); }
  REQUIRE(::chmod(path.c_str(), 0644) == 0);
  const Database database = Database::open(path, clock);
  CHECK(rights_of(path) == 0600);
}

TEST_CASE("an empty file, as a crash at creation leaves it, becomes a catalog", "[catalog]") {
  const test::TempDir folder;
  const test::FixedClock clock{"2026-11-21T03:00:00Z"};
  const std::string path = folder / "catalog.db";
  test::write_file(path, "");
  Database database = Database::open(path, clock);
  put(database, "a", "b");
  CHECK(fact(database, "a") == "b");
}

TEST_CASE("what was written is there for the next reader and the next program", "[catalog]") {
  const test::TempDir folder;
  const test::FixedClock clock{"2026-11-21T03:00:00Z"};
  const std::string path = folder / "catalog.db";
  {
    Database first = Database::open(path, clock);
    put(first, "a", "b");
    CHECK(fact(first, "a") == "b");
    Database moved = std::move(first);
    CHECK(fact(moved, "a") == "b");
  }
  CHECK(fact(Database::open(path, clock), "a") == "b");
}

TEST_CASE("a work that throws leaves nothing behind", "[catalog]") {
  SampleCatalog catalog;
  put(catalog.database, "a", "old");
  CHECK_THROWS_AS(catalog.database.write([](Session& session) {
    put_fact(session, "a", "new");
    append_journal(session, {.account = "coffre", .action = "x"}, at("2026-11-21T03:00:00Z"));
    throw std::runtime_error("on the way");
  }),
                  std::runtime_error);
  CHECK(fact(catalog.database, "a") == "old");
  catalog.database.read([](Session& session) { CHECK_FALSE(last_journal_time(session)); });
  put(catalog.database, "a", "next");
  CHECK(fact(catalog.database, "a") == "next");
}

TEST_CASE("transactions are not nested, and a read cannot write", "[catalog]") {
  SampleCatalog catalog;
  Database& database = catalog.database;
  database.write([&](Session&) {
    CHECK(error_of([&] { put(database, "a", "b"); }).code() == ErrorCode::internal);
    CHECK(error_of([&] { fact(database, "a"); }).code() == ErrorCode::internal);
  });
  database.read([&](Session& session) {
    CHECK(error_of([&] { fact(database, "a"); }).code() == ErrorCode::internal);
    CHECK(error_of([&] { put_fact(session, "a", "b"); }).code() == ErrorCode::io);
  });
  CHECK(fact(database, "a") == "(absent)");
}

TEST_CASE("a read sees one state from beginning to end", "[catalog]") {
  SampleCatalog catalog;
  put(catalog.database, "a", "before");
  catalog.database.read([&](Session& session) {
    CHECK(get_fact(session, "a") == "before");
    std::thread([&] { put(catalog.database, "a", "after"); }).join();
    CHECK(get_fact(session, "a") == "before");
  });
  CHECK(fact(catalog.database, "a") == "after");
}

TEST_CASE("a command that only looks creates nothing and changes nothing", "[catalog]") {
  SampleCatalog catalog;
  put(catalog.database, "a", "b");
  Database looking = Database::open_read_only(catalog.path, catalog.clock);
  CHECK(fact(looking, "a") == "b");
  put(catalog.database, "a", "c");
  CHECK(fact(looking, "a") == "c");
  looking.check_integrity();
  CHECK(error_of([&] { put(looking, "a", "d"); }).code() == ErrorCode::internal);
  const std::string absent = catalog.folder / "absent.db";
  CHECK(error_of([&] { Database::open_read_only(absent, catalog.clock); }).code() == ErrorCode::not_found);
  CHECK_FALSE(std::filesystem::exists(absent));
  const std::string empty = catalog.folder / "empty.db";
  test::write_file(empty, "");
  CHECK(error_of([&] { Database::open_read_only(empty, catalog.clock); }).code() == ErrorCode::damaged);
}

TEST_CASE("a file that is no catalog is named and left alone", "[catalog]") {
  const test::TempDir folder;
  const test::FixedClock clock{"2026-11-21T03:00:00Z"};
  const std::string path = folder / "catalog.db";
  SECTION("not a database") {
    const std::string content(8192, 'x');
    test::write_file(path, content);
    const Error error = error_of([&] { Database::open(path, clock); });
    CHECK(error.code() == ErrorCode::damaged);
    CHECK(error.subject() == path);
    CHECK(test::read_file(path) == content);
  }
  SECTION("a newer Coffre's") {
    { Database::open(path, clock); }
    RawSqlite(path).run("PRAGMA user_version=9999");
    for (const auto& open : {&Database::open, &Database::open_read_only}) {
      const Error error = error_of([&] { open(path, clock); });
      CHECK(error.code() == ErrorCode::damaged);
      CHECK(error.reason() == "it was made by a newer Coffre");
    }
  }
  SECTION("in a folder that is not there") {
    CHECK(error_of([&] { Database::open(folder / "no/such/catalog.db", clock); }).code() == ErrorCode::io);
  }
}

TEST_CASE("the check finds broken pages, lost references and a schema edited by hand", "[catalog]") {
  SampleCatalog catalog;
  catalog.database.write([](Session& session) {
    insert_device(session, test::device(1, "A/S/NVR_ONE"));
    insert_backup(session, test::backup(1, 1));
  });
  catalog.database.check_integrity();
  struct Row {
    std::string name;
    std::string sql;
    std::string finding;
  };
  const auto row = GENERATE(values<Row>(
      {{"a trigger is gone", "DROP TRIGGER journal_delete", "trigger journal_delete is missing"},
       {"a reference is lost", "PRAGMA foreign_keys=OFF; DELETE FROM devices",
        "backups: a row refers to another one that does not exist"},
       {"a table is gone", "PRAGMA foreign_keys=OFF; DROP TABLE journal_body", "table journal_body is missing"}}));
  DYNAMIC_SECTION(row.name) {
    RawSqlite(catalog.path).run(row.sql);
    const Error error = error_of([&] { catalog.database.check_integrity(); });
    CHECK(error.code() == ErrorCode::damaged);
    CHECK(error.reason() == row.finding);
  }
}

TEST_CASE("the check finds a page overwritten on the disk", "[catalog]") {
  const test::TempDir folder;
  const test::FixedClock clock{"2026-11-21T03:00:00Z"};
  const std::string path = folder / "catalog.db";
  {
    Database database = Database::open(path, clock);
    for (int i = 0; i < 200; ++i) put(database, fmt::format("key {}", i), std::string(100, 'v'));
  }
  std::string content = test::read_file(path);
  const std::size_t page = content.find("key 100");
  REQUIRE(page != std::string::npos);
  content.replace(page / 4096 * 4096, 100, 100, '\x7f');
  test::write_file(path, content);
  const Database database = Database::open(path, clock);
  CHECK(error_of([&] { database.check_integrity(); }).code() == ErrorCode::damaged);
}

TEST_CASE("many threads write and read at once, and nothing is lost", "[catalog]") {
  SampleCatalog catalog;
  Database& database = catalog.database;
  constexpr int kThreads = 16;
  constexpr int kWrites = 20;
  database.write([](Session& session) { put_fact(session, "count", "0"); });
  std::atomic<int> failures{0};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < kWrites; ++i) {
        try {
          database.write([&](Session& session) {
            put_fact(session, "count", std::to_string(std::stoi(get_fact(session, "count").value()) + 1));
            append_journal(session, {.account = "coffre", .action = "write", .subject = std::to_string(thread)},
                           at("2026-11-21T03:00:00Z") + Seconds{i});
            if (i % 5 == 4) throw std::runtime_error("undone");
          });
        } catch (const std::runtime_error&) {
        } catch (const std::exception&) {
          ++failures;
        }
        database.read([&](Session& session) {
          if (get_fact(session, "count") == std::nullopt) ++failures;
        });
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(failures == 0);
  constexpr int kKept = kThreads * kWrites * 4 / 5;
  CHECK(fact(database, "count") == std::to_string(kKept));
  database.read([&](Session& session) {
    const JournalCheck check = verify_journal(session);
    CHECK(check.rows == kKept);
    CHECK(check.problems == std::vector<std::string>{});
  });
  database.check_integrity();
}

// Runs `work` in a process of its own; it must not use Catch.
pid_t in_child(const std::function<void()>& work) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  try {
    work();
  } catch (const std::exception& error) {
    const std::string_view why = error.what();  // straight to the descriptor: Catch and the streams are the parent's
    const ssize_t ignored = ::write(STDERR_FILENO, why.data(), why.size());
    ::_exit(ignored < 0 ? 2 : 1);
  }
  ::_exit(0);
}

int exit_of(pid_t child) {
  int status = 0;
  if (::waitpid(child, &status, 0) != child) return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_CASE("two processes open a new catalog at once and both write", "[catalog]") {
  const test::TempDir folder;
  const test::FixedClock clock{"2026-11-21T03:00:00Z"};
  const std::string path = folder / "catalog.db";
  constexpr int kProcesses = 4;
  constexpr int kWrites = 25;
  std::vector<pid_t> children;
  for (int process = 0; process < kProcesses; ++process) {
    children.push_back(in_child([&] {
      Database database = Database::open(path, clock);
      for (int i = 0; i < kWrites; ++i) {
        database.write([&](Session& session) {
          append_journal(session, {.account = std::to_string(process), .action = "write"}, clock.now());
        });
      }
    }));
  }
  for (const pid_t child : children) CHECK(exit_of(child) == 0);
  const Database database = Database::open(path, clock);
  database.read([&](Session& session) {
    const JournalCheck check = verify_journal(session);
    CHECK(check.rows == kProcesses * kWrites);
    CHECK(check.problems == std::vector<std::string>{});
  });
}

TEST_CASE("SIGKILL in the middle of a transaction leaves the old state", "[catalog]") {
  const test::TempDir folder;
  const test::FixedClock clock{"2026-11-21T03:00:00Z"};
  const std::string path = folder / "catalog.db";
  std::array<int, 2> reached{};
  REQUIRE(::pipe(reached.data()) == 0);
  const pid_t child = in_child([&] {
    Database database = Database::open(path, clock);
    put(database, "a", "old");
    database.write([&](Session& session) {
      put_fact(session, "a", "new");
      // More than the page cache holds: part of the transaction is in the WAL already when the process dies.
      for (int i = 0; i < 2000; ++i) put_fact(session, fmt::format("key {}", i), std::string(2000, 'v'));
      if (::write(reached[1], "x", 1) != 1) ::_exit(2);
      for (;;) ::pause();
    });
  });
  char byte = 0;
  REQUIRE(::read(reached[0], &byte, 1) == 1);
  REQUIRE(::kill(child, SIGKILL) == 0);
  CHECK(exit_of(child) == -1);
  ::close(reached[0]);
  ::close(reached[1]);

  Database database = Database::open(path, clock);
  database.check_integrity();
  CHECK(fact(database, "a") == "old");
  CHECK(fact(database, "key 7") == "(absent)");
  put(database, "a", "next");
  CHECK(fact(database, "a") == "next");
}

}  // namespace
}  // namespace coffre
