#include "instant_option.h"

#include <fmt/format.h>

#include <chrono>

#include "base/error.h"
#include "base/translate.h"

namespace coffre {
namespace {

constexpr std::size_t kDateLength = 10;  // "2026-11-21"

}  // namespace

Instant instant_from(const char* option, const std::string& text, const Zone* zone) {
  if (const auto instant = from_rfc3339(text)) return *instant;
  const auto midnight_utc = from_rfc3339(text + "T00:00:00Z");
  if (zone == nullptr || text.size() != kDateLength || !midnight_utc) {
    const char* const wanted =
        zone == nullptr ? tr("{} wants 2026-11-21T03:00:00Z") : tr("{} wants 2026-11-21 or 2026-11-21T03:00:00Z");
    throw Error(ErrorCode::usage, tr("reading the command line"), fmt::format(fmt::runtime(wanted), option));
  }
  const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(*midnight_utc)};
  return zone->first_instant_of({.year = static_cast<int>(day.year()),
                                 .month = static_cast<unsigned>(day.month()),
                                 .day = static_cast<unsigned>(day.day()),
                                 .hour = 0,
                                 .minute = 0});
}

}  // namespace coffre
