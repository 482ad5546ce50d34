// Another clock for a child process: Debian's libfaketime, for programs with threads. CLOCK_MONOTONIC and
// CLOCK_BOOTTIME stay as they are: as if somebody had set the clock.
#pragma once

#include <chrono>
#include <map>
#include <string>

namespace coffre::test {

// What to add to the child's environment; negative: behind.
inline std::map<std::string, std::string> clock_ahead_by(std::chrono::seconds time) {
  const std::string seconds = std::to_string(time.count());
  return {{"LD_PRELOAD", "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"},
          {"FAKETIME", (time.count() < 0 ? "" : "+") + seconds},
          {"FAKETIME_DONT_FAKE_MONOTONIC", "1"}};
}

}  // namespace coffre::test
