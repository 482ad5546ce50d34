// Time, injected. Nothing below the programs asks the system for the time by itself.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace coffre {

// UTC, whole Unix seconds: the unit of every stored time (headers, catalog, journal).
using Instant = std::chrono::sys_seconds;
using Seconds = std::chrono::seconds;

class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Instant now() const = 0;
  // Since the machine booted, sleep included; does not jump when the clock is set (CLOCK_BOOTTIME).
  [[nodiscard]] virtual std::chrono::milliseconds since_boot() const = 0;
};

// Thread-safe.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override;
  [[nodiscard]] std::chrono::milliseconds since_boot() const override;
};

std::int64_t to_unix(Instant instant);
Instant from_unix(std::int64_t seconds);

// RFC 3339 in UTC with whole seconds, "2026-11-21T03:00:00Z": exactly this form in both directions.
// Instants outside the years 0000 to 9999 (a damaged header may hold any number) are written as the nearest end.
std::string to_rfc3339(Instant instant);
std::optional<Instant> from_rfc3339(std::string_view text);

}  // namespace coffre
