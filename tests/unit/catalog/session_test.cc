#include "catalog/session.h"

#include <catch2/catch.hpp>
#include <limits>

#include "support/error_of.h"
#include "support/print_instant.h"
#include "unit/catalog/raw_sqlite.h"
#include "unit/catalog/sample_rows.h"

namespace coffre {
namespace {

using test::error_of;

struct Fixture {
  test::TempDir folder;
  std::string path = folder / "a b=c.db";  // spaces and equal signs mean something in SOCI's connect string
  Connection connection{made(path), Access::read_write};
  Session& session = connection.session();

  static const std::string& made(const std::string& path) {
    test::write_file(path, "");
    test::RawSqlite(path).run(
        "CREATE TABLE things (id INTEGER PRIMARY KEY, number INTEGER, real REAL, text TEXT UNIQUE, "
        "owner INTEGER REFERENCES things (id)) STRICT");
    return path;
  }
};

TEST_CASE("every type that rows are made of comes back as it went in", "[catalog]") {
  Fixture f;
  const Digest digest = test::digest_of("x");
  const Instant time = test::at("2262-01-01T00:00:00Z");

  SECTION("whole numbers over their full range") {
    for (const std::int64_t number : {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1},
                                      std::int64_t{5000000000}, std::numeric_limits<std::int64_t>::max()}) {
      std::int64_t out = 0;
      CHECK(f.session.one("SELECT :n", {number}, {&out}));
      CHECK(out == number);
    }
  }
  SECTION("others") {
    std::uint64_t big = 0;
    bool flag = false;
    double real = 0;
    std::string text;
    Digest digest_out{};
    Instant time_out;
    CHECK(f.session.one("SELECT :a, :b, :c, :d, :e, :f",
                        {std::uint64_t{1} << 62U, true, 0.5, "it's \"quoted\"; é", digest, time},
                        {&big, &flag, &real, &text, &digest_out, &time_out}));
    CHECK(big == std::uint64_t{1} << 62U);
    CHECK(flag);
    CHECK(real == 0.5);
    CHECK(text == "it's \"quoted\"; é");
    CHECK(digest_out == digest);
    CHECK(time_out == time);
  }
  SECTION("absent values") {
    std::optional<std::string> text = "before";
    std::optional<std::int64_t> number = 7;
    std::optional<Instant> when = time;
    CHECK(f.session.one("SELECT :a, :b, :c", {std::nullopt, std::optional<int>(), std::optional<Instant>(time)},
                        {&text, &number, &when}));
    CHECK_FALSE(text);
    CHECK_FALSE(number);
    CHECK(when == time);
  }
}

TEST_CASE("rows come one by one, and none is an answer too", "[catalog]") {
  Fixture f;
  for (int i = 1; i <= 3; ++i) CHECK(f.session.run("INSERT INTO things (number) VALUES (:n)", {i}) == 1);
  std::vector<std::int64_t> seen;
  std::int64_t number = 0;
  f.session.each("SELECT number FROM things ORDER BY id", {}, {&number}, [&] { seen.push_back(number); });
  CHECK(seen == std::vector<std::int64_t>{1, 2, 3});
  number = 42;
  CHECK_FALSE(f.session.one("SELECT number FROM things WHERE id = :id", {99}, {&number}));
  CHECK(number == 42);
  CHECK(f.session.run("UPDATE things SET number = number + 1 WHERE number > :n", {1}) == 2);
  CHECK(f.session.run("DELETE FROM things WHERE number = :n", {77}) == 0);
}

TEST_CASE("a statement has ended when its function returns", "[catalog]") {
  Fixture f;
  std::int64_t id = 0;
  CHECK(f.session.one("INSERT INTO things (number) VALUES (:n) RETURNING id", {1}, {&id}));
  // A live RETURNING would keep the write lock.
  CHECK(test::RawSqlite(f.path).attempt("BEGIN IMMEDIATE; INSERT INTO things (number) VALUES (2); COMMIT") == "");
}

TEST_CASE("a statement that does not fit its variables is our own mistake", "[catalog]") {
  Fixture f;
  std::int64_t a = 0;
  std::int64_t b = 0;
  CHECK(error_of([&] { (void)f.session.one("SELECT 1, 2", {}, {&a}); }).code() == ErrorCode::internal);
  CHECK(error_of([&] { (void)f.session.one("SELECT 1", {}, {&a, &b}); }).code() == ErrorCode::internal);
  CHECK(error_of([&] { (void)f.session.one("SELECT :a", {}, {&a}); }).code() == ErrorCode::internal);
  CHECK(error_of([&] { (void)f.session.one("SELECT 1", {1}, {&a}); }).code() == ErrorCode::internal);
  CHECK(error_of([&] { (void)f.session.one("SELECT 1 UNION SELECT 2", {}, {&a}); }).code() == ErrorCode::internal);
  CHECK(error_of([&] { f.session.run("SELEKT"); }).code() == ErrorCode::internal);
  CHECK(error_of([&] { f.session.run("SELECT :a", {std::numeric_limits<std::uint64_t>::max()}); }).code() ==
        ErrorCode::internal);
  CHECK(error_of([&] { f.session.run("SELECT :a", {std::string("a\0b", 3)}); }).code() == ErrorCode::internal);
}

TEST_CASE("what cannot be in a column is damage", "[catalog]") {
  Fixture f;
  std::int64_t number = 0;
  std::uint32_t small = 0;
  bool flag = false;
  Digest digest{};
  CHECK(error_of([&] { (void)f.session.one("SELECT NULL", {}, {&number}); }).code() == ErrorCode::damaged);
  CHECK(error_of([&] { (void)f.session.one("SELECT -1", {}, {&small}); }).code() == ErrorCode::damaged);
  CHECK(error_of([&] { (void)f.session.one("SELECT 4294967296", {}, {&small}); }).code() == ErrorCode::damaged);
  CHECK(error_of([&] { (void)f.session.one("SELECT 2", {}, {&flag}); }).code() == ErrorCode::damaged);
  CHECK(error_of([&] { (void)f.session.one("SELECT 'xyz'", {}, {&digest}); }).code() == ErrorCode::damaged);
}

TEST_CASE("the engine's refusals become codes that a caller can decide on, and never tell a bound value", "[catalog]") {
  Fixture f;
  f.session.run("INSERT INTO things (text) VALUES (:t)", {"canary-4711"});
  struct Row {
    std::string name;
    const char* sql;
    Values values;
    ErrorCode code;
  };
  const auto row = GENERATE(values<Row>(
      {{"a second of something unique", "INSERT INTO things (text) VALUES (:t)", {"canary-4711"}, ErrorCode::conflict},
       {"a reference to nothing",
        "INSERT INTO things (owner, text) VALUES (:o, :t)",
        {99, "canary-4712"},
        ErrorCode::not_found},
       {"a text where a number belongs",
        "INSERT INTO things (number) VALUES (:t)",
        {"canary-4713"},
        ErrorCode::internal},
       {"a table that is not there", "INSERT INTO nothing (text) VALUES (:t)", {"canary-4714"}, ErrorCode::internal}}));
  DYNAMIC_SECTION(row.name) {
    const Error error = error_of([&] { f.session.run(row.sql, row.values); });
    CHECK(error.code() == row.code);
    CHECK(error.subject() == f.path);
    CHECK_THAT(error.what(), !Catch::Contains("canary"));
  }
  SECTION("somebody else has the lock") {
    test::RawSqlite other(f.path);
    other.run("BEGIN IMMEDIATE");
    test::RawSqlite::ask_column(f.connection.raw(), "PRAGMA busy_timeout=0", 0);
    CHECK(error_of([&] { f.session.run("BEGIN IMMEDIATE"); }).code() == ErrorCode::conflict);
  }
  SECTION("no room") {
    test::RawSqlite::ask_column(f.connection.raw(), "PRAGMA max_page_count=4", 0);
    const Error error =
        error_of([&] { f.session.run("INSERT INTO things (text) VALUES (:t)", {std::string(100000, 'x')}); });
    CHECK(error.code() == ErrorCode::no_space);
  }
}

TEST_CASE("a connection waits 10 s for others and writes durably", "[catalog]") {
  Fixture f;
  std::int64_t number = 0;
  std::string text;
  CHECK(f.session.one("PRAGMA busy_timeout", {}, {&number}));
  CHECK(number == 10000);
  CHECK(f.session.one("PRAGMA synchronous", {}, {&number}));
  CHECK(number == 2);  // FULL
  CHECK(f.session.one("PRAGMA journal_mode", {}, {&text}));
  CHECK(text == "wal");
  for (const char* pragma : {"PRAGMA foreign_keys", "PRAGMA recursive_triggers", "PRAGMA secure_delete"}) {
    CHECK(f.session.one(pragma, {}, {&number}));
    CHECK(number == 1);
  }
}

TEST_CASE("a connection for queries refuses to write", "[catalog]") {
  Fixture f;
  for (const Access access : {Access::query_only, Access::read_only}) {
    Connection reader(f.path, access);
    CHECK(error_of([&] { reader.session().run("INSERT INTO things (number) VALUES (1)"); }).code() == ErrorCode::io);
  }
}

TEST_CASE("a path that SOCI would misread is refused", "[catalog]") {
  CHECK(error_of([] { Connection("/var/tmp/a\"b.db", Access::read_write); }).code() == ErrorCode::usage);
}

}  // namespace
}  // namespace coffre
