#include "base/clock.h"

#include <fmt/format.h>
#include <time.h>

#include <algorithm>

namespace coffre {
namespace {

using std::chrono::sys_days;
using std::chrono::year;

// What four digits of a year can say; also keeps calendar arithmetic clear of overflow.
constexpr Instant kFirstInstant = sys_days{year{0} / 1 / 1};
constexpr Instant kLastInstant = sys_days{year{10000} / 1 / 1} - Seconds{1};

// Reads exactly `digits` decimal digits at `position`; nullopt otherwise.
std::optional<unsigned> number_at(std::string_view text, std::size_t position, std::size_t digits) {
  unsigned value = 0;
  const char* const end = text.data() + position + digits;
  for (const char* c = text.data() + position; c != end; ++c) {
    if (*c < '0' || *c > '9') return std::nullopt;
    value = value * 10 + static_cast<unsigned>(*c - '0');
  }
  return value;
}

}  // namespace

Instant SystemClock::now() const {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

std::chrono::milliseconds SystemClock::since_boot() const {
  timespec value{};
  clock_gettime(CLOCK_BOOTTIME, &value);
  return std::chrono::milliseconds(value.tv_sec * 1000 + value.tv_nsec / 1'000'000);
}

std::int64_t to_unix(Instant instant) {
  return instant.time_since_epoch().count();
}

Instant from_unix(std::int64_t seconds) {
  return Instant{std::chrono::seconds{seconds}};
}

std::string to_rfc3339(Instant instant) {
  instant = std::clamp(instant, kFirstInstant, kLastInstant);
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{instant - day};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), time.hours().count(),
                     time.minutes().count(), time.seconds().count());
}

std::optional<Instant> from_rfc3339(std::string_view text) {
  if (text.size() != 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':' ||
      text[19] != 'Z') {
    return std::nullopt;
  }
  const auto year_number = number_at(text, 0, 4);
  const auto month = number_at(text, 5, 2);
  const auto day = number_at(text, 8, 2);
  const auto hour = number_at(text, 11, 2);
  const auto minute = number_at(text, 14, 2);
  const auto second = number_at(text, 17, 2);
  if (!year_number || !month || !day || !hour || !minute || !second) return std::nullopt;
  const std::chrono::year_month_day date{year{static_cast<int>(*year_number)}, std::chrono::month{*month},
                                         std::chrono::day{*day}};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  return Instant{sys_days{date}} + std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
         std::chrono::seconds{*second};
}

}  // namespace coffre
