// What work took, for the benches: wall clock, processor time, and peak memory. Threads: one.
#pragma once

#include <functional>

#include "support/child_process.h"

namespace coffre::bench {

struct Cost {
  double wall = 0;  // seconds
  double cpu = 0;   // seconds, user and system
};

// In this process, all its threads.
Cost cost_of(const std::function<void()>& work);
// Of programs that are started and waited for meanwhile, with all that they start.
Cost cost_of_children(const std::function<void()>& work);

struct TimedRun {
  Cost cost;
  double peak_mebibytes = 0;
  test::ChildResult result;
};
// One program under GNU time, whose own memory is too small to be taken for the program's.
TimedRun run_timed(test::ChildOptions options);

double peak_mebibytes();  // of this process so far

// Runs `work(0)` ... `work(count - 1)`, on that many threads; the first exception is thrown again.
void on_threads(unsigned threads, std::size_t count, const std::function<void(std::size_t)>& work);

}  // namespace coffre::bench
