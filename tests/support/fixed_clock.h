// A clock that stands still until the test moves it.
#pragma once

#include "base/clock.h"

namespace coffre::test {

class FixedClock final : public Clock {
 public:
  explicit FixedClock(std::string_view rfc3339) : now_(from_rfc3339(rfc3339).value()) {}
  [[nodiscard]] Instant now() const override { return now_; }
  [[nodiscard]] std::chrono::milliseconds since_boot() const override { return since_boot_; }
  void advance(Seconds by) {
    now_ += by;
    since_boot_ += by;
  }
  void set(Instant now) { now_ = now; }  // as if somebody set the clock: time since boot stays

 private:
  Instant now_;
  std::chrono::milliseconds since_boot_{1000};
};

}  // namespace coffre::test
