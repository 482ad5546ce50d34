#include "cli/interrupt.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "base/interruption.h"

namespace coffre::cli {
namespace {

// Runs `work` in a child, so that the handlers do not stay in this process; gives its exit code.
template <typename Work>
int exit_code_of(const Work& work) {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    close(STDERR_FILENO);  // the handler's own line would only clutter the test's report
    _exit(work());
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  return WEXITSTATUS(status);
}

constexpr int kWentOn = 42;

TEST_CASE("SIGINT and SIGTERM end a command at once with 130") {
  for (const int number : {SIGINT, SIGTERM}) {
    CHECK(exit_code_of([&] {
            handle_interrupts(OnInterrupt::end_at_once);
            raise(number);
            return kWentOn;
          }) == 130);
  }
}

TEST_CASE("an orderly command sees the first signal and ends by itself") {
  CHECK(exit_code_of([] {
          handle_interrupts(OnInterrupt::orderly);
          if (interruption_requested()) return 1;
          throw_if_interrupted();
          raise(SIGINT);
          if (!interruption_requested()) return 2;
          try {
            throw_if_interrupted();
          } catch (const Error& error) {
            return exit_code(error.code());
          }
          return 3;
        }) == 130);
}

TEST_CASE("a second signal ends an orderly command at once") {
  CHECK(exit_code_of([] {
          handle_interrupts(OnInterrupt::orderly);
          raise(SIGINT);
          raise(SIGINT);
          return kWentOn;
        }) == 130);
}

}  // namespace
}  // namespace coffre::cli
