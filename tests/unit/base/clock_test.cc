#include "base/clock.h"

#include <catch2/catch.hpp>
#include <limits>

#include "support/fixed_clock.h"

namespace coffre {
namespace {

TEST_CASE("instants are written in RFC 3339 and read back") {
  struct Row {
    std::int64_t seconds;
    std::string text;
  };
  const std::vector<Row> rows = {
      {0, "1970-01-01T00:00:00Z"},
      {-1, "1969-12-31T23:59:59Z"},
      {951'827'696, "2000-02-29T12:34:56Z"},
      {1'795'230'000, "2026-11-21T03:00:00Z"},
      {2'147'483'648, "2038-01-19T03:14:08Z"},
      {4'107'542'399, "2100-02-28T23:59:59Z"},
      {253'402'300'799, "9999-12-31T23:59:59Z"},
      {-62'167'219'200, "0000-01-01T00:00:00Z"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.text) {
      CHECK(to_rfc3339(from_unix(row.seconds)) == row.text);
      const auto read = from_rfc3339(row.text);
      REQUIRE(read);
      CHECK(to_unix(*read) == row.seconds);
    }
  }
}

TEST_CASE("every second around each month's end survives the way to text and back") {
  for (int year = 1999; year <= 2030; ++year) {
    for (unsigned month = 1; month <= 12; ++month) {
      const Instant start = std::chrono::sys_days{std::chrono::year{year} / std::chrono::month{month} / 1};
      for (int offset = -2; offset <= 2; ++offset) {
        const Instant instant = start + Seconds{offset};
        REQUIRE(from_rfc3339(to_rfc3339(instant)) == instant);
      }
    }
  }
}

TEST_CASE("numbers that are no time of ours are written as the nearest end") {
  constexpr auto kLowest = std::numeric_limits<std::int64_t>::min();
  constexpr auto kHighest = std::numeric_limits<std::int64_t>::max();
  CHECK(to_rfc3339(from_unix(kLowest)) == "0000-01-01T00:00:00Z");
  CHECK(to_rfc3339(from_unix(-62'167'219'201)) == "0000-01-01T00:00:00Z");
  CHECK(to_rfc3339(from_unix(253'402'300'800)) == "9999-12-31T23:59:59Z");
  CHECK(to_rfc3339(from_unix(kHighest)) == "9999-12-31T23:59:59Z");
}

TEST_CASE("texts of another form than ours are refused") {
  for (const std::string text : {"",
                                 "2026-11-21",
                                 "2026-11-21T03:00:00",
                                 "2026-11-21T03:00:00+00:00",
                                 "2026-11-21t03:00:00Z",
                                 "2026-11-21T03:00:00z",
                                 "2026-11-21 03:00:00Z",
                                 "2026-11-21T03:00:00.0Z",
                                 "2026-11-21T03:00Z",
                                 "2026-13-21T03:00:00Z",
                                 "2026-00-21T03:00:00Z",
                                 "2026-11-31T03:00:00Z",
                                 "2026-11-00T03:00:00Z",
                                 "2027-02-29T03:00:00Z",
                                 "1900-02-29T03:00:00Z",
                                 "2026-11-21T24:00:00Z",
                                 "2026-11-21T03:60:00Z",
                                 "2026-11-21T03:00:60Z",
                                 "-026-11-21T03:00:00Z",
                                 "+026-11-21T03:00:00Z",
                                 "2026-11-2aT03:00:00Z",
                                 "2026-11-21T03:00:00Z ",
                                 " 2026-11-21T03:00:00Z",
                                 "2026/11/21T03:00:00Z",
                                 "2026-11-21T 3:00:00Z"}) {
    CAPTURE(text);
    CHECK_FALSE(from_rfc3339(text));
  }
}

TEST_CASE("the system's clocks run") {
  const SystemClock clock;
  CHECK(clock.now() > *from_rfc3339("2024-01-01T00:00:00Z"));
  const auto before = clock.since_boot();
  CHECK(before.count() > 0);
  CHECK(clock.since_boot() >= before);
}

TEST_CASE("the test clock advances both times, and setting it leaves the time since boot") {
  test::FixedClock clock("2026-11-21T03:00:00Z");
  const auto booted = clock.since_boot();
  clock.advance(Seconds{90});
  CHECK(to_rfc3339(clock.now()) == "2026-11-21T03:01:30Z");
  CHECK(clock.since_boot() - booted == Seconds{90});
  clock.set(from_unix(0));
  CHECK(to_unix(clock.now()) == 0);
  CHECK(clock.since_boot() - booted == Seconds{90});
}

}  // namespace
}  // namespace coffre
