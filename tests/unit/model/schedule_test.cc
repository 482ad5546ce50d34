#include "model/schedule.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "support/paris_zone.h"
#include "support/print_instant.h"

namespace coffre {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using test::paris_zone;
using test::utc;
using test::zone_named;

constexpr std::string_view kDevice = "CLIEXEMP/SIEGEPARIS/NVR_NVR-HALL";
constexpr unsigned kMonday = 1;
constexpr unsigned kThursday = 4;
constexpr unsigned kFriday = 5;
constexpr unsigned kSunday = 7;

Window on(unsigned weekday, unsigned from_hour, unsigned from, unsigned to_hour, unsigned to) {
  return Window{weekday, from_hour * 60 + from, to_hour * 60 + to};
}

Slot paris_slot(const Window& window, std::string_view now) {
  return slot_at(window, paris_zone(), kDevice, utc(now));
}

std::string span_of(const Slot& slot) {
  return to_rfc3339(slot.start) + " " + to_rfc3339(slot.window_end);
}

TEST_CASE("the slot is that of the last window start, in the site's wall clock") {
  struct Row {
    std::string name;
    Window window;
    std::string now;
    std::string span;
  };
  const Window sunday = on(kSunday, 1, 0, 5, 0);
  const Window late = on(kSunday, 22, 0, 4, 0);
  const std::vector<Row> rows = {
      {"the second before the window", sunday, "2026-11-21T23:59:59Z", "2026-11-15T00:00:00Z 2026-11-15T04:00:00Z"},
      {"the window's first second", sunday, "2026-11-22T00:00:00Z", "2026-11-22T00:00:00Z 2026-11-22T04:00:00Z"},
      {"after the window", sunday, "2026-11-22T12:00:00Z", "2026-11-22T00:00:00Z 2026-11-22T04:00:00Z"},
      {"Saturday evening", sunday, "2026-11-28T20:00:00Z", "2026-11-22T00:00:00Z 2026-11-22T04:00:00Z"},
      {"in summer time", sunday, "2026-07-12T12:00:00Z", "2026-07-11T23:00:00Z 2026-07-12T03:00:00Z"},
      {"over midnight, before it", late, "2026-11-22T22:30:00Z", "2026-11-22T21:00:00Z 2026-11-23T03:00:00Z"},
      {"over midnight, on the next day", late, "2026-11-23T02:00:00Z", "2026-11-22T21:00:00Z 2026-11-23T03:00:00Z"},
      {"over midnight, the Sunday before it", late, "2026-11-22T20:59:59Z",
       "2026-11-15T21:00:00Z 2026-11-16T03:00:00Z"},
      {"over the year's end", on(kThursday, 23, 0, 2, 0), "2027-01-01T00:30:00Z",
       "2026-12-31T22:00:00Z 2027-01-01T01:00:00Z"},
      {"first days of a year", on(kThursday, 1, 0, 2, 0), "2027-01-03T12:00:00Z",
       "2026-12-31T00:00:00Z 2026-12-31T01:00:00Z"},
      {"29 February", on(2, 1, 0, 5, 0), "2028-02-29T12:00:00Z", "2028-02-29T00:00:00Z 2028-02-29T04:00:00Z"},
      {"back over 29 February", on(2, 1, 0, 5, 0), "2028-03-06T12:00:00Z", "2028-02-29T00:00:00Z 2028-02-29T04:00:00Z"},
      {"into 29 February over midnight", on(kMonday, 23, 0, 1, 0), "2028-02-29T12:00:00Z",
       "2028-02-28T22:00:00Z 2028-02-29T00:00:00Z"},
      {"a whole day", on(kSunday, 1, 0, 1, 0), "2026-11-22T12:00:00Z", "2026-11-22T00:00:00Z 2026-11-23T00:00:00Z"},
      {"until 24:00", on(kSunday, 20, 0, 24, 0), "2026-11-22T20:00:00Z", "2026-11-22T19:00:00Z 2026-11-22T23:00:00Z"},
      {"from midnight", on(kSunday, 0, 0, 1, 0), "2026-11-21T23:00:00Z", "2026-11-21T23:00:00Z 2026-11-22T00:00:00Z"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      CHECK(span_of(paris_slot(row.window, row.now)) == row.span);
    }
  }
}

TEST_CASE("windows that hold a clock change of Paris follow the wall clock") {
  struct Row {
    std::string name;
    Window window;
    std::string now;
    std::string span;
  };
  const std::vector<Row> rows = {
      {"spring: an hour shorter", on(kSunday, 1, 0, 5, 0), "2026-03-29T12:00:00Z",
       "2026-03-29T00:00:00Z 2026-03-29T03:00:00Z"},
      {"spring: starts in the missing hour", on(kSunday, 2, 30, 5, 0), "2026-03-29T12:00:00Z",
       "2026-03-29T01:00:00Z 2026-03-29T03:00:00Z"},
      {"spring: a second before that start", on(kSunday, 2, 30, 5, 0), "2026-03-29T00:59:59Z",
       "2026-03-22T01:30:00Z 2026-03-22T04:00:00Z"},
      {"spring: ends in the missing hour", on(kSunday, 1, 0, 2, 30), "2026-03-29T12:00:00Z",
       "2026-03-29T00:00:00Z 2026-03-29T01:00:00Z"},
      {"spring: lies wholly in the missing hour", on(kSunday, 2, 10, 2, 50), "2026-03-29T12:00:00Z",
       "2026-03-29T01:00:00Z 2026-03-29T01:40:00Z"},
      {"autumn: an hour longer", on(kSunday, 1, 0, 5, 0), "2026-10-25T12:00:00Z",
       "2026-10-24T23:00:00Z 2026-10-25T04:00:00Z"},
      {"autumn: starts in the repeated hour, the first time", on(kSunday, 2, 30, 5, 0), "2026-10-25T00:30:00Z",
       "2026-10-25T00:30:00Z 2026-10-25T04:00:00Z"},
      {"autumn: the second 02:30 is the same slot", on(kSunday, 2, 30, 5, 0), "2026-10-25T01:30:00Z",
       "2026-10-25T00:30:00Z 2026-10-25T04:00:00Z"},
      {"autumn: ends in the repeated hour, the first time", on(kSunday, 1, 0, 2, 30), "2026-10-25T12:00:00Z",
       "2026-10-24T23:00:00Z 2026-10-25T00:30:00Z"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      CHECK(span_of(paris_slot(row.window, row.now)) == row.span);
    }
  }
}

TEST_CASE("a site's own zone decides its window") {
  const Window sunday = on(kSunday, 1, 0, 5, 0);
  const Slot reunion = slot_at(sunday, zone_named("Indian/Reunion"), kDevice, utc("2026-11-22T12:00:00Z"));
  CHECK(span_of(reunion) == "2026-11-21T21:00:00Z 2026-11-22T01:00:00Z");
}

TEST_CASE("over six years every hour lies in one slot, and slots follow each other without gap or overlap") {
  const std::vector<Window> windows = {on(kSunday, 1, 0, 5, 0), on(kSunday, 2, 10, 2, 50), on(kSunday, 22, 0, 4, 0),
                                       on(6, 23, 30, 2, 30), on(kFriday, 0, 0, 0, 0)};
  for (const Window& window : windows) {
    CAPTURE(window.iso_weekday, window.from_minute, window.to_minute);
    Slot slot = slot_at(window, paris_zone(), kDevice, utc("2024-01-01T00:00:00Z"));
    for (Instant now = utc("2024-01-01T00:00:00Z"); now < utc("2030-01-01T00:00:00Z"); now += hours{1}) {
      Slot next = next_slot(window, paris_zone(), kDevice, slot);
      if (now >= next.start) {
        slot = next;
        next = next_slot(window, paris_zone(), kDevice, slot);
      }
      const Slot found = slot_at(window, paris_zone(), kDevice, now);
      REQUIRE(found.start == slot.start);
      REQUIRE(found.due == slot.due);
      REQUIRE(found.window_end == slot.window_end);
      REQUIRE(found.start <= now);
      REQUIRE(found.due >= found.start);
      REQUIRE(found.due < found.window_end);
      REQUIRE(found.window_end <= next.start);
    }
  }
}

TEST_CASE("a device keeps its own instant of the window from week to week") {
  const Window sunday = on(kSunday, 1, 0, 5, 0);
  const Slot slot = paris_slot(sunday, "2026-11-22T12:00:00Z");
  const Slot again = paris_slot(sunday, "2026-11-22T12:00:00Z");
  const Slot next = next_slot(sunday, paris_zone(), kDevice, slot);
  CHECK(slot.due == again.due);
  CHECK(next.start - slot.start == days{7});
  CHECK(next.due - next.start == slot.due - slot.start);
  // Written out, so that a new build does not move the whole fleet by accident.
  CHECK(to_rfc3339(slot.due) == "2026-11-22T00:58:23Z");
}

TEST_CASE("a fleet is spread evenly over the window") {
  constexpr int kDevices = 4000;
  constexpr std::size_t kParts = 16;
  const Window sunday = on(kSunday, 1, 0, 5, 0);
  std::vector<int> counts(kParts);
  std::map<Instant, int> same_second;
  for (int i = 0; i < kDevices; ++i) {
    const std::string device = "ACME/SITE/NVR_N" + std::to_string(i);
    const Slot slot = slot_at(sunday, paris_zone(), device, utc("2026-11-22T12:00:00Z"));
    const auto part = static_cast<std::size_t>((slot.due - slot.start) / minutes{4 * 60 / kParts});
    ++counts.at(part);
    ++same_second[slot.due];
  }
  double chi_square = 0;
  constexpr double kExpected = static_cast<double>(kDevices) / static_cast<double>(kParts);
  for (const int count : counts) chi_square += std::pow(count - kExpected, 2) / kExpected;
  CHECK(chi_square < 37.7);  // 15 degrees of freedom: worse by chance once in a thousand
  for (const auto& [instant, count] : same_second) CHECK(count <= 6);
}

TEST_CASE("a backup is due when the slot's instant has come and the slot is not done") {
  const Slot slot{utc("2026-11-22T00:00:00Z"), utc("2026-11-22T02:00:00Z"), utc("2026-11-22T04:00:00Z")};
  struct Row {
    std::string name;
    std::string last;  // "" = never
    std::string now;
    bool due;
  };
  const std::vector<Row> rows = {
      {"never backed up, before the instant", "", "2026-11-22T01:00:00Z", true},
      {"never backed up, any day", "", "2026-11-25T13:00:00Z", true},
      {"last week's, a second too early", "2026-11-15T02:00:00Z", "2026-11-22T01:59:59Z", false},
      {"last week's, at the instant", "2026-11-15T02:00:00Z", "2026-11-22T02:00:00Z", true},
      {"failed so far, tried again after the window", "2026-11-15T02:00:00Z", "2026-11-24T09:00:00Z", true},
      {"done in this slot", "2026-11-22T02:00:05Z", "2026-11-22T02:30:00Z", false},
      {"done by a technician before the instant", "2026-11-22T00:10:00Z", "2026-11-22T03:00:00Z", false},
      {"done at the slot's first second", "2026-11-22T00:00:00Z", "2026-11-22T03:00:00Z", false},
      {"done a second before the slot", "2026-11-21T23:59:59Z", "2026-11-22T03:00:00Z", true},
      {"by another run, minutes ahead of our clock", "2026-11-22T03:05:00Z", "2026-11-22T03:00:00Z", false},
      {"with a date years ahead", "2031-01-01T00:00:00Z", "2026-11-22T03:00:00Z", true},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      CHECK(is_due(slot, DueState{from_rfc3339(row.last)}, utc(row.now)) == row.due);
    }
  }
}

TEST_CASE("the next backup is expected now, at this slot's instant, or at the next one's") {
  const Window sunday = on(kSunday, 1, 0, 5, 0);
  const auto expected = [&](std::string_view last, std::string_view now) {
    return next_expected(sunday, paris_zone(), kDevice, DueState{from_rfc3339(last)}, utc(now));
  };
  const Slot slot = paris_slot(sunday, "2026-11-22T12:00:00Z");
  const Slot next = next_slot(sunday, paris_zone(), kDevice, slot);
  CHECK(expected("", "2026-11-25T12:00:00Z") == utc("2026-11-25T12:00:00Z"));
  CHECK(expected("2026-11-15T02:00:00Z", "2026-11-22T00:00:00Z") == slot.due);  // in a while
  CHECK(expected("2026-11-15T02:00:00Z", "2026-11-25T12:00:00Z") == slot.due);  // late
  CHECK(expected("2026-11-22T02:30:00Z", "2026-11-25T12:00:00Z") == next.due);  // done
}

TEST_CASE("a slot's due instant, followed from week to week, asks for exactly one backup a week") {
  const Window window = on(kSunday, 1, 0, 5, 0);
  DueState state{utc("2026-01-01T12:00:00Z")};
  int backups = 0;
  for (Instant now = utc("2026-01-01T12:00:00Z"); now < utc("2027-01-01T12:00:00Z"); now += minutes{30}) {
    if (!is_due(slot_at(window, paris_zone(), kDevice, now), state, now)) continue;
    state.last_non_suspect = now;
    ++backups;
  }
  CHECK(backups == 52);
}

TEST_CASE("the month's first scheduled backup is MENSUEL, by the installation's wall clock") {
  struct Row {
    std::string name;
    std::string last_mensuel;  // "" = never
    std::string now;
    Kind kind;
  };
  const std::vector<Row> rows = {
      {"never one", "", "2026-11-22T02:00:00Z", Kind::mensuel},
      {"one this month", "2026-11-01T02:00:00Z", "2026-11-22T02:00:00Z", Kind::hebdo},
      {"one last month", "2026-10-04T02:00:00Z", "2026-11-01T02:00:00Z", Kind::mensuel},
      {"one in the same month of last year", "2025-11-02T02:00:00Z", "2026-11-01T02:00:00Z", Kind::mensuel},
      {"winter: last local minute of the month", "2026-11-01T02:00:00Z", "2026-11-30T22:59:59Z", Kind::hebdo},
      {"winter: local midnight, still the old month in UTC", "2026-11-01T02:00:00Z", "2026-11-30T23:00:00Z",
       Kind::mensuel},
      {"summer: last local minute of the month", "2026-07-05T02:00:00Z", "2026-07-31T21:59:59Z", Kind::hebdo},
      {"summer: local midnight is two hours before UTC's", "2026-07-05T02:00:00Z", "2026-07-31T22:00:00Z",
       Kind::mensuel},
      {"taken just after local midnight, old month in UTC", "2026-11-30T23:10:00Z", "2026-12-06T02:00:00Z",
       Kind::hebdo},
      {"taken just before local midnight", "2026-11-30T22:50:00Z", "2026-11-30T23:10:00Z", Kind::mensuel},
      {"year end", "2026-12-06T02:00:00Z", "2026-12-31T23:00:00Z", Kind::mensuel},
      {"year end, still December here", "2026-12-06T02:00:00Z", "2026-12-31T22:59:59Z", Kind::hebdo},
      {"29 February", "2028-02-01T02:00:00Z", "2028-02-29T22:59:59Z", Kind::hebdo},
      {"1 March of a leap year", "2028-02-29T22:00:00Z", "2028-02-29T23:00:00Z", Kind::mensuel},
      {"repeated hour of October", "2026-10-04T02:00:00Z", "2026-10-25T01:30:00Z", Kind::hebdo},
      {"a date ahead of us counts for its own month only", "2027-01-01T02:00:00Z", "2026-11-22T02:00:00Z",
       Kind::mensuel},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      CHECK(scheduled_kind(paris_zone(), from_rfc3339(row.last_mensuel), utc(row.now)) == row.kind);
    }
  }
}

}  // namespace
}  // namespace coffre
