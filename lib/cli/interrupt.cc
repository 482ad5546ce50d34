#include "cli/interrupt.h"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <string_view>

#include "base/error.h"

namespace coffre::cli {
namespace {

std::atomic<bool> g_interrupted{false};
std::atomic<bool> g_end_at_once{true};
static_assert(std::atomic<bool>::is_always_lock_free, "used in a signal handler");

// Only async-signal-safe calls here.
void on_signal(int /*number*/) {
  const bool second = g_interrupted.exchange(true);
  if (!second && !g_end_at_once) return;
  constexpr std::string_view kLine = "interrupted\n";
  const auto ignored = write(STDERR_FILENO, kLine.data(), kLine.size());
  static_cast<void>(ignored);
  _exit(kInterruptedExitCode);
}

}  // namespace

void handle_interrupts(OnInterrupt how) {
  g_end_at_once = how == OnInterrupt::end_at_once;
  struct sigaction action {};
  action.sa_handler = on_signal;  // no SA_RESTART: a blocking read ends, so that an orderly command sees the signal
  sigemptyset(&action.sa_mask);
  for (const int number : {SIGINT, SIGTERM}) sigaction(number, &action, nullptr);
}

bool interrupted() noexcept {
  return g_interrupted;
}

void throw_if_interrupted() {
  if (interrupted()) throw Error(ErrorCode::interrupted, tr("running the command"), tr("interrupted"));
}

}  // namespace coffre::cli
