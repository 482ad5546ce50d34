#include "support/child_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
extern "C" {  // glibc 2.36 forgot it in this header
#include <sys/pidfd.h>
}

#include <array>
#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <utility>

namespace coffre::test {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

constexpr std::size_t kReadBlock = 64U * 1024U;
constexpr int kExecFailed = 127;
constexpr unsigned kFirstForeignDescriptor = 3;

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) {
      close();
      number_ = std::exchange(other.number_, -1);
    }
    return *this;
  }
  ~Descriptor() { close(); }
  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] bool open() const { return number_ >= 0; }
  void close() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }

 private:
  int number_ = -1;
};

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error(fmt::format("{}: {}", what, strerrordesc_np(errno)));
}

struct Pipe {
  Descriptor read_end;
  Descriptor write_end;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail("pipe2");
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

// The person's end takes what is typed and gives what is echoed: both through write_end.
Pipe make_terminal() {
  int person = -1;
  int terminal = -1;
  if (::openpty(&person, &terminal, nullptr, nullptr, nullptr) != 0) fail("openpty");
  Pipe ends{Descriptor(terminal), Descriptor(person)};
  for (const int end : {person, terminal}) {
    if (::fcntl(end, F_SETFD, FD_CLOEXEC) != 0) fail("fcntl");
  }
  return ends;
}

void set_nonblocking(const Descriptor& descriptor) {
  const int flags = ::fcntl(descriptor.number(), F_GETFL);
  if (flags < 0 || ::fcntl(descriptor.number(), F_SETFL, flags | O_NONBLOCK) < 0) fail("fcntl");
}

std::vector<std::string> environment_of(const ChildOptions& options) {
  std::map<std::string, std::string> merged;
  if (!options.empty_environment) {
    for (char** entry = ::environ; *entry != nullptr; ++entry) {
      const std::string text = *entry;
      const std::size_t equals = text.find('=');
      if (equals != std::string::npos) merged[text.substr(0, equals)] = text.substr(equals + 1);
    }
  }
  for (const std::string& name : options.without) merged.erase(name);
  for (const auto& [name, value] : options.environment) merged[name] = value;
  std::vector<std::string> lines;
  lines.reserve(merged.size());
  for (const auto& [name, value] : merged) lines.push_back(fmt::format("{}={}", name, value));
  return lines;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// Everything the child needs, prepared before fork: between fork and exec only async-signal-safe calls are allowed.
struct Launch {
  const char* program;
  char* const* arguments;
  char* const* environment;
  const char* folder;  // nullptr = stay
  int input;
  int output;
  int errors;
  int report;  // where errno of a failed exec goes
};

[[noreturn]] void become(const Launch& launch) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::setsid();
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  const bool ready = ::dup2(launch.input, STDIN_FILENO) >= 0 && ::dup2(launch.output, STDOUT_FILENO) >= 0 &&
                     ::dup2(launch.errors, STDERR_FILENO) >= 0 &&
                     ::close_range(kFirstForeignDescriptor, ~0U, CLOSE_RANGE_CLOEXEC) == 0 &&
                     (launch.folder == nullptr || ::chdir(launch.folder) == 0);
  if (ready) ::execve(launch.program, launch.arguments, launch.environment);
  const int error = errno;
  const ssize_t ignored = ::write(launch.report, &error, sizeof error);
  ::_exit(ignored == sizeof error ? kExecFailed : kExecFailed - 1);
}

// Appends what is there; closes at the end of the stream.
void drain(Descriptor& from, std::string& into) {
  std::array<char, kReadBlock> block{};
  while (from.open()) {
    const ssize_t count = ::read(from.number(), block.data(), block.size());
    if (count > 0) {
      into.append(block.data(), static_cast<std::size_t>(count));
      continue;
    }
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return;
    from.close();
  }
}

int milliseconds_until(SteadyTime deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  return left.count() <= 0 ? 0 : static_cast<int>(left.count());
}

}  // namespace

struct ChildProcess::State {
  std::string command_line;
  pid_t pid = -1;
  Descriptor pidfd;
  Descriptor input;
  Descriptor output;
  Descriptor errors;
  bool echoes = false;  // `input` is a terminal, which is read too
  std::string unsent;   // input that the pipe had no room for yet
  bool close_when_sent = false;
  bool ended = false;
  std::size_t line_start = 0;
  ChildResult result;

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (pid < 0 || ended) return;
    ::kill(-pid, SIGKILL);
    ::kill(pid, SIGKILL);
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
  }

  [[noreturn]] void complain(std::string_view what) const {
    throw std::runtime_error(
        fmt::format("{}: {}\n--- stdout\n{}\n--- stderr\n{}", command_line, what, result.out, result.err));
  }

  void push_input() {
    while (input.open() && !unsent.empty()) {
      const ssize_t count = ::write(input.number(), unsent.data(), unsent.size());
      if (count > 0) {
        unsent.erase(0, static_cast<std::size_t>(count));
        continue;
      }
      if (count < 0 && errno == EINTR) continue;
      if (count < 0 && errno == EAGAIN) return;
      unsent.clear();  // the child does not read any more: its matter, not ours
      input.close();
    }
    if (unsent.empty() && close_when_sent) input.close();
  }

  // Waits until something happens, handles it. False when the deadline has passed.
  bool step(SteadyTime deadline) {
    std::array<pollfd, 5> watched{{{output.number(), POLLIN, 0},
                                   {errors.number(), POLLIN, 0},
                                   {ended ? -1 : pidfd.number(), POLLIN, 0},
                                   {unsent.empty() ? -1 : input.number(), POLLOUT, 0},
                                   {echoes ? input.number() : -1, POLLIN, 0}}};
    const int count = ::poll(watched.data(), watched.size(), milliseconds_until(deadline));
    if (count < 0 && errno != EINTR) fail("poll");
    drain(output, result.out);
    drain(errors, result.err);
    if (echoes) drain(input, result.typed);  // closes it when the child has gone (EIO)
    if (watched[3].revents != 0) push_input();
    if (watched[2].revents != 0) reap();
    return count != 0;
  }

  void reap() {
    int status = 0;
    if (::waitpid(pid, &status, WNOHANG) != pid) return;
    ended = true;
    if (WIFEXITED(status)) result.exit_code = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
    drain(output, result.out);
    drain(errors, result.err);
    if (echoes) drain(input, result.typed);
  }

  void wait_for(const std::string& stream, std::string_view text, std::chrono::milliseconds within) {
    const SteadyTime deadline = std::chrono::steady_clock::now() + within;
    while (stream.find(text) == std::string::npos) {
      if (ended) complain(fmt::format("ended without writing '{}'", text));
      if (!step(deadline)) complain(fmt::format("did not write '{}' in time", text));
    }
  }
};

ChildProcess::ChildProcess(ChildOptions options) : state_(std::make_unique<State>()) {
  if (options.arguments.empty()) throw std::runtime_error("a child process needs a program");
  const std::string program = find_program(options.arguments.front());
  state_->command_line = fmt::format("{}", fmt::join(options.arguments, " "));
  std::vector<std::string> environment = environment_of(options);
  const std::vector<char*> argument_pointers = pointers_to(options.arguments);
  const std::vector<char*> environment_pointers = pointers_to(environment);
  Pipe in = options.input_mode == ChildInput::terminal ? make_terminal() : make_pipe();
  Pipe out = make_pipe();
  Pipe err = make_pipe();
  Pipe report = make_pipe();
  if (options.input_mode == ChildInput::none) {
    in.read_end = Descriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    in.write_end.close();
  }
  const Launch launch{program.c_str(),
                      argument_pointers.data(),
                      environment_pointers.data(),
                      options.folder.empty() ? nullptr : options.folder.c_str(),
                      in.read_end.number(),
                      out.write_end.number(),
                      err.write_end.number(),
                      report.write_end.number()};
  const pid_t pid = ::fork();
  if (pid < 0) fail("fork");
  if (pid == 0) become(launch);
  state_->pid = pid;
  report.write_end.close();
  int error = 0;
  if (::read(report.read_end.number(), &error, sizeof error) == sizeof error) {
    errno = error;
    fail(fmt::format("cannot start {}", program));
  }
  state_->pidfd = Descriptor(::pidfd_open(pid, 0));
  if (!state_->pidfd.open()) fail("pidfd_open");
  state_->input = std::move(in.write_end);
  state_->output = std::move(out.read_end);
  state_->errors = std::move(err.read_end);
  set_nonblocking(state_->output);
  set_nonblocking(state_->errors);
  if (!state_->input.open()) return;
  ::signal(SIGPIPE, SIG_IGN);  // a child that stops reading must not end the test
  set_nonblocking(state_->input);
  state_->unsent = std::move(options.input);
  state_->close_when_sent = options.input_mode == ChildInput::text;
  state_->echoes = options.input_mode == ChildInput::terminal;
  state_->push_input();
}

ChildProcess::~ChildProcess() = default;
ChildProcess::ChildProcess(ChildProcess&&) noexcept = default;
ChildProcess& ChildProcess::operator=(ChildProcess&&) noexcept = default;

pid_t ChildProcess::pid() const {
  return state_->pid;
}

bool ChildProcess::running() {
  if (!state_->ended) state_->step(std::chrono::steady_clock::now());
  return !state_->ended;
}

void ChildProcess::write_input(std::string_view text) {
  state_->unsent += text;
  state_->push_input();
}

void ChildProcess::close_input() {
  state_->close_when_sent = true;
  state_->push_input();
}

std::string ChildProcess::read_line(std::chrono::milliseconds within) {
  const SteadyTime deadline = std::chrono::steady_clock::now() + within;
  for (;;) {
    const std::size_t end = state_->result.out.find('\n', state_->line_start);
    if (end != std::string::npos) {
      std::string line = state_->result.out.substr(state_->line_start, end - state_->line_start);
      state_->line_start = end + 1;
      return line;
    }
    if (state_->ended) state_->complain("ended before its next line");
    if (!state_->step(deadline)) state_->complain("wrote no further line in time");
  }
}

void ChildProcess::wait_for_out(std::string_view text, std::chrono::milliseconds within) {
  state_->wait_for(state_->result.out, text, within);
}

void ChildProcess::wait_for_err(std::string_view text, std::chrono::milliseconds within) {
  state_->wait_for(state_->result.err, text, within);
}

void ChildProcess::send_signal(int signal_number) const {
  if (state_->ended) state_->complain("has ended: no signal possible");
  if (::kill(state_->pid, signal_number) != 0) fail("kill");
}

void ChildProcess::wait_stopped(std::chrono::milliseconds within) {
  // A pidfd tells the end, not a stop: SIGCHLD is the event, waited for with a short timer because it may be ignored.
  constexpr std::chrono::milliseconds kLook{5};
  const SteadyTime deadline = std::chrono::steady_clock::now() + within;
  for (;;) {
    siginfo_t info{};
    if (::waitid(P_PID, static_cast<id_t>(state_->pid), &info, WSTOPPED | WNOHANG | WNOWAIT) == 0 &&
        info.si_pid == state_->pid) {
      return;
    }
    if (state_->ended) state_->complain("ended instead of stopping");
    if (std::chrono::steady_clock::now() > deadline) state_->complain("did not stop in time");
    state_->step(std::chrono::steady_clock::now() + kLook);
  }
}

const ChildResult& ChildProcess::wait(std::chrono::milliseconds within) {
  const SteadyTime deadline = std::chrono::steady_clock::now() + within;
  while (!state_->ended) {
    if (!state_->step(deadline) && !state_->ended) state_->complain("did not end in time");
  }
  return state_->result;
}

const ChildResult& ChildProcess::result() const {
  return state_->result;
}

ChildResult run_child(ChildOptions options, std::chrono::milliseconds deadline) {
  ChildProcess child(std::move(options));
  return child.wait(deadline);
}

std::string find_program(std::string_view name) {
  if (name.find('/') != std::string_view::npos) return std::string(name);
  const std::filesystem::path ours = std::filesystem::read_symlink("/proc/self/exe").parent_path() / name;
  if (::access(ours.c_str(), X_OK) == 0) return ours;
  const char* search = ::getenv("PATH");
  std::string_view rest = search == nullptr ? "/usr/bin:/bin" : search;
  while (!rest.empty()) {
    const std::size_t end = rest.find(':');
    const std::filesystem::path found = std::filesystem::path(rest.substr(0, end)) / name;
    if (::access(found.c_str(), X_OK) == 0) return found;
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  }
  throw std::runtime_error(fmt::format("no program named {}", name));
}

}  // namespace coffre::test
