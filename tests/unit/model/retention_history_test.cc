#include "model/retention_history.h"

#include <catch2/catch.hpp>

#include "support/error_of.h"
#include "support/paris_zone.h"
#include "support/print_instant.h"

namespace coffre {

TEST_CASE("a device's last backups are released by two persons who are not the same, with a reason") {
  const Instant from = test::utc("2026-11-26T00:00:00Z");
  CHECK(FloorRelease("a.martin", "b.durand", "contract ended", from).from() == from);
  struct Row {
    const char* first;
    const char* second;
    const char* reason;
  };
  const auto row = GENERATE(values<Row>({{"", "b.durand", "contract ended"},
                                         {"a.martin", "  ", "contract ended"},
                                         {"a.martin", "a.martin", "contract ended"},
                                         {"a.martin", " A.Martin ", "contract ended"},
                                         {"a.martin", "b.durand", ""},
                                         {"a.martin", "b.durand", " "}}));
  CAPTURE(row.first, row.second, row.reason);
  CHECK(test::error_of([&] { FloorRelease(row.first, row.second, row.reason, from); }).code() == ErrorCode::usage);
}

TEST_CASE("a backup is future-dated when it is dated more than an hour after now") {
  BackupFacts backup;
  backup.created_at = test::utc("2026-11-26T03:00:00Z");
  CHECK(is_future_dated(backup, test::utc("2026-11-26T01:59:59Z")));
  CHECK_FALSE(is_future_dated(backup, test::utc("2026-11-26T02:00:00Z")));
  CHECK_FALSE(is_future_dated(backup, test::utc("2026-11-27T00:00:00Z")));
}

TEST_CASE("replicas have the names that they have everywhere else") {
  CHECK(to_string(ReplicaRole::local) == "local");
  CHECK(to_string(ReplicaRole::cloud) == "cloud");
}

}  // namespace coffre
