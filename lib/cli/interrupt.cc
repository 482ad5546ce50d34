#include "cli/interrupt.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <string_view>

#include "base/error.h"
#include "base/interruption.h"

namespace coffre::cli {
namespace {

std::atomic<bool> g_end_at_once{true};
std::atomic<const char*> g_ending = "";  // what an orderly command answers to the first signal

// Only async-signal-safe calls here.
void on_signal(int /*number*/) {
  const bool second = request_interruption();
  const bool orderly = !second && !g_end_at_once;
  const std::string_view line = orderly ? g_ending.load() : "interrupted\n";
  const int before = errno;
  const auto ignored = write(STDERR_FILENO, line.data(), line.size());
  static_cast<void>(ignored);
  errno = before;
  if (!orderly) _exit(kInterruptedExitCode);
}

}  // namespace

void handle_interrupts(OnInterrupt how) {
  g_end_at_once = how == OnInterrupt::end_at_once;
  g_ending = tr("Interrupted: ending what runs; a second signal ends at once\n");
  struct sigaction action {};
  action.sa_handler = on_signal;  // no SA_RESTART: a blocking read ends, so that an orderly command sees the signal
  sigemptyset(&action.sa_mask);
  for (const int number : {SIGINT, SIGTERM}) sigaction(number, &action, nullptr);
}

void throw_if_interrupted() {
  if (interruption_requested()) throw Error(ErrorCode::interrupted, tr("running the command"), tr("interrupted"));
}

}  // namespace coffre::cli
