#include "base/fault_point.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include <catch2/catch.hpp>

#include <cstdlib>
#include <functional>

#include "base/error.h"

namespace coffre {
namespace {

constexpr int kPassed = 0;
constexpr int kThrew = 10;
constexpr int kThrewSomethingElse = 11;

// What happens to a process that runs `body` with that request. The request is read once per process, so each case has
// its own, and this one never passes a fault point itself.
pid_t start(const char* request, const std::function<void()>& body) {
  const pid_t child = fork();
  if (child != 0) return child;
  if (request == nullptr) {
    unsetenv("COFFRE_FAULT");
  } else {
    setenv("COFFRE_FAULT", request, 1);
  }
  try {
    body();
  } catch (const Error& error) {
    const bool ours = error.code() == ErrorCode::internal && error.reason() == "step.two";
    _exit(ours ? kThrew : kThrewSomethingElse);
  } catch (...) {
    _exit(kThrewSomethingElse);
  }
  _exit(kPassed);
}

int status_of(const char* request, const std::function<void()>& body) {
  const pid_t child = start(request, body);
  REQUIRE(child > 0);
  int status = 0;
  REQUIRE(waitpid(child, &status, WUNTRACED) == child);
  return status;
}

void two_steps() {
  fault_point("step.one");
  fault_point("step.two");
}

TEST_CASE("a fault point does nothing unless the environment names it") {
  for (const char* const request :
       {static_cast<const char*>(nullptr), "", "kill", "kill:", ":step.two", "kill:step", "kill:step.two.x",
        "kill:STEP.TWO", "jump:step.two", "kill:@1", "kill:step.two@2", "kill:step.two@0"}) {
    CAPTURE(request == nullptr ? "(unset)" : request);
    const int status = status_of(request, two_steps);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == kPassed);
  }
}

TEST_CASE("kill ends the process at the named point") {
  const int status = status_of("kill:step.two", [] {
    fault_point("step.one");
    fault_point("step.two");
    _exit(kThrewSomethingElse);
  });
  REQUIRE(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGKILL);
}

TEST_CASE("fail throws an internal error that names the point, once") {
  const int status = status_of("fail:step.two", two_steps);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == kThrew);

  const int second = status_of("fail:step.two", [] {
    try {
      two_steps();
      _exit(kThrewSomethingElse);
    } catch (const Error&) {
      two_steps();  // the second passing is none of its business
    }
  });
  REQUIRE(WIFEXITED(second));
  CHECK(WEXITSTATUS(second) == kPassed);
}

TEST_CASE("@N waits for the N-th passing of that point") {
  const auto pass = [](int times) {
    return [times] {
      for (int i = 0; i < times; ++i) two_steps();
    };
  };
  CHECK(WEXITSTATUS(status_of("fail:step.two@3", pass(2))) == kPassed);
  CHECK(WEXITSTATUS(status_of("fail:step.two@3", pass(3))) == kThrew);
  CHECK(WEXITSTATUS(status_of("fail:step.two@1", pass(1))) == kThrew);
}

TEST_CASE("stop halts the process until it is continued, and then lets it pass") {
  const pid_t child = start("stop:step.two", two_steps);
  REQUIRE(child > 0);
  int status = 0;
  REQUIRE(waitpid(child, &status, WUNTRACED) == child);
  REQUIRE(WIFSTOPPED(status));
  CHECK(WSTOPSIG(status) == SIGSTOP);
  REQUIRE(kill(child, SIGCONT) == 0);
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == kPassed);
}

}  // namespace
}  // namespace coffre
