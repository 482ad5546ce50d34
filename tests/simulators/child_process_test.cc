// support/child_process.h, on which all suites that start programs stand.
#include "support/child_process.h"

#include <signal.h>

#include <catch2/catch.hpp>

#include "support/temp_dir.h"

using namespace coffre::test;
using namespace std::chrono_literals;

TEST_CASE("A child's output, errors and exit code are captured") {
  const ChildResult result = run_child({.arguments = {"sh", "-c", "echo out; echo err >&2; exit 7"}});
  CHECK(result.exit_code == 7);
  CHECK(result.signal == 0);
  CHECK(result.out == "out\n");
  CHECK(result.err == "err\n");
}

TEST_CASE("Environment, folder and input are the child's own") {
  const TempDir folder;
  const ChildResult result = run_child({.arguments = {"sh", "-c", "pwd; echo $A-${HOME-none}; cat"},
                                        .environment = {{"A", "b"}},
                                        .without = {"HOME"},
                                        .folder = folder.path(),
                                        .input_mode = ChildInput::text,
                                        .input = "typed"});
  CHECK(result.out == folder.path().string() + "\nb-none\ntyped");
  CHECK(run_child({.arguments = {"env"}, .environment = {{"ONLY", "1"}}, .empty_environment = true}).out == "ONLY=1\n");
}

TEST_CASE("More than a pipe holds goes both ways") {
  const std::string much(3'000'000, 'x');
  const ChildResult result = run_child({.arguments = {"cat"}, .input_mode = ChildInput::text, .input = much});
  CHECK(result.out == much);
}

TEST_CASE("A dialogue is possible while the child runs") {
  ChildProcess child({.arguments = {"cat"}, .input_mode = ChildInput::open});
  child.write_input("one\ntwo\n");
  CHECK(child.read_line() == "one");
  CHECK(child.read_line() == "two");
  CHECK(child.running());
  child.close_input();
  CHECK(child.wait().exit_code == 0);
  CHECK_FALSE(child.running());
  CHECK_THROWS_WITH(child.read_line(), Catch::Contains("ended before its next line"));
}

TEST_CASE("A child at a pseudo-terminal is asked as a person is") {
  const std::string script =
      "test -t 0 || exit 9; printf 'Name: ' >&2; read name; stty -echo; printf 'Password: ' >&2; read password; "
      "echo \"$name/$password\"";
  ChildProcess child({.arguments = {"sh", "-c", script}, .input_mode = ChildInput::terminal});
  child.wait_for_err("Name: ");
  child.write_input("visible\n");
  child.wait_for_err("Password: ");
  child.write_input("hidden\n");
  CHECK(child.wait().exit_code == 0);
  CHECK(child.result().out == "visible/hidden\n");
  CHECK_THAT(child.result().typed, Catch::Contains("visible") && !Catch::Contains("hidden"));
}

TEST_CASE("Signals end or stop a child, and the end says so") {
  ChildProcess child({.arguments = {"sleep", "1000"}});
  child.send_signal(SIGSTOP);
  child.wait_stopped();
  child.send_signal(SIGCONT);
  child.send_signal(SIGTERM);
  CHECK(child.wait().signal == SIGTERM);
  CHECK(child.result().exit_code == -1);
}

TEST_CASE("A deadline passes with everything that was written") {
  ChildProcess child({.arguments = {"sh", "-c", "echo so far; sleep 1000"}});
  child.wait_for_out("so far");
  CHECK_THROWS_WITH(child.wait(10ms), Catch::Contains("did not end in time") && Catch::Contains("so far"));
  CHECK_THROWS_WITH(child.wait_for_err("never", 10ms), Catch::Contains("did not write 'never' in time"));
}

TEST_CASE("The process group goes with the object, and nothing waits for grandchildren's pipes") {
  pid_t grandchild = 0;
  {
    ChildProcess child({.arguments = {"sh", "-c", "sleep 1000 & echo $!; wait"}});
    grandchild = std::stoi(child.read_line());
    CHECK(::kill(grandchild, 0) == 0);
  }
  // Killed; whoever inherits it reaps it. A zombie still answers kill(0), so its state is read.
  const std::string state_file = "/proc/" + std::to_string(grandchild) + "/stat";
  const auto gone = [&] {
    std::error_code ignored;
    return !std::filesystem::exists(state_file, ignored) || read_file(state_file).find(") Z") != std::string::npos;
  };
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  while (!gone() && std::chrono::steady_clock::now() < deadline) {
  }
  CHECK(gone());
  CHECK(run_child({.arguments = {"sh", "-c", "sleep 3 & echo done"}}).out == "done\n");
}

TEST_CASE("A program that cannot be started is an error, not a result") {
  CHECK_THROWS_WITH(run_child({.arguments = {"/no/such/program"}}), Catch::Contains("cannot start /no/such/program"));
  CHECK_THROWS_WITH(run_child({.arguments = {"no-such-program-anywhere"}}), Catch::Contains("no program named"));
  CHECK_THROWS(run_child({.arguments = {"true"}, .folder = "/no/such/folder"}));
}
