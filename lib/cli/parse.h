// Words typed -> the command meant and its checked arguments (CLI11 inside).
//
// Every mistake throws Error(usage) whose subject is the program and command, with the nearest known word as a hint
// where there is one. Values that were typed for options are not repeated in errors: one might be a password. Pure.
#pragma once

#include <string>
#include <vector>

#include "cli/command_line.h"

namespace coffre::cli {

struct CommonOptions {
  std::string config_file;
  bool json = false;
  bool quiet = false;
  bool help = false;
  bool version = false;
};

struct Invocation {
  const Command* command = nullptr;  // nullptr: --help or --version of the program itself
  CommonOptions common;
  Arguments arguments;  // with --help or --version: unchecked, not to be used
};

// `words` are the arguments without the program's name. The result points into `program`.
Invocation parse(const Program& program, const std::vector<std::string>& words);

// The common options as far as they can be seen without understanding the rest: to know the language and the form of
// an error when parse() throws.
CommonOptions peek_common_options(const std::vector<std::string>& words);

// The options that every command takes, as data for help, completion and man.
const std::vector<Parameter>& common_options();

}  // namespace coffre::cli
