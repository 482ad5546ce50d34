#include "os/terminal.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include <array>

#include "base/error.h"
#include "base/text.h"
#include "base/translate.h"

namespace coffre {
namespace {

constexpr std::size_t kMaxLine = 1024;

// Signals that would leave the terminal without echo. Ctrl-Z too: the shell would be typed into blindly.
constexpr std::array kSignals{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};

volatile sig_atomic_t caught_signal = 0;

void catch_signal(int number) {
  caught_signal = number;
}

// Catches the signals for as long as it lives, so that waiting ends and the terminal can be restored. They are let in
// only while wait_for_input() waits: one that came just before a read would leave the read waiting for ever.
class SignalCatcher {
 public:
  SignalCatcher() noexcept {
    caught_signal = 0;
    sigset_t held;
    ::sigemptyset(&held);
    for (const int signal : kSignals) ::sigaddset(&held, signal);
    ::pthread_sigmask(SIG_BLOCK, &held, &mask_before_);
    struct sigaction action {};
    action.sa_handler = catch_signal;  // no SA_RESTART
    ::sigemptyset(&action.sa_mask);
    for (std::size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &action, &before_[i]);
  }
  SignalCatcher(const SignalCatcher&) = delete;
  SignalCatcher& operator=(const SignalCatcher&) = delete;
  // The handlers first: what came meanwhile then does what it would have done without us.
  ~SignalCatcher() {
    for (std::size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &before_[i], nullptr);
    ::pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
  }

  // False when a signal came first.
  [[nodiscard]] bool wait_for_input(int input) const {
    sigset_t open = mask_before_;
    for (const int signal : kSignals) ::sigdelset(&open, signal);
    pollfd waiting{.fd = input, .events = POLLIN, .revents = 0};
    while (::ppoll(&waiting, 1, nullptr, &open) < 0) {
      if (errno != EINTR) throw Error(ErrorCode::io, tr("asking a question"), errno_text(errno));
      if (caught_signal != 0) return false;
    }
    return true;
  }

 private:
  std::array<struct sigaction, kSignals.size()> before_{};
  sigset_t mask_before_{};
};

class EchoOff {
 public:
  explicit EchoOff(int terminal) noexcept : terminal_(terminal) {
    if (::tcgetattr(terminal_, &before_) != 0) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = ::tcsetattr(terminal_, TCSAFLUSH, &silent) == 0;
  }
  EchoOff(const EchoOff&) = delete;
  EchoOff& operator=(const EchoOff&) = delete;
  ~EchoOff() {
    if (changed_) ::tcsetattr(terminal_, TCSAFLUSH, &before_);
  }
  [[nodiscard]] bool is_off() const { return changed_; }

 private:
  int terminal_;
  termios before_{};
  bool changed_ = false;
};

[[noreturn]] void throw_no_answer() {
  throw Error(ErrorCode::usage, tr("asking a question"), tr("there was no answer"),
              tr("Run this on a terminal, or give one line on standard input"));
}

// One line, byte by byte so that nothing behind it is taken from whoever reads next. `wait` is asked before each byte;
// false as soon as it says false. `line` is locked memory of kMaxLine bytes; `length` says how many of them were
// filled.
template <typename Wait>
bool read_line(int input, SecretBytes& line, std::size_t& length, Wait wait) {
  length = 0;
  for (;;) {
    if (!wait()) return false;
    std::uint8_t byte = 0;
    const ssize_t got = ::read(input, &byte, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw Error(ErrorCode::io, tr("asking a question"), errno_text(errno));
    if (got == 0 && length == 0) throw_no_answer();
    if (got == 0 || byte == '\n') break;
    if (length == kMaxLine) throw Error(ErrorCode::usage, tr("asking a question"), tr("the answer is too long"));
    line.reveal_writable()[length++] = byte;
  }
  if (length > 0 && line.reveal_bytes()[length - 1] == '\r') --length;
  return true;
}

// `show_prompt` is called once the echo is off: whoever types as soon as the question is there is not shown, and what
// was typed before (and is dropped with the echo) was no answer to it.
template <typename ShowPrompt>
SecretString read_secret_line(int input, ShowPrompt show_prompt) {
  SecretBytes line = SecretBytes::zeroed(kMaxLine);
  std::size_t length = 0;
  bool complete = false;
  {
    const SignalCatcher catcher;
    const EchoOff echo(input);
    if (::isatty(input) != 0 && !echo.is_off())
      throw Error(ErrorCode::io, tr("reading a password"), tr("the terminal does not let us switch off its echo"));
    show_prompt();
    complete = read_line(input, line, length, [&] { return catcher.wait_for_input(input); });
  }
  if (!complete) {
    ::raise(caught_signal);  // as if we had not been in between; returns if the program handles it itself
    throw Error(ErrorCode::interrupted, tr("reading a password"), tr("interrupted"));
  }
  return SecretString::copy_of(as_text(line.reveal_bytes().first(length)));
}

std::string read_plain_line(int input) {
  SecretBytes line = SecretBytes::zeroed(kMaxLine);
  std::size_t length = 0;
  read_line(input, line, length, [] { return true; });
  return std::string(trim(as_text(line.reveal_bytes().first(length))));
}

}  // namespace

SystemTerminal::SystemTerminal() : SystemTerminal(STDIN_FILENO, STDERR_FILENO) {}

bool is_terminal(int fd) {
  return ::isatty(fd) != 0;
}

bool SystemTerminal::is_interactive() const {
  return is_terminal(input_);
}

void SystemTerminal::show(std::string_view text) const {
  while (!text.empty()) {
    const ssize_t written = ::write(output_, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // nobody reads: the question goes unseen, the answer counts
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::string SystemTerminal::ask(std::string_view prompt) {
  if (!is_interactive()) throw_no_answer();
  show(prompt);
  return read_plain_line(input_);
}

SecretString SystemTerminal::ask_secret(std::string_view prompt) {
  if (!is_interactive()) return read_secret_line(input_, [] {});
  SecretString secret = read_secret_line(input_, [&] { show(prompt); });
  show("\n");  // the person's own was not echoed
  return secret;
}

Answer SystemTerminal::confirm(std::string_view question, Answer otherwise) {
  const std::string prompt = std::string(question) + (otherwise == Answer::yes ? tr(" [Y/n] ") : tr(" [y/N] "));
  for (;;) {
    const std::string answer = to_lower_ascii(ask(prompt));
    if (answer.empty()) return otherwise;
    for (const char* const yes : {"y", "yes", "o", "oui"})
      if (answer == yes) return Answer::yes;
    for (const char* const no : {"n", "no", "non"})
      if (answer == no) return Answer::no;
    show(tr("Please answer yes or no.\n"));
  }
}

}  // namespace coffre
