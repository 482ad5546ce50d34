#include "catalog/anomalies.h"

#include <catch2/catch.hpp>

#include "support/print_instant.h"
#include "unit/catalog/sample_rows.h"

namespace coffre {
namespace {

using test::at;

TEST_CASE("one matter is open once per code and subject; opening it again only tells more", "[catalog]") {
  test::SampleCatalog catalog;
  const Instant first = at("2026-11-21T03:00:00Z");
  const Instant later = at("2026-11-22T09:00:00Z");
  catalog.database.write([&](Session& session) {
    const auto number = open_anomaly(session, AnomalyCode::backup_missing, "A/S/NVR_ONE", "no answer", first);
    CHECK(open_anomaly(session, AnomalyCode::backup_missing, "A/S/NVR_ONE", "still none", later) == number);
    CHECK(open_anomaly(session, AnomalyCode::backup_missing, "A/S/NVR_TWO", "", later) != number);
    CHECK(open_anomaly(session, AnomalyCode::pin_changed, "A/S/NVR_ONE", "", later) != number);
  });
  catalog.database.read([&](Session& session) {
    const auto open = open_anomalies(session);
    REQUIRE(open.size() == 3);
    CHECK(open[0].code == AnomalyCode::backup_missing);
    CHECK(open[0].subject == "A/S/NVR_ONE");
    CHECK(open[0].detail == "still none");
    CHECK(open[0].opened == first);
    CHECK(open[0].due == first + std::chrono::hours{24});
    CHECK_FALSE(open[0].closed);
  });
}

TEST_CASE("a closed matter stays on record, and may open again under a new number", "[catalog]") {
  test::SampleCatalog catalog;
  const Instant now = at("2026-11-21T03:00:00Z");
  std::int64_t first = 0;
  std::int64_t second = 0;
  catalog.database.write([&](Session& session) {
    CHECK_FALSE(close_anomaly(session, AnomalyCode::disk_space, "local", "freed", now));
    first = open_anomaly(session, AnomalyCode::disk_space, "local", "4 % left", now);
    CHECK_FALSE(close_anomaly(session, AnomalyCode::disk_space, "cloud", "freed", now));
    CHECK(close_anomaly(session, AnomalyCode::disk_space, "local", "30 % left", now + Seconds{5}));
    CHECK_FALSE(close_anomaly(session, AnomalyCode::disk_space, "local", "twice", now + Seconds{6}));
    second = open_anomaly(session, AnomalyCode::disk_space, "local", "3 % left", now + Seconds{9});
  });
  CHECK(first != second);
  catalog.database.read([&](Session& session) {
    const auto open = open_anomalies(session);
    REQUIRE(open.size() == 1);
    CHECK(open[0].number == second);
    const auto all = all_anomalies(session);  // newest first
    REQUIRE(all.size() == 2);
    CHECK(all[0].number == second);
    CHECK(all[1].number == first);
    CHECK(all[1].closed == now + Seconds{5});
    CHECK(all[1].closed_by == "30 % left");
  });
}

TEST_CASE("what happened before a matter arose does not close it", "[catalog]") {
  test::SampleCatalog catalog;
  const Instant opened = at("2026-11-21T03:00:00Z");
  const auto close = [&](Instant evidence_at) {
    bool closed = false;
    catalog.database.write([&](Session& session) {
      closed = close_older_anomaly(session, AnomalyCode::backup_missing, "A/S/NVR_ONE", evidence_at, "B.bak",
                                   opened + Seconds{99});
    });
    return closed;
  };
  CHECK_FALSE(close(opened));
  catalog.database.write(
      [&](Session& session) { open_anomaly(session, AnomalyCode::backup_missing, "A/S/NVR_ONE", "", opened); });
  CHECK_FALSE(close(opened - Seconds{1}));
  CHECK(close(opened));
  CHECK_FALSE(close(opened));
}

TEST_CASE("open matters come in the order of their deadlines", "[catalog]") {
  test::SampleCatalog catalog;
  const Instant now = at("2026-11-21T03:00:00Z");
  catalog.database.write([&](Session& session) {
    open_anomaly(session, AnomalyCode::disk_space, "third", "", now + Seconds{3});
    open_anomaly(session, AnomalyCode::disk_space, "first", "", now + Seconds{1});
    open_anomaly(session, AnomalyCode::disk_space, "second", "", now + Seconds{2});
  });
  catalog.database.read([](Session& session) {
    std::vector<std::string> subjects;
    for (const Anomaly& anomaly : open_anomalies(session)) subjects.push_back(anomaly.subject);
    CHECK(subjects == std::vector<std::string>{"first", "second", "third"});
  });
}

}  // namespace
}  // namespace coffre
