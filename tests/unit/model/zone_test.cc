// model/zone.h is an interface: here the real zone that the other tests use is held to its contract.
#include "model/zone.h"

#include <catch2/catch.hpp>

#include "support/paris_zone.h"
#include "support/print_instant.h"

namespace coffre {
namespace {

using test::paris_zone;
using test::utc;

TEST_CASE("Paris shows the wall clock, offset and weekday") {
  const LocalTime winter = paris_zone().to_local(utc("2026-11-21T23:30:15Z"));
  CHECK(winter.minute == LocalMinute{2026, 11, 22, 0, 30});
  CHECK(winter.second == 15);
  CHECK(winter.offset == std::chrono::minutes{60});
  CHECK(winter.iso_weekday == 7);
  CHECK(paris_zone().to_local(utc("2026-07-01T12:00:00Z")).offset == std::chrono::minutes{120});
  CHECK(paris_zone().name() == "Europe/Paris");
}

TEST_CASE("a skipped minute begins at the jump, a repeated one the first time") {
  CHECK(paris_zone().first_instant_of({2026, 3, 29, 2, 30}) == utc("2026-03-29T01:00:00Z"));
  CHECK(paris_zone().first_instant_of({2026, 10, 25, 2, 30}) == utc("2026-10-25T00:30:00Z"));
  CHECK(paris_zone().first_instant_of({2026, 11, 22, 0, 30}) == utc("2026-11-21T23:30:00Z"));
}

}  // namespace
}  // namespace coffre
