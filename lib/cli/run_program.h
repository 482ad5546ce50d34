// What both programs' main() call: parse, run, and turn every ending into the documented exit code and one line.
//
//   int main(int argc, char** argv) { return coffre::cli::run_program(program(), argc, argv); }
//
// Besides the declared commands each program has `completion bash|zsh` and `man`, made from the same table.
// An Error becomes one line on stderr and exit_code(code); with --json one object on stdout instead:
//   {"error": {"code", "category", "subject", "step", "reason", "hint"}, "exit_code": N}
// with empty texts for what is not known. Anything else that is thrown counts as `internal`, exit code 1.
// A result that cannot be written (full disk, closed pipe) is exit code 1 even if the command succeeded.
#pragma once

#include <string>
#include <vector>

#include "cli/command_line.h"

namespace coffre::cli {

// With the process's streams. Sets the language, ignores SIGPIPE, installs the handlers of cli/interrupt.h.
int run_program(const Program& program, int argc, char** argv);

struct Streams {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  bool in_is_terminal = false;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
};

// The same without touching the process: for tests. `words` are the arguments without the program's name.
int run_program(const Program& program, const std::vector<std::string>& words, const Streams& streams);

}  // namespace coffre::cli
