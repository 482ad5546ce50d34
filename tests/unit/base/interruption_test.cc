#include "base/interruption.h"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

// In a process of its own: the flag never goes back.
TEST_CASE("an interruption is asked for once, and stays") {
  const pid_t child = fork();
  if (child == 0) {
    const bool before = coffre::interruption_requested();
    const bool first = coffre::request_interruption();
    const bool second = coffre::request_interruption();
    _exit(!before && !first && second && coffre::interruption_requested() ? 0 : 1);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}
