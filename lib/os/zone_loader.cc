#include "os/zone_loader.h"

#include <date/tz.h>

#include <stdexcept>

#include "base/error.h"
#include "base/translate.h"

namespace coffre {
namespace {

class SystemZone final : public Zone {
 public:
  explicit SystemZone(const date::time_zone* zone) : zone_(zone), name_(zone->name()) {}

  [[nodiscard]] const std::string& name() const override { return name_; }

  [[nodiscard]] LocalTime to_local(Instant instant) const override {
    const auto offset = zone_->get_info(instant).offset;
    const auto local = instant.time_since_epoch() + offset;  // seconds of the wall clock since 1970
    const date::local_seconds wall{local};
    const auto days = date::floor<date::days>(wall);
    const date::year_month_day day{days};
    const date::hh_mm_ss<std::chrono::seconds> time{wall - days};
    LocalTime result;
    result.minute.year = static_cast<int>(day.year());
    result.minute.month = static_cast<unsigned>(day.month());
    result.minute.day = static_cast<unsigned>(day.day());
    result.minute.hour = static_cast<unsigned>(time.hours().count());
    result.minute.minute = static_cast<unsigned>(time.minutes().count());
    result.second = static_cast<unsigned>(time.seconds().count());
    // Zones had offsets with seconds before 1972; minutes are enough for what we record.
    result.offset = std::chrono::floor<std::chrono::minutes>(offset);
    result.iso_weekday = date::weekday{days}.iso_encoding();
    return result;
  }

  [[nodiscard]] Instant first_instant_of(const LocalMinute& minute) const override {
    const date::local_days day{date::year{minute.year} / date::month{minute.month} / date::day{minute.day}};
    const date::local_seconds wall = day + std::chrono::hours{minute.hour} + std::chrono::minutes{minute.minute};
    const date::local_info info = zone_->get_info(wall);
    if (info.result == date::local_info::nonexistent) return info.first.end;  // the jump itself
    return Instant{wall.time_since_epoch() - info.first.offset};              // ambiguous: `first` is the earlier
  }

 private:
  const date::time_zone* zone_;  // owned by the library, for the life of the process
  std::string name_;
};

}  // namespace

std::unique_ptr<Zone> load_zone(const std::string& name) {
  try {
    return std::make_unique<SystemZone>(date::locate_zone(name));
  } catch (const std::runtime_error&) {
    Error error(ErrorCode::usage, tr("loading a time zone"), tr("the system does not know this zone"),
                tr("Write a name like Europe/Paris; the package tzdata holds them"));
    error.on(name);
    throw error;
  }
}

}  // namespace coffre
