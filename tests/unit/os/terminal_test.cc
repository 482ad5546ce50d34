#include "os/terminal.h"

#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "os/file_descriptor.h"
#include "support/error_of.h"

using namespace coffre;
using test::error_of;

namespace {

struct Pipe {
  FileDescriptor read;
  FileDescriptor write;
  Pipe() {
    int ends[2] = {-1, -1};
    REQUIRE(::pipe(ends) == 0);
    read = FileDescriptor(ends[0]);
    write = FileDescriptor(ends[1]);
  }
};

Pipe pipe_with(std::string_view text) {
  Pipe pipe;
  REQUIRE(::write(pipe.write.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  pipe.write.reset();
  return pipe;
}

// A terminal with a person at `person`.
struct PseudoTerminal {
  FileDescriptor person;
  FileDescriptor terminal;
  PseudoTerminal() {
    int master = -1;
    int slave = -1;
    REQUIRE(::openpty(&master, &slave, nullptr, nullptr, nullptr) == 0);
    person = FileDescriptor(master);
    terminal = FileDescriptor(slave);
  }
  void type(std::string_view text) const {
    REQUIRE(::write(person.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  }
  // Reads what the person sees until `text` is there.
  [[nodiscard]] std::string see_until(std::string_view text) const {
    std::string seen;
    while (seen.find(text) == std::string::npos) {
      char byte = 0;
      REQUIRE(::read(person.get(), &byte, 1) == 1);
      seen += byte;
    }
    return seen;
  }
  [[nodiscard]] bool echoes() const {
    termios state{};
    REQUIRE(::tcgetattr(terminal.get(), &state) == 0);
    return (state.c_lflag & ECHO) != 0;
  }
};

pid_t start(void (*work)(SystemTerminal&), const PseudoTerminal& pty) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child != 0) return child;
  ::signal(SIGTERM, SIG_DFL);  // Catch has its own handler
  SystemTerminal terminal(pty.terminal.get(), pty.terminal.get());
  try {
    work(terminal);
  } catch (const std::exception&) {
    ::_exit(98);
  }
  ::_exit(0);
}

int status_of(pid_t child) {
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return status;
}

}  // namespace

TEST_CASE("A password comes from standard input as it stands: one line, without its end") {
  struct Row {
    std::string name;
    std::string input;
    std::string password;
  };
  const auto row = GENERATE(values<Row>({
      {"one line", "secret\n", "secret"},
      {"CR LF", "secret\r\n", "secret"},
      {"no end of line", "secret", "secret"},
      {"blanks belong to it", "  a b \n", "  a b "},
      {"only the first line", "first\nsecond\n", "first"},
      {"empty", "\n", ""},
      {"as long as allowed", std::string(1024, 'x') + "\n", std::string(1024, 'x')},
  }));
  DYNAMIC_SECTION(row.name) {
    const Pipe pipe = pipe_with(row.input);
    SystemTerminal terminal(pipe.read.get(), STDERR_FILENO);
    CHECK_FALSE(terminal.is_interactive());
    CHECK((terminal.ask_secret("unseen: ").reveal_text() == row.password));
  }
}

TEST_CASE("Reading one line leaves the next one to whoever reads next") {
  const Pipe pipe = pipe_with("first\nsecond\n");
  SystemTerminal terminal(pipe.read.get(), STDERR_FILENO);
  CHECK((terminal.ask_secret("").reveal_text() == "first"));
  CHECK((terminal.ask_secret("").reveal_text() == "second"));
  CHECK(error_of([&] { (void)terminal.ask_secret(""); }).code() == ErrorCode::usage);
}

TEST_CASE("Nobody to ask, or too long an answer, is a usage error") {
  const Pipe empty = pipe_with("");
  SystemTerminal terminal(empty.read.get(), STDERR_FILENO);
  CHECK(error_of([&] { (void)terminal.ask_secret(""); }).code() == ErrorCode::usage);
  CHECK(error_of([&] { (void)terminal.ask("name? "); }).code() == ErrorCode::usage);
  CHECK(error_of([&] { (void)terminal.confirm("sure?", Answer::no); }).code() == ErrorCode::usage);
  const Pipe large = pipe_with(std::string(1025, 'x') + "\n");
  SystemTerminal other(large.read.get(), STDERR_FILENO);
  CHECK(error_of([&] { (void)other.ask_secret(""); }).code() == ErrorCode::usage);
}

TEST_CASE("On a terminal, a password is not echoed, and the echo comes back") {
  const PseudoTerminal pty;
  const pid_t child = start(
      [](SystemTerminal& terminal) {
        const SecretString secret = terminal.ask_secret("Password: ");
        if (secret.reveal_text() != "hunter2") ::_exit(1);
        (void)!::write(STDERR_FILENO, "", 0);
        if (terminal.ask("Name: ") != "visible") ::_exit(2);
      },
      pty);
  (void)pty.see_until("Password: ");
  CHECK_FALSE(pty.echoes());  // already: what is typed at the prompt's first sight is neither shown nor dropped
  pty.type("hunter2\n");
  const std::string after_password = pty.see_until("Name: ");
  CHECK(after_password.find("hunter2") == std::string::npos);
  CHECK(pty.echoes());
  pty.type(" visible \n");
  CHECK(status_of(child) == 0);
}

TEST_CASE("A signal while a password is asked restores the terminal and then does what it does") {
  const PseudoTerminal pty;
  const pid_t child = start([](SystemTerminal& terminal) { (void)terminal.ask_secret("Password: "); }, pty);
  (void)pty.see_until("Password: ");
  REQUIRE(::kill(child, SIGTERM) == 0);
  const int status = status_of(child);
  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGTERM);
  CHECK(pty.echoes());
}

TEST_CASE("Yes and no are understood in both languages, an empty line means the default") {
  struct Row {
    std::string typed;
    Answer otherwise;
    Answer answer;
  };
  const auto row = GENERATE(values<Row>({
      {"y\n", Answer::no, Answer::yes},
      {"YES\n", Answer::no, Answer::yes},
      {"o\n", Answer::no, Answer::yes},
      {"Oui\n", Answer::no, Answer::yes},
      {"n\n", Answer::yes, Answer::no},
      {"non\n", Answer::yes, Answer::no},
      {"\n", Answer::yes, Answer::yes},
      {"\n", Answer::no, Answer::no},
      {"perhaps\nno\n", Answer::yes, Answer::no},
  }));
  DYNAMIC_SECTION(row.typed << (row.otherwise == Answer::yes ? "(yes)" : "(no)")) {
    const PseudoTerminal pty;
    SystemTerminal terminal(pty.terminal.get(), pty.terminal.get());
    pty.type(row.typed);
    CHECK((terminal.confirm("Sure?", row.otherwise) == row.answer));
  }
}
