#include "catalog/read_backs.h"

#include <catch2/catch.hpp>

#include "catalog/retention.h"
#include "unit/catalog/sample_rows.h"

namespace coffre {
namespace {

CopyRow placed(const std::string& replica, const std::string& state, Instant seen_at) {
  return {.replica = replica, .path = replica + "/p", .seen_at = seen_at, .state = state};
}

TEST_CASE("copies never read come first, then the oldest reading; what expires is not read again", "[catalog]") {
  test::SampleCatalog f;
  const Instant now = f.clock.now();
  const auto days = [&](int count) { return now - std::chrono::days{count}; };
  const BackupRow old = test::backup(1, 1);
  const BackupRow rebuilt = test::backup(1, 2);
  const BackupRow expiring = test::backup(1, 3);
  f.database.write([&](Session& session) {
    insert_device(session, test::device(1, "CLIEXEMP/SIEGEPARIS/NVR_NVR-1"));
    for (const BackupRow& row : {old, rebuilt, expiring}) insert_backup(session, row);
    put_copy(session, old.digest, placed("local", "good", days(20)));
    put_copy(session, old.digest, placed("cloud", "damaged", days(30)));
    put_copy(session, rebuilt.digest, placed("local", "seen", days(1)));
    put_copy(session, rebuilt.digest, placed("cloud", "good", days(1)));
    put_copy(session, expiring.digest, placed("local", "good", days(90)));
    put_copy(session, expiring.digest, placed("cloud", "good", days(90)));
    note_expired_copy(session, expiring.digest, "cloud", now);
  });
  f.database.read([&](Session& session) {
    const auto due = copies_to_read(session, days(15));
    REQUIRE(due.size() == 3);
    CHECK(due[0].digest == rebuilt.digest);
    CHECK(due[0].never_read);
    CHECK(due[1].replica == "cloud");
    CHECK(due[1].name == old.name);
    CHECK(due[1].file_size == old.file_size);
    CHECK(due[2].replica == "local");
    CHECK(due[2].seen_at == days(20));
    CHECK(copies_to_read(session, Instant::max()).size() == 4);

    const auto local = copies_in(session, "local");
    REQUIRE(local.size() == 2);
    CHECK(copies_in(session, "cloud").size() == 2);
    CHECK(has_expired_copy(session, expiring.digest));
    CHECK_FALSE(has_expired_copy(session, old.digest));
  });
}

}  // namespace
}  // namespace coffre
