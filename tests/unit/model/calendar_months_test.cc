#include "model/calendar_months.h"

#include <catch2/catch.hpp>

#include "support/paris_zone.h"
#include "support/print_instant.h"

namespace coffre {

TEST_CASE("months later is the same day and time on the wall clock, or the shorter month's last day") {
  struct Row {
    std::string name;
    const char* from;
    unsigned months;
    const char* reached;
  };
  const auto row = GENERATE(values<Row>({
      {"plain", "2026-05-10T01:00:07Z", 1, "2026-06-10T01:00:07Z"},
      {"none", "2026-05-10T01:00:07Z", 0, "2026-05-10T01:00:07Z"},
      {"over the year's end", "2026-11-10T02:00:00Z", 3, "2027-02-10T02:00:00Z"},
      {"into summer time: an hour earlier in UTC", "2026-02-10T02:00:00Z", 3, "2026-05-10T01:00:00Z"},
      {"into winter time: an hour later in UTC", "2026-08-10T01:00:00Z", 3, "2026-11-10T02:00:00Z"},
      {"31 January in a common year", "2027-01-31T11:00:00Z", 1, "2027-02-28T11:00:00Z"},
      {"31 January in a leap year", "2028-01-31T11:00:00Z", 1, "2028-02-29T11:00:00Z"},
      {"29 February to a common year", "2028-02-29T11:00:00Z", 12, "2029-02-28T11:00:00Z"},
      {"29 February to a leap year", "2028-02-29T11:00:00Z", 48, "2032-02-29T11:00:00Z"},
      {"31 August", "2026-08-31T10:00:00Z", 6, "2027-02-28T11:00:00Z"},
      {"no leap day in 2100", "2099-11-30T11:00:00Z", 3, "2100-02-28T11:00:00Z"},
      {"the local day counts, not that of UTC", "2026-01-30T23:30:00Z", 1, "2026-02-27T23:30:00Z"},
      {"02:30 on the day that spring skips it", "2026-12-28T01:30:30Z", 3, "2027-03-28T01:00:00Z"},
      {"02:30 that autumn shows twice: the later one", "2026-07-25T00:30:30Z", 3, "2026-10-25T01:30:30Z"},
      {"from the first of two 02:30", "2026-10-25T00:30:00Z", 3, "2027-01-25T01:30:00Z"},
      {"from the second of two 02:30", "2026-10-25T01:30:00Z", 3, "2027-01-25T01:30:00Z"},
      {"beyond what a calendar here holds", "9999-11-30T11:00:00Z", 12, "9999-12-31T22:59:00Z"},
  }));
  DYNAMIC_SECTION(row.name) {
    CHECK(plus_months(test::utc(row.from), row.months, test::paris_zone()) == test::utc(row.reached));
  }
}

TEST_CASE("a month is that of the wall clock") {
  CHECK(local_month(test::utc("2026-05-31T22:00:00Z"), test::paris_zone()) == LocalMonth{2026, 6});
  CHECK(local_month(test::utc("2026-05-31T21:59:59Z"), test::paris_zone()) == LocalMonth{2026, 5});
  CHECK(local_month(test::utc("2026-12-31T23:00:00Z"), test::paris_zone()) == LocalMonth{2027, 1});
}

}  // namespace coffre
