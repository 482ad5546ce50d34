#include "model/calendar_months.h"

#include <algorithm>

namespace coffre {
namespace {

constexpr int kLastYear = 9999;  // of LocalMinute
constexpr unsigned kMonthsPerYear = 12;

LocalMinute moved(const LocalMinute& from, unsigned months) {
  using namespace std::chrono;  // NOLINT(google-build-using-namespace): calendar arithmetic reads badly without
  const year_month target = year_month{year{from.year}, month{from.month}} + std::chrono::months{months};
  if (static_cast<int>(target.year()) > kLastYear) return {kLastYear, kMonthsPerYear, 31, 23, 59};
  const auto last = static_cast<unsigned>((target / std::chrono::last).day());
  return {static_cast<int>(target.year()), static_cast<unsigned>(target.month()), std::min(from.day, last), from.hour,
          from.minute};
}

}  // namespace

Instant plus_months(Instant from, unsigned months, const Zone& zone) {
  const LocalTime local = zone.to_local(from);
  const LocalMinute target = moved(local.minute, months);
  Instant reached = zone.first_instant_of(target);
  const LocalTime found = zone.to_local(reached);
  if (found.minute != target) return reached;  // skipped in spring: the jump itself, whatever the second
  // Shown twice in autumn: the later one.
  const Instant again = reached + std::chrono::hours{1};
  if (zone.to_local(again).minute == target) reached = again;
  return reached + Seconds{local.second};
}

LocalMonth local_month(Instant instant, const Zone& zone) {
  const LocalMinute minute = zone.to_local(instant).minute;
  return {minute.year, minute.month};
}

}  // namespace coffre
