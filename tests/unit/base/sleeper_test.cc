#include "base/sleeper.h"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "base/interruption.h"

using namespace std::chrono_literals;

TEST_CASE("A sleeper waits at least as long as it was asked to") {
  const auto begun = std::chrono::steady_clock::now();
  coffre::SystemSleeper().pause(30ms);
  CHECK(std::chrono::steady_clock::now() - begun >= 30ms);
}

// In a process of its own: the flag never goes back.
TEST_CASE("An interruption ends the waiting, however long it was to be") {
  const pid_t child = fork();
  if (child == 0) {
    coffre::request_interruption();
    try {
      coffre::SystemSleeper().pause(24h);
    } catch (const coffre::Error& error) {
      _exit(error.code() == coffre::ErrorCode::interrupted ? 0 : 2);
    }
    _exit(1);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}
