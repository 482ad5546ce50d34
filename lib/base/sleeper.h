// Waiting, injected: whoever tries again later is tested without waiting.
#pragma once

#include <chrono>

namespace coffre {

class Sleeper {
 public:
  virtual ~Sleeper() = default;
  // Returns after `time`, or throws Error(interrupted) soon after an interruption was asked for (base/interruption.h).
  virtual void pause(std::chrono::milliseconds time) = 0;
};

// Thread-safe.
class SystemSleeper final : public Sleeper {
 public:
  void pause(std::chrono::milliseconds time) override;
};

}  // namespace coffre
