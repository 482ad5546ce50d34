#include "catalog/locks.h"

#include <catch2/catch.hpp>

#include "catalog/backups.h"
#include "catalog/devices.h"
#include "support/error_of.h"
#include "support/print_instant.h"
#include "unit/catalog/sample_rows.h"

namespace coffre {
namespace {

const Instant kSeen = test::at("2026-11-21T03:00:00Z");
const Instant kUntil = test::at("2027-02-21T03:00:00Z");

CopyRow copy(const std::string& replica, const std::string& state) {
  return {.replica = replica, .path = "p", .seen_at = kSeen, .state = state};
}

TEST_CASE("the lock of a copy is the last one noted, and outlives later looks at the copy", "[catalog]") {
  test::SampleCatalog f;
  const BackupRow first = test::backup(1, 1);
  const BackupRow second = test::backup(1, 2);
  const BackupRow third = test::backup(1, 3);
  f.database.write([&](Session& session) {
    insert_device(session, test::device(1, "CLIEXEMP/SIEGEPARIS/NVR_NVR-1"));
    for (const BackupRow& row : {first, second, third}) {
      insert_backup(session, row);
      put_copy(session, row.digest, copy("cloud", "good"));
      put_copy(session, row.digest, copy("local", "good"));
    }
    put_lock(session, first.digest, "cloud", kUntil + Seconds(60));
    put_lock(session, first.digest, "cloud", kUntil);
    put_lock(session, third.digest, "cloud", kUntil - Seconds(60));
    put_copy(session, first.digest, copy("cloud", "good"));
  });
  f.database.read([&](Session& session) {
    const auto rows = locks_in(session, "cloud");
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].digest == second.digest);
    CHECK_FALSE(rows[0].until.has_value());
    CHECK(rows[1].digest == third.digest);
    CHECK(rows[2].until == kUntil);
    for (const LockRow& row : locks_in(session, "local")) CHECK_FALSE(row.until.has_value());
  });
  f.database.write([&](Session& session) { put_copy(session, first.digest, copy("cloud", "missing")); });
  f.database.read([&](Session& session) { CHECK(locks_in(session, "cloud").size() == 2); });
}

TEST_CASE("the lock of a copy that nobody recorded is refused", "[catalog]") {
  test::SampleCatalog f;
  const Error error = test::error_of([&] {
    f.database.write([&](Session& session) { put_lock(session, test::digest_of("nothing"), "cloud", kUntil); });
  });
  CHECK(error.code() == ErrorCode::not_found);
}

}  // namespace
}  // namespace coffre
