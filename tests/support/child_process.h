// A program started by a test: arguments, environment, input; output captured; how it ended. All waiting is by poll on
// pipes and a pidfd with a deadline, never by sleeping.
//
// The child gets its own session and process group, inherits no descriptor but 0, 1 and 2, and dies (SIGKILL) with the
// thread that started it (PR_SET_PDEATHSIG), so nothing outlives a test run. Threads: one at a time per object.
// Failures (cannot start, deadline passed, ended too early) throw std::runtime_error whose text holds the command line
// and everything that the child has written.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace coffre::test {

inline constexpr std::chrono::milliseconds kChildDeadline{60'000};  // generous: sanitizers on a busy machine

enum class ChildInput {
  none,  // /dev/null
  text,  // `input` is written, then closed
  open,  // a pipe that stays open until close_input(); `input` is written first
  // A pseudo-terminal: the child sees a person at its standard input (its output and errors stay pipes). write_input()
  // types; `typed` in the result is what the terminal echoed of it. Answer when the question is there (wait_for_err):
  // a program that asks for a password drops what was typed before.
  terminal,
};

struct ChildOptions {
  std::vector<std::string> arguments;                // [0] is the program: a path, or a name looked up by find_program
  std::map<std::string, std::string> environment{};  // added to ours, or replacing
  std::vector<std::string> without{};                // names removed from the environment
  bool empty_environment = false;                    // start from nothing but `environment`
  std::filesystem::path folder{};                    // working directory; empty = ours
  ChildInput input_mode = ChildInput::none;
  std::string input{};
};

struct ChildResult {
  int exit_code = -1;  // 0..255, or -1 when a signal ended it
  int signal = 0;      // the signal that ended it, or 0
  std::string out;     // stdout; grows while the child runs
  std::string err;     // stderr
  std::string typed;   // ChildInput::terminal: what was to be seen of the typing
};

class ChildProcess {
 public:
  // Returns when the program runs (exec succeeded).
  explicit ChildProcess(ChildOptions options);
  // Ends it: SIGKILL to its process group, then reaped.
  ~ChildProcess();
  ChildProcess(ChildProcess&&) noexcept;
  ChildProcess& operator=(ChildProcess&&) noexcept;

  [[nodiscard]] pid_t pid() const;
  // Whether it has not ended yet; collects what it has written so far.
  [[nodiscard]] bool running();

  void write_input(std::string_view text);
  void close_input();

  // The next whole line of stdout, without its line end; lines already given are not given again.
  std::string read_line(std::chrono::milliseconds deadline = kChildDeadline);
  // Returns when stdout (stderr) holds `text` anywhere from its beginning on.
  void wait_for_out(std::string_view text, std::chrono::milliseconds deadline = kChildDeadline);
  void wait_for_err(std::string_view text, std::chrono::milliseconds deadline = kChildDeadline);

  void send_signal(int signal_number) const;  // to the child alone
  // Waits for the state that SIGSTOP (or fault_point "stop:") brings about.
  void wait_stopped(std::chrono::milliseconds deadline = kChildDeadline);
  // Waits for its end. May be called again: gives the same.
  const ChildResult& wait(std::chrono::milliseconds deadline = kChildDeadline);

  // What has been captured so far.
  [[nodiscard]] const ChildResult& result() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Starts, waits, returns.
ChildResult run_child(ChildOptions options, std::chrono::milliseconds deadline = kChildDeadline);

// A program of ours from the folder of the running test binary ("<build>/bin/NAME"), else one in PATH; throws when
// there is none. A text with '/' is returned as it is.
std::string find_program(std::string_view name);

}  // namespace coffre::test
