// Rows that a new catalog takes over stand there as they stood in the old one.
#include "catalog/carry_over.h"

#include <catch2/catch.hpp>

#include "catalog/anomalies.h"
#include "catalog/backups.h"
#include "catalog/closures.h"
#include "catalog/credentials.h"
#include "catalog/devices.h"
#include "catalog/journal.h"
#include "catalog/releases.h"
#include "catalog/retention.h"
#include "support/error_of.h"
#include "support/print_instant.h"
#include "unit/catalog/raw_sqlite.h"
#include "unit/catalog/sample_rows.h"

namespace coffre {
namespace {

using test::at;

struct Pair {
  test::SampleCatalog old;
  test::SampleCatalog fresh;
  Instant now = at("2026-11-21T03:00:00Z");

  static void append(Session& session, std::string_view action, Instant when) {
    append_journal(session, {.account = "coffre", .action = std::string(action), .subject = "A/S/NVR_ONE"}, when);
  }
  template <class Carry>
  std::uint64_t carry(Carry what) {
    std::uint64_t rows = 0;
    old.database.read([&](Session& from) { fresh.database.write([&](Session& to) { rows = what(from, to); }); });
    return rows;
  }
};

JournalCheck journal_of(test::SampleCatalog& catalog) {
  JournalCheck check;
  catalog.database.read([&](Session& session) { check = verify_journal(session); });
  return check;
}

TEST_CASE("the journal is taken over with its chain, and the next row continues it", "[catalog]") {
  Pair pair;
  pair.old.database.write([&](Session& session) {
    Pair::append(session, "back_up", pair.now);
    Pair::append(session, "verify", pair.now + Seconds{5});
  });
  const JournalCheck before = journal_of(pair.old);
  CHECK(pair.carry(carry_journal) == 2);
  CHECK(journal_of(pair.fresh).head == before.head);
  pair.fresh.database.write([&](Session& session) { Pair::append(session, "rebuild", pair.now + Seconds{9}); });
  const JournalCheck after = journal_of(pair.fresh);
  CHECK(after.rows == 3);
  CHECK(after.problems == std::vector<std::string>{});
}

TEST_CASE("holds are taken over as they stood", "[catalog]") {
  Pair pair;
  pair.old.database.write([&](Session& session) {
    put_hold(session, {"CLIEXEMP/SIEGEPARIS", Hold::legal, "claim", "T-1", "paul", pair.now});
  });
  CHECK(pair.carry(carry_holds) == 1);
  pair.fresh.database.read([&](Session& session) {
    REQUIRE(holds(session).size() == 1);
    CHECK(holds(session)[0].subject == "CLIEXEMP/SIEGEPARIS");
    CHECK(holds(session)[0].kind == Hold::legal);
    CHECK(holds(session)[0].at == pair.now);
  });
}

TEST_CASE("a contract that ends is taken over with its two persons, and whether it was attested", "[catalog]") {
  Pair pair;
  const ClosureRow running{.client = "CLIEXEMP",
                           .closes_at = pair.now + Seconds{7},
                           .first_person = "paul",
                           .second_person = "anne",
                           .reason = "end of contract",
                           .ticket = "T-2",
                           .account = "paul@server",
                           .recorded_at = pair.now};
  pair.old.database.write([&](Session& session) {
    put_closure(session, running);
    ClosureRow attested = running;
    attested.client = "AUTRE";
    put_closure(session, attested);
    note_attested(session, "AUTRE", pair.now + Seconds{9});
  });
  CHECK(pair.carry(carry_closures) == 2);
  pair.fresh.database.read([&](Session& session) {
    CHECK(find_closure(session, "AUTRE")->attested_at == pair.now + Seconds{9});
    const auto row = find_closure(session, "CLIEXEMP");
    REQUIRE(row);
    CHECK(row->closes_at == running.closes_at);
    CHECK(row->first_person + " " + row->second_person == "paul anne");
    CHECK(row->reason == running.reason);
    CHECK(row->ticket == running.ticket);
    CHECK(row->account == running.account);
    CHECK(row->recorded_at == pair.now);
    CHECK_FALSE(row->attested_at);
  });
}

TEST_CASE("releases are taken over, of the backups that are known", "[catalog]") {
  Pair pair;
  const DeviceRow device = test::device(1, "CLIEXEMP/SIEGEPARIS/NVR_NVR-1");
  pair.old.database.write([&](Session& session) {
    insert_device(session, device);
    for (const std::uint64_t sequence : {1U, 2U}) {
      const BackupRow backup = test::backup(1, sequence);
      insert_backup(session, backup);
      put_release(session, {backup.digest, "A. Martin", "B. Durand", "site demolished", "T-3", "paul", pair.now});
    }
  });
  pair.fresh.database.write([&](Session& session) {
    insert_device(session, device);
    insert_backup(session, test::backup(1, 2));
  });
  CHECK(pair.carry(carry_releases) == 1);
  pair.fresh.database.read([&](Session& session) {
    REQUIRE(releases(session).size() == 1);
    CHECK(releases(session)[0].digest == test::backup(1, 2).digest);
    CHECK(releases(session)[0].second_person == "B. Durand");
    CHECK(releases(session)[0].at == pair.now);
  });
}

TEST_CASE("expired backups are taken over for the devices that are known, and only where no file tells of them",
          "[catalog]") {
  Pair pair;
  const DeviceRow known = test::device(1, "CLIEXEMP/SIEGEPARIS/NVR_NVR-1");
  const DeviceRow unknown = test::device(2, "CLIEXEMP/SIEGEPARIS/NVR_NVR-2");
  pair.old.database.write([&](Session& session) {
    insert_device(session, known);
    insert_device(session, unknown);
    for (const BackupRow& backup : {test::backup(1, 1), test::backup(1, 2), test::backup(1, 3), test::backup(2, 1)}) {
      insert_backup(session, backup);
      if (backup.sequence < 3) note_expired_copy(session, backup.digest, "local", pair.now);
    }
  });
  pair.fresh.database.write([&](Session& session) {
    insert_device(session, known);
    insert_backup(session, test::backup(1, 2));
  });
  CHECK(pair.carry(carry_expired) == 1);
  pair.fresh.database.read([&](Session& session) {
    const auto rows = list_all_of_device(session, known.id);
    REQUIRE(rows.size() == 2);
    CHECK_FALSE(rows[0].expired_at);
    CHECK(rows[1].sequence == 1);
    CHECK(rows[1].expired_at == pair.now);
    CHECK(list_backups(session, {}).size() == 1);
  });
}

TEST_CASE("a journal whose texts were shortened is taken over with its hashes alone", "[catalog]") {
  Pair pair;
  pair.old.database.write([&](Session& session) { Pair::append(session, "back_up", pair.now); });
  test::RawSqlite raw(pair.old.path);
  raw.run("DROP TRIGGER IF EXISTS journal_body_delete");
  raw.run("DELETE FROM journal_body");
  CHECK(pair.carry(carry_journal) == 1);
  CHECK(journal_of(pair.fresh).head == journal_of(pair.old).head);
}

TEST_CASE("a chain is never joined to another one", "[catalog]") {
  Pair pair;
  pair.old.database.write([&](Session& session) { Pair::append(session, "back_up", pair.now); });
  pair.fresh.database.write([&](Session& session) { Pair::append(session, "init", pair.now); });
  CHECK_THROWS_AS(pair.carry(carry_journal), Error);
  CHECK(journal_of(pair.fresh).rows == 1);
}

TEST_CASE("anomalies keep number, times and what closed them; a new matter gets a number of its own", "[catalog]") {
  Pair pair;
  std::int64_t closed = 0;
  std::int64_t open = 0;
  pair.old.database.write([&](Session& session) {
    closed = open_anomaly(session, AnomalyCode::disk_space, "local", "4 % left", pair.now);
    close_anomaly(session, AnomalyCode::disk_space, "local", "30 % left", pair.now + Seconds{5});
    open = open_anomaly(session, AnomalyCode::clear_extract, "/home/tech", "2 parts", pair.now + Seconds{9});
  });
  CHECK(pair.carry(carry_anomalies) == 2);
  pair.fresh.database.write([&](Session& session) {
    const auto all = all_anomalies(session);  // newest first
    REQUIRE(all.size() == 2);
    CHECK(all[0].number == open);
    CHECK(all[0].detail == "2 parts");
    CHECK(all[0].due == pair.now + Seconds{9} + std::chrono::hours{24});
    CHECK_FALSE(all[0].closed);
    CHECK(all[1].number == closed);
    CHECK(all[1].closed == pair.now + Seconds{5});
    CHECK(all[1].closed_by == "30 % left");
    CHECK(open_anomaly(session, AnomalyCode::disk_space, "local", "", pair.now) > open);
  });
}

TEST_CASE("a credential stays wrapped and stopped as it was", "[catalog]") {
  Pair pair;
  pair.old.database.write([&](Session& session) {
    put_credential(session, {.name = "siege-nvr", .user = "coffre", .wrapped = {0x00, 0xff}, .set_at = pair.now});
    put_credential(session, {.name = "quai-nvr", .user = "coffre", .wrapped = {0x11, 0xee}, .set_at = pair.now});
    REQUIRE(stop_credential(session, "siege-nvr", pair.now, "A/S/NVR_ONE", "401"));
  });
  CHECK(pair.carry(carry_credentials) == 2);
  pair.fresh.database.read([&](Session& session) {
    const auto siege = find_credential(session, "siege-nvr");
    REQUIRE(siege);
    CHECK(siege->wrapped == Bytes{0x00, 0xff});
    CHECK(siege->stopped);
    CHECK(siege->stopped_by == "A/S/NVR_ONE");
    CHECK(siege->stopped_reason == "401");
    const auto quai = find_credential(session, "quai-nvr");
    REQUIRE(quai);
    CHECK(quai->set_at == pair.now);
    CHECK_FALSE(quai->stopped);
  });
}

}  // namespace
}  // namespace coffre
