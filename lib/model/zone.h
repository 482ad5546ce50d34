// A time zone, as the model needs it. The data is the system's (os/zone_loader.h); the model only asks.
#pragma once

#include <chrono>
#include <string>

#include "base/clock.h"
#include "model/backup_name.h"

namespace coffre {

struct LocalTime {
  LocalMinute minute;
  unsigned second = 0;
  std::chrono::minutes offset{0};  // local = UTC + offset
  unsigned iso_weekday = 1;        // 1 Monday .. 7 Sunday
};

class Zone {
 public:
  virtual ~Zone() = default;
  [[nodiscard]] virtual const std::string& name() const = 0;  // "Europe/Paris"
  [[nodiscard]] virtual LocalTime to_local(Instant instant) const = 0;
  // The first instant at which a wall clock shows `minute`; where the clock jumps over it (spring), the instant of
  // the jump; where it shows it twice (autumn), the earlier one.
  [[nodiscard]] virtual Instant first_instant_of(const LocalMinute& minute) const = 0;
};

}  // namespace coffre
