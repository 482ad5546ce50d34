#include "cli/man_page.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cli/help.h"
#include "cli/parse.h"

namespace coffre::cli {
namespace {

// A text that roff shows as it is: backslashes and hyphens escaped, no control character at a line's beginning.
std::string roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool starts_line = out.empty() || out.back() == '\n';
    if (starts_line && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else
      out += c;
  }
  return out;
}

std::string heading(std::string_view title) {
  return fmt::format(".SH {}\n", roff(to_upper_ascii(title)));
}

std::string tagged(std::string_view label, std::string_view text) {
  return fmt::format(".TP\n\\fB{}\\fR\n{}\n", roff(label), roff(text));
}

std::string parameters(const std::vector<Parameter>& list) {
  std::string out;
  for (const Parameter& parameter : list) out += tagged(label_of(parameter), tr(parameter.help));
  return out;
}

std::string examples(const std::vector<Example>& list) {
  std::string out;
  for (const Example& example : list)
    out += tagged(tr(example.line.c_str()), *example.says == '\0' ? "" : tr(example.says));
  return out;
}

std::string command_section(const Program& program, const Command& command) {
  std::string out = fmt::format(".SS {}\n", roff(command.name));
  out += fmt::format("\\fB{}\\fR\n.PP\n{}\n", roff(usage_line(program, command)), roff(tr(command.summary)));
  if (*command.description != '\0') out += fmt::format(".PP\n{}\n", roff(tr(command.description)));
  return out + parameters(command.positionals) + parameters(command.options) + examples(command.examples);
}

}  // namespace

std::string man_page(const Program& program) {
  std::string out = fmt::format(".TH {} 1 \"\" \"coffre {}\" \"Coffre\"\n", roff(to_upper_ascii(program.name)),
                                roff(program.version));
  out += heading(tr("Name")) + fmt::format("{} \\- {}\n", roff(program.name), roff(tr(program.summary)));
  out += heading(tr("Usage"));
  out += fmt::format("\\fB{}\\fR {} [{}]\n", roff(program.name), roff(tr("COMMAND")), roff(tr("options")));
  if (*program.description != '\0') {
    out += heading(tr("Description")) + fmt::format("{}\n", roff(tr(program.description)));
  }
  for (const Person person : kPersons) {
    std::string commands;
    for (const Command& command : program.commands) {
      if (command.person == person) commands += command_section(program, command);
    }
    if (!commands.empty()) out += heading(title_of(person)) + commands;
  }
  out += heading(tr("Options of every command")) + parameters(common_options());
  out += heading(tr("Exit codes"));
  for (const auto& [code, meaning] : exit_codes()) out += tagged(std::to_string(code), meaning);
  if (!program.examples.empty()) out += heading(tr("Examples")) + examples(program.examples);
  return out;
}

}  // namespace coffre::cli
