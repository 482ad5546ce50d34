#include "base/sleeper.h"

#include <algorithm>
#include <thread>

#include "base/error.h"
#include "base/interruption.h"
#include "base/translate.h"

namespace coffre {

void SystemSleeper::pause(std::chrono::milliseconds time) {
  constexpr std::chrono::milliseconds kLook{100};  // a person who pressed Ctrl-C does not notice this much
  const auto end = std::chrono::steady_clock::now() + time;
  for (;;) {
    if (interruption_requested()) throw Error(ErrorCode::interrupted, tr("waiting to try again"), tr("interrupted"));
    const auto left = end - std::chrono::steady_clock::now();
    if (left <= left.zero()) return;
    std::this_thread::sleep_for(std::min<std::chrono::steady_clock::duration>(left, kLook));
  }
}

}  // namespace coffre
