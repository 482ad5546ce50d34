#include "os/zone_loader.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "support/error_of.h"

using namespace coffre;

namespace {

Instant at(std::string_view text) {
  return from_rfc3339(text).value();
}

}  // namespace

TEST_CASE("Instants become the wall clock of Paris, winter and summer, and through both changes") {
  struct Row {
    std::string utc;
    LocalMinute local;
    int offset;
    unsigned iso_weekday;
  };
  const auto row = GENERATE(values<Row>({
      {"2025-01-15T02:00:00Z", {2025, 1, 15, 3, 0}, 60, 3},
      {"2025-05-10T01:00:00Z", {2025, 5, 10, 3, 0}, 120, 6},
      {"2025-12-31T23:30:00Z", {2026, 1, 1, 0, 30}, 60, 4},
      {"2025-03-30T00:59:59Z", {2025, 3, 30, 1, 59}, 60, 7},
      {"2025-03-30T01:00:00Z", {2025, 3, 30, 3, 0}, 120, 7},
      {"2025-10-26T00:30:00Z", {2025, 10, 26, 2, 30}, 120, 7},
      {"2025-10-26T01:30:00Z", {2025, 10, 26, 2, 30}, 60, 7},
      {"1970-01-01T00:00:00Z", {1970, 1, 1, 1, 0}, 60, 4},
      {"2037-07-01T00:00:00Z", {2037, 7, 1, 2, 0}, 120, 3},
      {"2099-12-01T00:00:00Z", {2099, 12, 1, 1, 0}, 60, 2},
  }));
  DYNAMIC_SECTION(row.utc) {
    const auto zone = load_zone("Europe/Paris");
    const LocalTime local = zone->to_local(at(row.utc));
    CHECK((local.minute == row.local));
    CHECK(local.offset.count() == row.offset);
    CHECK(local.iso_weekday == row.iso_weekday);
  }
}

TEST_CASE("A wall-clock minute has a first instant, also where it is missing or occurs twice") {
  struct Row {
    std::string name;
    LocalMinute local;
    std::string utc;
  };
  const auto row = GENERATE(values<Row>({
      {"winter", {2025, 1, 15, 3, 0}, "2025-01-15T02:00:00Z"},
      {"summer", {2025, 5, 10, 3, 0}, "2025-05-10T01:00:00Z"},
      {"jumped over: the jump", {2025, 3, 30, 2, 30}, "2025-03-30T01:00:00Z"},
      {"twice: the earlier one", {2025, 10, 26, 2, 30}, "2025-10-26T00:30:00Z"},
  }));
  DYNAMIC_SECTION(row.name) {
    CHECK(to_rfc3339(load_zone("Europe/Paris")->first_instant_of(row.local)) == row.utc);
  }
}

TEST_CASE("Seconds and the zone's name are kept") {
  const auto zone = load_zone("Europe/Paris");
  CHECK(zone->name() == "Europe/Paris");
  CHECK(zone->to_local(at("2025-01-15T02:00:07Z")).second == 7);
  CHECK(load_zone("Indian/Reunion")->to_local(at("2025-01-15T02:00:00Z")).offset.count() == 240);
}

TEST_CASE("An unknown zone is a configuration error that names it") {
  for (const char* const name : {"Europe/Pariss", "", "../etc/passwd", "Europe"}) {
    INFO(name);
    const Error error = test::error_of([&] { (void)load_zone(name); });
    CHECK(error.code() == ErrorCode::usage);
    CHECK(error.subject() == name);
  }
}
