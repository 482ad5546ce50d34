#include "catalog/journal.h"

#include <catch2/catch.hpp>

#include "catalog/installation.h"
#include "support/error_of.h"
#include "support/print_instant.h"
#include "unit/catalog/raw_sqlite.h"
#include "unit/catalog/sample_rows.h"

namespace coffre {
namespace {

using test::at;
using test::RawSqlite;
using Problems = std::vector<std::string>;

struct Fixture : test::SampleCatalog {
  Instant now = at("2026-11-21T03:00:00Z");

  std::uint64_t append(std::string_view action) {
    std::uint64_t seq = 0;
    database.write([&](Session& session) {
      seq = append_journal(session,
                           {.account = "coffre",
                            .action = std::string(action),
                            .subject = "A/S/NVR_ONE",
                            .result = "done",
                            .ticket = "T-1",
                            .detail = {{"reason", "because"}}},
                           now);
    });
    return seq;
  }
  void append_many(int count) {
    for (int i = 0; i < count; ++i) {
      now += Seconds{1};
      append("back_up");
    }
  }
  JournalCheck verify() {
    JournalCheck check;
    database.read([&](Session& session) { check = verify_journal(session); });
    return check;
  }
};

TEST_CASE("an empty journal holds, and has no newest row", "[catalog]") {
  Fixture f;
  const JournalCheck check = f.verify();
  CHECK(check.rows == 0);
  CHECK(check.head == Digest{});
  CHECK(check.problems == Problems{});
  f.database.read([](Session& session) { CHECK_FALSE(last_journal_time(session)); });
}

TEST_CASE("rows are numbered from 1 and come back as they were written", "[catalog]") {
  Fixture f;
  CHECK(f.append("back_up") == 1);
  f.now += Seconds{5};
  CHECK(f.append("accept") == 2);
  f.append_many(3);
  f.database.read([&](Session& session) {
    const auto rows = journal_rows(session, 2, 2);
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].seq == 2);
    CHECK(rows[0].at == at("2026-11-21T03:00:05Z"));
    REQUIRE(rows[0].entry);
    CHECK(rows[0].entry->account == "coffre");
    CHECK(rows[0].entry->action == "accept");
    CHECK(rows[0].entry->subject == "A/S/NVR_ONE");
    CHECK(rows[0].entry->result == "done");
    CHECK(rows[0].entry->ticket == "T-1");
    CHECK(rows[0].entry->detail == std::map<std::string, std::string>{{"reason", "because"}});
    CHECK(rows[1].seq == 3);
    CHECK(last_journal_time(session) == f.now);
    CHECK(journal_rows(session, 6, 100).empty());
  });
}

TEST_CASE("the chain is the documented one", "[catalog]") {
  Fixture f;
  f.append("back_up");
  f.append("accept");
  // hash = SHA-256("VBK1 audit" || u64 seq || prev (32) || i64 at || body_sha256 (32)), big-endian, by hand:
  const auto hash_of = [&](std::uint64_t seq, const Digest& prev) {
    const auto body = RawSqlite(f.path).ask(fmt::format("SELECT body FROM journal_body WHERE seq = {}", seq)).at(0);
    Bytes bytes;
    append(bytes, as_bytes("VBK1 audit"));
    bytes.resize(10 + 8);
    store_u64(ByteSpan(bytes).subspan(10), seq);
    append(bytes, prev);
    bytes.resize(10 + 8 + 32 + 8);
    store_u64(ByteSpan(bytes).subspan(50), static_cast<std::uint64_t>(to_unix(f.now)));
    append(bytes, sha256(as_bytes(body)));
    return sha256(bytes);
  };
  const Digest first = hash_of(1, Digest{});
  const Digest second = hash_of(2, first);
  const JournalCheck check = f.verify();
  CHECK(check.rows == 2);
  CHECK(to_hex(check.head) == to_hex(second));
  CHECK(check.problems == Problems{});
  f.database.read([&](Session& session) { CHECK(to_hex(journal_rows(session, 1, 1).at(0).hash) == to_hex(first)); });
}

TEST_CASE("a row that is told an earlier time gets the newest row's", "[catalog]") {
  Fixture f;
  f.append("back_up");
  f.now -= std::chrono::hours{1};
  f.append("accept");
  f.database.read([](Session& session) { CHECK(last_journal_time(session) == at("2026-11-21T03:00:00Z")); });
  CHECK(f.verify().problems == Problems{});
}

struct Change {
  std::string name;
  std::string sql;
};

// Row 38 of security-design.md section 4, and its neighbours.
std::vector<Change> forbidden_changes() {
  const std::string zeros(64, '0');
  return {
      {"update", "UPDATE journal SET at = at + 1 WHERE seq = 2"},
      {"update of the key", "UPDATE journal SET seq = 9 WHERE seq = 3"},
      {"delete", "DELETE FROM journal WHERE seq = 2"},
      {"delete of the newest", "DELETE FROM journal WHERE seq = 3"},
      {"delete of everything", "DELETE FROM journal"},
      {"replace", fmt::format("INSERT OR REPLACE INTO journal SELECT seq, at, prev, '{}', hash FROM journal "
                              "WHERE seq = 2",
                              zeros)},
      {"replace, written as REPLACE", fmt::format("REPLACE INTO journal VALUES (3, 1, '{0}', '{0}', '{0}')", zeros)},
      {"update or replace", "UPDATE OR REPLACE journal SET seq = 1 WHERE seq = 2"},
      {"insert out of order", fmt::format("INSERT INTO journal VALUES (7, 9999999999, '{0}', '{0}', '{0}')", zeros)},
      {"insert beside the chain",
       fmt::format("INSERT INTO journal VALUES (4, 9999999999, '{0}', '{0}', '{0}')", zeros)},
      {"insert into the past",
       fmt::format("INSERT INTO journal SELECT 4, 0, hash, '{0}', '{0}' FROM journal WHERE seq = 3", zeros)},
      {"upsert", fmt::format("INSERT INTO journal VALUES (2, 1, '{0}', '{0}', '{0}') ON CONFLICT (seq) DO UPDATE SET "
                             "at = 0",
                             zeros)},
      {"text updated", "UPDATE journal_body SET body = '{}' WHERE seq = 2"},
      {"text deleted", "DELETE FROM journal_body WHERE seq = 1"},
      {"text replaced", "INSERT OR REPLACE INTO journal_body VALUES (3, '{}')"},
      {"text for no row", "INSERT INTO journal_body VALUES (4, '{}')"},
      {"evidence updated", "UPDATE evidence SET type = 'restored'"},
      {"evidence deleted", "DELETE FROM evidence"},
      {"evidence replaced", "INSERT OR REPLACE INTO evidence SELECT id, digest, 'restored', at, 'real' FROM evidence"},
      {"key proof updated", "UPDATE key_proofs SET at = at + 1"},
      {"key proof deleted", "DELETE FROM key_proofs"},
      {"key proof replaced", "REPLACE INTO key_proofs SELECT id, recipient, build, epoch, at + 1 FROM key_proofs"},
  };
}

// Everything that only grows, as text.
std::vector<std::string> append_only_contents(const std::string& path) {
  RawSqlite raw(path);
  std::vector<std::string> all = raw.ask("SELECT seq || at || prev || body_sha256 || hash FROM journal");
  for (const char* sql : {"SELECT seq || body FROM journal_body", "SELECT id || type || at FROM evidence",
                          "SELECT id || at FROM key_proofs"}) {
    for (std::string& text : raw.ask(sql)) all.push_back(std::move(text));
  }
  return all;
}

// Through a connection that has none of our settings.
TEST_CASE("the database itself refuses to change the journal and the evidence", "[catalog]") {
  Fixture f;
  f.append_many(3);
  f.database.write([](Session& session) {
    insert_device(session, test::device(1, "A/S/NVR_ONE"));
    insert_backup(session, test::backup(1, 1));
    add_evidence(session, test::backup(1, 1).digest, {EvidenceType::sealed, at("2026-11-21T03:00:00Z"), ""});
    add_key_proof(session, {"0011223344556677", "b", 1, at("2026-11-21T03:00:00Z")});
  });
  const auto before = append_only_contents(f.path);
  const std::string settings = GENERATE("", "PRAGMA recursive_triggers=OFF", "PRAGMA foreign_keys=ON");
  for (const Change& change : forbidden_changes()) {
    DYNAMIC_SECTION(change.name << " with '" << settings << "'") {
      RawSqlite raw(f.path);
      if (!settings.empty()) raw.run(settings);
      const std::string complaint = raw.attempt(change.sql);
      CHECK((complaint.starts_with("the journal is append-only") || complaint == "evidence is only ever added"));
      CHECK(append_only_contents(f.path) == before);
      CHECK(f.verify().problems == Problems{});
    }
  }
  SECTION("drop, where foreign keys are on") {
    RawSqlite raw(f.path);
    raw.run("PRAGMA foreign_keys=ON");
    CHECK(raw.attempt("DROP TABLE journal") == "FOREIGN KEY constraint failed");
    CHECK(append_only_contents(f.path) == before);
  }
}

// SQLite has no way to refuse this to somebody who owns the file; what it leaves is found.
TEST_CASE("a journal that was dropped without foreign keys is missed", "[catalog]") {
  Fixture f;
  f.append_many(3);
  {
    RawSqlite raw(f.path);
    raw.run("PRAGMA foreign_keys=OFF; DROP TABLE journal");
  }
  const Error error = test::error_of([&] { f.database.check_integrity(); });
  CHECK(error.code() == ErrorCode::damaged);
}

struct HandEdit {
  std::string name;
  std::string sql;
  Problems problems;
};

std::vector<HandEdit> hand_edits() {
  return {
      {"nothing", "SELECT 1", {}},
      {"one byte of a text",
       "UPDATE journal_body SET body = replace(body, 'because', 'becausE') WHERE seq = 3",
       {"row 3: its text was changed"}},
      {"one digit of a hash",
       "UPDATE journal SET hash = substr(hash, 1, 63) || CASE substr(hash, 64) WHEN '0' THEN '1' ELSE '0' END "
       "WHERE seq = 3",
       {"row 3: its hash differs: it was changed", "row 4: it does not follow the row before it"}},
      {"a time", "UPDATE journal SET at = at - 1 WHERE seq = 3", {"row 3: its hash differs: it was changed"}},
      {"a time before the row before",
       "UPDATE journal SET at = at - 9 WHERE seq = 3",
       {"row 3: its time is before that of the row before it", "row 3: its hash differs: it was changed"}},
      {"a text's hash together with the text",
       "UPDATE journal SET body_sha256 = (SELECT body_sha256 FROM journal WHERE seq = 2) WHERE seq = 3; "
       "UPDATE journal_body SET body = (SELECT body FROM journal_body WHERE seq = 2) WHERE seq = 3",
       // All texts of this test are equal, so that nothing was changed after all.
       {}},
      {"a row removed",
       "DELETE FROM journal_body WHERE seq = 3; DELETE FROM journal WHERE seq = 3",
       {"row 4: rows before it are missing", "row 4: it does not follow the row before it"}},
      {"the first row removed",
       "DELETE FROM journal_body WHERE seq = 1; DELETE FROM journal WHERE seq = 1",
       {"row 2: rows before it are missing", "row 2: it does not follow the row before it"}},
      {"a text removed", "DELETE FROM journal_body WHERE seq = 3", {"row 3: its text is missing before its time"}},
      {"a row removed, its text kept", "DELETE FROM journal WHERE seq = 5", {"row 5: a text without its row"}},
  };
}

// What somebody can do who owns the file and takes the triggers away first.
TEST_CASE("a journal edited by hand is found by its chain", "[catalog]") {
  Fixture f;
  f.append_many(5);
  for (const HandEdit& edit : hand_edits()) {
    DYNAMIC_SECTION(edit.name) {
      RawSqlite raw(f.path);
      std::vector<std::string> triggers = raw.ask("SELECT sql FROM sqlite_schema WHERE type = 'trigger'");
      for (const std::string& name : raw.ask("SELECT name FROM sqlite_schema WHERE type = 'trigger'")) {
        raw.run("DROP TRIGGER " + name);
      }
      raw.run("PRAGMA foreign_keys=OFF; " + edit.sql);
      for (const std::string& trigger : triggers) raw.run(trigger);  // and covers the traces
      CHECK(f.verify().problems == edit.problems);
    }
  }
}

TEST_CASE("a text goes only 13 months before the last anchor", "[catalog]") {
  Fixture f;
  f.now = at("2025-01-10T00:00:00Z");
  f.append("back_up");
  f.now = at("2026-11-20T00:00:00Z");
  f.append("back_up");
  const std::string remove_first = "DELETE FROM journal_body WHERE seq = 1";
  const auto set_anchor = [&](std::string_view value) {
    f.database.write([&](Session& session) { put_fact(session, "last_anchor_at", value); });
  };
  const auto seconds_of = [](std::string_view time) { return std::to_string(to_unix(at(time))); };
  const std::string refusal = "the journal is append-only: a text stays for 13 months before the last anchor";

  SECTION("without an anchor nothing goes") {
    CHECK(RawSqlite(f.path).attempt(remove_first) == refusal);
  }
  SECTION("an anchor that is too early") {
    set_anchor(seconds_of("2026-02-10T00:00:00Z"));  // 396 days later
    CHECK(RawSqlite(f.path).attempt(remove_first) == refusal);
  }
  SECTION("an anchor that is no number of seconds") {
    set_anchor("2026-11-21T03:00:00Z");
    CHECK(RawSqlite(f.path).attempt(remove_first) == refusal);
  }
  SECTION("an anchor late enough: the old text goes, its hash stays, the chain holds") {
    set_anchor(seconds_of("2026-11-21T00:00:00Z"));
    CHECK(RawSqlite(f.path).attempt("DELETE FROM journal_body WHERE seq = 2") == refusal);
    CHECK(RawSqlite(f.path).attempt("DELETE FROM journal WHERE seq = 1") ==
          "the journal is append-only: no row is ever removed");
    CHECK(RawSqlite(f.path).attempt(remove_first) == "");
    CHECK(f.verify().problems == Problems{});
    CHECK(f.verify().rows == 2);
    f.database.read([](Session& session) {
      const auto rows = journal_rows(session, 1, 10);
      REQUIRE(rows.size() == 2);
      CHECK_FALSE(rows[0].entry);
      CHECK(rows[1].entry);
    });
    // Nobody puts another text in its place.
    CHECK(RawSqlite(f.path).attempt("INSERT INTO journal_body VALUES (1, '{}')") ==
          "the journal is append-only: a text belongs to its newest row");
  }
}

}  // namespace
}  // namespace coffre
