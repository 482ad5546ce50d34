// Trying again: what is worth it, how long to wait, when to stop.
//
// Only Error(unreachable) is tried again: the store did not answer, lost the connection or said "later". The pause
// doubles each time and is then drawn by chance between nothing and that ("full jitter"), so that many workers do not
// come back at the same instant; a store that asks for fewer requests gets four times the pause. Bounded by attempts
// and by time.
//
// Threads: a Retry may be used by many threads at once if its clock, random source and sleeper may.
#pragma once

#include <chrono>
#include <cstdint>

#include "base/clock.h"
#include "base/error.h"
#include "base/random.h"
#include "base/sleeper.h"

namespace coffre {

struct RetryPolicy {
  unsigned attempts = 5;  // in all
  std::chrono::milliseconds first_pause{500};
  std::chrono::milliseconds longest_pause{20'000};
  std::chrono::milliseconds budget{120'000};  // from the first attempt on: no pause that would end later is begun
};

// The pause after the `failures`-th failure (1, 2, ...); `chance` from the whole range of its type. Pure.
std::chrono::milliseconds retry_pause(const RetryPolicy& policy, const Error& failure, unsigned failures,
                                      std::uint32_t chance);

class Retry {
 public:
  // All outlive the Retry.
  Retry(RetryPolicy policy, const Clock& clock, Random& random, Sleeper& sleeper)
      : policy_(policy), clock_(clock), random_(random), sleeper_(sleeper) {}

  // What `work` returns; the last Error when it never came to that. `work` must be safe to repeat.
  template <typename Work>
  auto run(Work work) const {
    const std::chrono::milliseconds begun = clock_.since_boot();
    for (unsigned failures = 1;; ++failures) {
      try {
        return work();
      } catch (const Error& failure) {
        if (!pause_after(failure, failures, begun)) throw;
      }
    }
  }

 private:
  // False when there is to be no further attempt.
  bool pause_after(const Error& failure, unsigned failures, std::chrono::milliseconds begun) const;

  RetryPolicy policy_;
  const Clock& clock_;
  Random& random_;
  Sleeper& sleeper_;
};

}  // namespace coffre
