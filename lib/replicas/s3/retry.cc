#include "replicas/s3/retry.h"

#include <algorithm>
#include <array>
#include <limits>

#include "base/bytes.h"
#include "replicas/s3/s3_error.h"

namespace coffre {

std::chrono::milliseconds retry_pause(const RetryPolicy& policy, const Error& failure, unsigned failures,
                                      std::uint32_t chance) {
  constexpr std::int64_t kSlowDownFactor = 4;
  constexpr unsigned kMostDoublings = 16;
  const std::int64_t factor = asks_to_slow_down(failure) ? kSlowDownFactor : 1;
  const std::int64_t doubled = policy.first_pause.count() * factor << std::min(failures - 1, kMostDoublings);
  const auto most = static_cast<std::uint64_t>(std::min<std::int64_t>(doubled, policy.longest_pause.count()));
  const std::uint64_t drawn = (most + 1) * chance / (std::uint64_t{std::numeric_limits<std::uint32_t>::max()} + 1);
  return std::chrono::milliseconds(drawn);
}

bool Retry::pause_after(const Error& failure, unsigned failures, std::chrono::milliseconds begun) const {
  if (failure.code() != ErrorCode::unreachable || failures >= policy_.attempts) return false;
  std::array<std::uint8_t, sizeof(std::uint32_t)> chance{};
  random_.fill(chance);
  const std::chrono::milliseconds pause = retry_pause(policy_, failure, failures, load_u32(chance));
  if (clock_.since_boot() - begun + pause > policy_.budget) return false;
  sleeper_.pause(pause);
  return true;
}

}  // namespace coffre
