// Talking with the person at the terminal: questions, passwords without echo.
//
// Questions go to stderr, so that stdout stays data. Threads: one at a time.
// Errors: usage when there is nobody to ask, or no answer (end of input); interrupted when the person presses Ctrl-C
// (the terminal is as before then).
#pragma once

#include <string>
#include <string_view>

#include "base/secret.h"

namespace coffre {

enum class Answer { yes, no };

class Terminal {
 public:
  virtual ~Terminal() = default;
  // Whether a person sits there (standard input is a terminal).
  [[nodiscard]] virtual bool is_interactive() const = 0;
  // One line without its end; without blanks around it. Only when interactive.
  virtual std::string ask(std::string_view prompt) = 0;
  // Without echo from a terminal, which is off before the prompt shows; otherwise one line of standard input, exactly
  // as it stands, without its end (LF or CR LF). At most 1024 bytes. Empty is allowed.
  virtual SecretString ask_secret(std::string_view prompt) = 0;
  // "y", "yes", "o", "oui", "n", "no", "non" in any case; an empty line means `otherwise`, which is shown behind the
  // question; asks again for anything else.
  virtual Answer confirm(std::string_view question, Answer otherwise) = 0;
};

// Over two descriptors, which stay the caller's.
class SystemTerminal final : public Terminal {
 public:
  SystemTerminal();  // standard input and standard error
  SystemTerminal(int input, int output) : input_(input), output_(output) {}

  [[nodiscard]] bool is_interactive() const override;
  std::string ask(std::string_view prompt) override;
  SecretString ask_secret(std::string_view prompt) override;
  Answer confirm(std::string_view question, Answer otherwise) override;

 private:
  void show(std::string_view text) const;

  int input_;
  int output_;
};

// Whether a descriptor is a terminal: for progress on stderr, colours on stdout.
bool is_terminal(int fd);

}  // namespace coffre
