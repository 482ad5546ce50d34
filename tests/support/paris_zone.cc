#include "support/paris_zone.h"

#include <date/tz.h>

#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>

namespace coffre::test {
namespace {

class DateZone final : public Zone {
 public:
  explicit DateZone(const std::string& name) : name_(name), zone_(date::locate_zone(name)) {}

  [[nodiscard]] const std::string& name() const override { return name_; }

  [[nodiscard]] LocalTime to_local(Instant instant) const override {
    const std::chrono::seconds offset = zone_->get_info(instant).offset;
    const auto wall = instant + offset;  // a wall clock, counted as if it were UTC
    const auto day = std::chrono::floor<std::chrono::days>(wall);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{wall - day};
    return {LocalMinute{static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                        static_cast<unsigned>(date.day()), static_cast<unsigned>(time.hours().count()),
                        static_cast<unsigned>(time.minutes().count())},
            static_cast<unsigned>(time.seconds().count()), std::chrono::floor<std::chrono::minutes>(offset),
            std::chrono::weekday{day}.iso_encoding()};
  }

  [[nodiscard]] Instant first_instant_of(const LocalMinute& minute) const override {
    const std::chrono::year_month_day date{std::chrono::year{minute.year}, std::chrono::month{minute.month},
                                           std::chrono::day{minute.day}};
    if (!date.ok() || minute.hour > 23 || minute.minute > 59) throw std::invalid_argument("not a minute of a clock");
    const Instant wall =
        Instant{std::chrono::sys_days{date}} + std::chrono::hours{minute.hour} + std::chrono::minutes{minute.minute};
    const date::local_info info = zone_->get_info(date::local_seconds{wall.time_since_epoch()});
    if (info.result == date::local_info::nonexistent) return info.first.end;
    return wall - info.first.offset;
  }

 private:
  std::string name_;
  const date::time_zone* zone_;
};

}  // namespace

const Zone& zone_named(const std::string& name) {
  static std::mutex mutex;
  static std::map<std::string, std::unique_ptr<DateZone>> zones;
  const std::scoped_lock lock(mutex);
  auto& zone = zones[name];
  if (!zone) zone = std::make_unique<DateZone>(name);
  return *zone;
}

const Zone& paris_zone() {
  return zone_named("Europe/Paris");
}

Instant utc(std::string_view rfc3339) {
  return from_rfc3339(rfc3339).value();
}

}  // namespace coffre::test
