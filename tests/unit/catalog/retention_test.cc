#include "catalog/retention.h"

#include <catch2/catch.hpp>

#include "catalog/backups.h"
#include "support/error_of.h"
#include "unit/catalog/sample_rows.h"

namespace coffre {
namespace {

struct Sample : test::SampleCatalog {
  BackupRow backup = test::backup(1, 1);
  Sample() {
    database.write([&](Session& session) {
      insert_device(session, test::device(1, "CLIEXEMP/SIEGEPARIS/NVR_NVR-1"));
      insert_backup(session, backup);
      for (const char* const replica : {"cloud", "local"}) {
        put_copy(session, backup.digest, {.replica = replica, .path = "p", .seen_at = from_unix(5), .state = "good"});
      }
    });
  }
};

TEST_CASE("a backup is announced once, and of one that is there", "[catalog]") {
  Sample f;
  const auto put = [&](const Digest& digest) {
    f.database.write([&](Session& session) { put_announcement(session, {digest, from_unix(7), "tier_ended"}); });
  };
  put(f.backup.digest);
  CHECK(test::error_of([&] { put(f.backup.digest); }).code() == ErrorCode::conflict);
  CHECK(test::error_of([&] { put(test::digest_of("nothing")); }).code() == ErrorCode::not_found);
  f.database.write([&](Session& session) {
    REQUIRE(announcements(session).size() == 1);
    CHECK(announcements(session)[0].announced_at == from_unix(7));
    CHECK(announcements(session)[0].reasons == "tier_ended");
    CHECK(remove_announcement(session, f.backup.digest));
    CHECK_FALSE(remove_announcement(session, f.backup.digest));
  });
}

TEST_CASE("one hold a subject, by subject", "[catalog]") {
  Sample f;
  const HoldRow site{"CLIEXEMP/SIEGEPARIS", Hold::legal, "claim", "T-1", "paul", from_unix(9)};
  f.database.write([&](Session& session) {
    put_hold(session, site);
    put_hold(session, {"CLIEXEMP", Hold::contract, "contract", "", "paul", from_unix(9)});
  });
  CHECK(test::error_of([&] { f.database.write([&](Session& session) { put_hold(session, site); }); }).code() ==
        ErrorCode::conflict);
  f.database.write([&](Session& session) {
    const auto rows = holds(session);
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].subject == "CLIEXEMP");
    CHECK(rows[0].kind == Hold::contract);
    CHECK(rows[1].kind == Hold::legal);
    CHECK(rows[1].reason == "claim");
    CHECK(rows[1].at == from_unix(9));
    CHECK(remove_hold(session, "CLIEXEMP"));
    CHECK_FALSE(remove_hold(session, "CLIEXEMP"));
  });
}

TEST_CASE("when a backup was first proven is noted once", "[catalog]") {
  Sample f;
  f.database.write([&](Session& session) {
    CHECK_FALSE(find_backup_by_digest(session, f.backup.digest)->first_proven);
    note_first_proven(session, f.backup.digest, from_unix(11));
    note_first_proven(session, f.backup.digest, from_unix(12));
    CHECK(find_backup_by_digest(session, f.backup.digest)->first_proven == from_unix(11));
  });
}

TEST_CASE("a backup has expired with its last copy: it is listed no more, but its number stays known", "[catalog]") {
  Sample f;
  f.database.write([&](Session& session) {
    note_expired_copy(session, f.backup.digest, "cloud", from_unix(20));
    CHECK_FALSE(find_backup_by_digest(session, f.backup.digest)->expired_at);
    CHECK(count_copies(session, "cloud") == 0);
    CHECK(count_copies(session, "local") == 1);
    CHECK(backups_without_good_copy(session, "cloud").empty());
    CHECK(list_backups(session, {}).size() == 1);

    note_expired_copy(session, f.backup.digest, "local", from_unix(21));
    CHECK(find_backup_by_digest(session, f.backup.digest)->expired_at == from_unix(21));
    CHECK(list_backups(session, {}).empty());
    CHECK(list_all_of_device(session, f.backup.device_id).size() == 1);
    CHECK(sequence_head(session, f.backup.device_id)->sequence == f.backup.sequence);
    CHECK(copies_of(session, f.backup.digest).at(0).state == "expired");
  });
}

TEST_CASE("a copy that was lost before keeps no backup from having expired; a damaged one does", "[catalog]") {
  Sample f;
  const bool damaged = GENERATE(false, true);
  f.database.write([&](Session& session) {
    put_copy(session, f.backup.digest,
             {.replica = "cloud", .path = "p", .seen_at = from_unix(5), .state = damaged ? "damaged" : "missing"});
    note_expired_copy(session, f.backup.digest, "local", from_unix(21));
    CHECK(find_backup_by_digest(session, f.backup.digest)->expired_at.has_value() == !damaged);
  });
}

}  // namespace
}  // namespace coffre
