#include "catalog/releases.h"

#include <catch2/catch.hpp>

#include "catalog/backups.h"
#include "catalog/devices.h"
#include "support/error_of.h"
#include "support/print_instant.h"
#include "unit/catalog/sample_rows.h"

namespace coffre {
namespace {

struct Released {
  test::SampleCatalog f;
  BackupRow backup = test::backup(1, 1);

  Released() {
    f.database.write([&](Session& session) {
      insert_device(session, test::device(1, "CLIEXEMP/SIEGEPARIS/NVR_NVR-1"));
      insert_backup(session, backup);
    });
  }
  [[nodiscard]] ReleaseRow row() const {
    return {.digest = backup.digest,
            .first_person = "A. Martin",
            .second_person = "B. Durand",
            .reason = "site demolished",
            .ticket = "T-3",
            .account = "paul",
            .at = from_unix(1'795'230'000)};
  }
  void put(const ReleaseRow& release) {
    f.database.write([&](Session& session) { put_release(session, release); });
  }
};

TEST_CASE("a backup is released once, and the row says by whom and why", "[catalog]") {
  Released f;
  f.put(f.row());
  CHECK(test::error_of([&] { f.put(f.row()); }).code() == ErrorCode::conflict);
  f.f.database.write([&](Session& session) {
    REQUIRE(releases(session).size() == 1);
    const ReleaseRow row = releases(session)[0];
    CHECK(row.digest == f.backup.digest);
    CHECK(row.first_person == "A. Martin");
    CHECK(row.second_person == "B. Durand");
    CHECK(row.reason == "site demolished");
    CHECK(row.ticket == "T-3");
    CHECK(row.account == "paul");
    CHECK(row.at == from_unix(1'795'230'000));
    CHECK(remove_release(session, f.backup.digest));
    CHECK_FALSE(remove_release(session, f.backup.digest));
    CHECK(releases(session).empty());
  });
}

TEST_CASE("the same person twice is not two, and what nobody knows is not released, also for the database",
          "[catalog]") {
  Released f;
  ReleaseRow row = f.row();
  row.second_person = row.first_person;
  CHECK_THROWS_AS(f.put(row), Error);
  row = f.row();
  row.reason = "";
  CHECK_THROWS_AS(f.put(row), Error);
  row = f.row();
  row.digest = test::backup(1, 2).digest;
  CHECK(test::error_of([&] { f.put(row); }).code() == ErrorCode::not_found);
}

}  // namespace
}  // namespace coffre
