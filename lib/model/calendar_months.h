// "Three months later" on the wall clock of a zone. Pure; threads: values only.
//
// The same day and time of day, `months` further; where that month is shorter, its last day: 31 January + 1 month is 28
// February, or the 29th of a leap year. Clock changes: a time of day that spring skips becomes the instant of the jump;
// one that autumn shows twice becomes the later of the two, so that what is kept "at least" so long is.
#pragma once

#include <compare>

#include "base/clock.h"
#include "model/zone.h"

namespace coffre {

// `from` between the years 1970 and 9999; a result beyond 9999 becomes the end of 9999.
Instant plus_months(Instant from, unsigned months, const Zone& zone);

struct LocalMonth {
  int year = 0;
  unsigned month = 1;
  auto operator<=>(const LocalMonth&) const = default;
};

LocalMonth local_month(Instant instant, const Zone& zone);

}  // namespace coffre
