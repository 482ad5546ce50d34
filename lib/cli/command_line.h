// A program's commands as data: one table gives parsing, --help, shell completion and the man page.
//
// A program declares `cli::Program` and calls `run_program` (cli/run_program.h). A command is a name (one word, or two:
// "device add"), what it takes, and a function. Texts are English message ids marked by tr_noop; they are translated
// where they are shown. Every command also understands --config FILE, --json, --quiet, --help and --version, before or
// after its name; commands do not declare these.
//
// Threads: the tables are read only; Arguments and Context belong to the one thread that runs the command.
#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/translate.h"

namespace coffre::cli {

enum class Takes { nothing, text, number, choice, file, folder };  // file, folder: for completion; not looked up
enum class Times { optional, required, any, some };                // 0..1, 1, 0.., 1..

// "--device", or the name of a positional in capitals: "NAME". Made by the functions below.
struct Parameter {
  std::string name;
  Takes takes = Takes::nothing;
  Times times = Times::optional;
  const char* value = "";                 // msgid: what stands for the value in help, "DEVICE"
  const char* help = "";                  // msgid: one line
  std::vector<std::string> choices = {};  // Takes::choice: exactly these words
};

// Options, and how often they may be given:
//   option("--site", Takes::text, "SITE", tr_noop("only this site"))        0 or 1
//   repeatable(option(...))                                                 any number
//   required(option(...)), required(repeatable(option(...)))                exactly 1, at least 1
Parameter flag(std::string name, const char* help);
Parameter option(std::string name, Takes takes, const char* value, const char* help);
Parameter choice(std::string name, std::vector<std::string> choices, const char* help);
// Positionals, required unless wrapped by optional(). Only the last one may be optional or repeatable.
Parameter positional(std::string name, Takes takes, const char* help);
Parameter positional_choice(std::string name, std::vector<std::string> choices, const char* help);
Parameter required(Parameter parameter);
Parameter optional(Parameter parameter);
Parameter repeatable(Parameter parameter);

// What was typed, already checked against the declarations. Asking for a name that the command does not declare
// throws Error(internal): a typing mistake in a command cannot pass its first test.
class Arguments {
 public:
  explicit Arguments(const std::vector<Parameter>& declared);

  [[nodiscard]] bool has(std::string_view name) const;          // given at least once
  [[nodiscard]] std::string text(std::string_view name) const;  // "" when not given
  [[nodiscard]] std::string text_or(std::string_view name, std::string_view otherwise) const;
  [[nodiscard]] std::optional<std::int64_t> number(std::string_view name) const;   // 0 or more
  [[nodiscard]] const std::vector<std::string>& all(std::string_view name) const;  // in the order typed

  void add(std::string_view name, std::string value);  // for the parser, and for tests of commands

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> values_;
};

struct Program;
struct Command;

// What a command is given beside its arguments. Streams outlive the command.
struct Context {
  const Program& program;
  const Command& command;
  std::string config_file = {};  // --config; "" = the program's default place
  bool json = false;             // one JSON document on `out`, nothing else
  bool quiet = false;            // no progress, no notes; results and errors only
  std::istream& in;
  std::ostream& out;  // results; checked for write errors after the command
  std::ostream& err;  // notes and progress
  bool in_is_terminal = false;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  bool colors = false;  // out is a terminal and NO_COLOR is not set
};

// For whom a command is: --help lists them by person.
enum class Person { technician, operation, disaster };

// What Ctrl-C (SIGINT, SIGTERM) does while the command runs. At once is right for whatever leaves the old state or the
// new one at any instant (design.md rule 9); orderly commands ask cli/interrupt.h and end by themselves.
enum class OnInterrupt { end_at_once, orderly };

struct Example {
  std::string line;       // "restore-cli list --site SIEGEPARIS"
  const char* says = "";  // msgid
};

struct Command {
  std::string name;  // "run" or "device add"
  Person person = Person::operation;
  const char* summary = "";      // msgid: one line, lower case, no full stop
  const char* description = "";  // msgid: some sentences for --help and man; may be empty
  std::vector<Parameter> positionals = {};
  std::vector<Parameter> options = {};
  std::vector<Example> examples = {};
  OnInterrupt on_interrupt = OnInterrupt::end_at_once;
  // Returns the exit code of design.md section 11; throws Error for what ends the command.
  std::function<int(const Arguments&, Context&)> run = nullptr;
};

struct Program {
  std::string name;     // "backupd"
  std::string version;  // "0.1.0"
  const char* summary = "";
  const char* description = "";
  std::vector<Command> commands = {};
  std::vector<Example> examples = {};
  // `language:` of the configuration at that path ("" = default place); nullopt when it cannot be read or says nothing:
  // then the environment decides. Must not throw. May be empty.
  std::function<std::optional<Language>(const std::string& config_file)> language = nullptr;
};

}  // namespace coffre::cli
