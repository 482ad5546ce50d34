#include "model/schedule.h"

#include "base/bytes.h"
#include "base/hash.h"

namespace coffre {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr days kWeek{7};
constexpr unsigned kMinutesPerHour = 60;
constexpr unsigned kMinutesPerDay = 24 * kMinutesPerHour;
constexpr unsigned kShareBits = 32;

// Calendar days of the site's wall clock; `sys_days` only counts them, no zone is meant.
sys_days day_of(const LocalMinute& minute) {
  return year_month_day{std::chrono::year{minute.year}, std::chrono::month{minute.month}, std::chrono::day{minute.day}};
}

Instant instant_of(sys_days day, unsigned minute_of_day, const Zone& zone) {
  const year_month_day date{day};
  return zone.first_instant_of(LocalMinute{static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                                           static_cast<unsigned>(date.day()), minute_of_day / kMinutesPerHour,
                                           minute_of_day % kMinutesPerHour});
}

// This device's place in a window of `length`: always below `length`, the same share of it each week.
Seconds share_of(Seconds length, std::string_view device_id) {
  const Digest digest = sha256(as_bytes(device_id));
  const std::uint64_t share = load_u32(digest);
  return Seconds{static_cast<std::int64_t>((share * static_cast<std::uint64_t>(length.count())) >> kShareBits)};
}

Slot slot_on(sys_days day, const Window& window, const Zone& zone, std::string_view device_id) {
  const unsigned to = window.to_minute % kMinutesPerDay;
  const Instant start = instant_of(day, window.from_minute, zone);
  Instant end = instant_of(to <= window.from_minute ? day + days{1} : day, to, zone);
  // A short window that lies wholly in the hour that spring skips: it keeps its length and starts at the jump.
  if (end <= start) end = start + std::chrono::minutes{(to + kMinutesPerDay - window.from_minute) % kMinutesPerDay};
  return {start, start + share_of(end - start, device_id), end};
}

// The clock may be a little behind that of the run that recorded the backup; more than this is a clock in doubt
// (design.md section 7), and what lies in the future must not silence the schedule.
constexpr Seconds kClockTolerance = std::chrono::hours{1};

}  // namespace

Slot slot_at(const Window& window, const Zone& site_zone, std::string_view device_id, Instant now) {
  const LocalTime local = site_zone.to_local(now);
  const unsigned days_since = (local.iso_weekday + 7 - window.iso_weekday) % 7;
  const sys_days day = day_of(local.minute) - days{days_since};
  const Slot slot = slot_on(day, window, site_zone, device_id);
  if (slot.start <= now) return slot;
  return slot_on(day - kWeek, window, site_zone, device_id);
}

Slot next_slot(const Window& window, const Zone& site_zone, std::string_view device_id, const Slot& slot) {
  const sys_days day = day_of(site_zone.to_local(slot.start).minute);
  return slot_on(day + kWeek, window, site_zone, device_id);
}

bool is_done(Instant slot_start, const DueState& state, Instant now) {
  return state.last_non_suspect && *state.last_non_suspect >= slot_start &&
         *state.last_non_suspect <= now + kClockTolerance;
}

bool is_due(const Slot& slot, const DueState& state, Instant now) {
  if (!state.last_non_suspect) return true;
  return now >= slot.due && !is_done(slot.start, state, now);
}

Instant next_expected(const Window& window, const Zone& site_zone, std::string_view device_id, const DueState& state,
                      Instant now) {
  if (!state.last_non_suspect) return now;
  const Slot slot = slot_at(window, site_zone, device_id, now);
  if (!is_done(slot.start, state, now)) return slot.due;
  return next_slot(window, site_zone, device_id, slot).due;
}

Kind scheduled_kind(const Zone& installation_zone, std::optional<Instant> newest_non_suspect_mensuel, Instant now) {
  if (!newest_non_suspect_mensuel) return Kind::mensuel;
  const LocalMinute last = installation_zone.to_local(*newest_non_suspect_mensuel).minute;
  const LocalMinute today = installation_zone.to_local(now).minute;
  return last.year == today.year && last.month == today.month ? Kind::hebdo : Kind::mensuel;
}

}  // namespace coffre
