#include "cli/completion.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "cli/parse.h"

namespace coffre::cli {
namespace {

// Names of programs, commands, options and choices are our own literals: [a-z0-9-] and blanks, nothing to quote.

std::string function_name(const Program& program) {
  std::string name = "_" + program.name;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

std::vector<std::string> first_words(const Program& program) {
  std::vector<std::string> words;
  for (const Command& command : program.commands) {
    const std::string word(split(command.name, ' ').front());
    if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(word);
  }
  return words;
}

std::string second_words(const Program& program, std::string_view first) {
  std::vector<std::string> words;
  for (const Command& command : program.commands) {
    const auto parts = split(command.name, ' ');
    if (parts.size() > 1 && parts[0] == first) words.emplace_back(parts[1]);
  }
  return join(words, " ");
}

std::string names_of(const std::vector<Parameter>& parameters) {
  std::vector<std::string> names;
  for (const Parameter& parameter : parameters) names.push_back(parameter.name);
  return join(names, " ");
}

// The bash statement that fills COMPREPLY with values for this parameter; empty when nothing can be proposed.
std::string values_for(const Parameter& parameter) {
  switch (parameter.takes) {
    case Takes::choice:
      return fmt::format("COMPREPLY=($(compgen -W '{}' -- \"$current\"))", join(parameter.choices, " "));
    case Takes::file:
      return "COMPREPLY=($(compgen -f -- \"$current\"))";
    case Takes::folder:
      return "COMPREPLY=($(compgen -d -- \"$current\"))";
    case Takes::text:
    case Takes::number:
      return "COMPREPLY=()";
    case Takes::nothing:
      return {};
  }
  return {};
}

// case rows "  'device add|--driver') ...; return ;;" for the options that take a value.
std::string value_rows(const std::string& command, const std::vector<Parameter>& options) {
  std::string rows;
  for (const Parameter& option : options) {
    const std::string values = values_for(option);
    if (!values.empty()) rows += fmt::format("    '{}|{}') {}; return ;;\n", command, option.name, values);
  }
  return rows;
}

std::string common_value_rows() {
  std::string rows;
  for (const Parameter& option : common_options()) {
    const std::string values = values_for(option);
    if (!values.empty()) rows += fmt::format("    *'|{}') {}; return ;;\n", option.name, values);
  }
  return rows;
}

std::string command_rows(const Program& program) {
  std::string rows;
  for (const Command& command : program.commands) {
    const std::string options = names_of(command.options);
    const std::string positional = command.positionals.empty() ? "" : values_for(command.positionals.front());
    rows += fmt::format("    '{}') options='{}'; {} ;;\n", command.name, options,
                        positional.empty() ? "COMPREPLY=()" : positional);
  }
  return rows;
}

std::string group_rows(const Program& program) {
  std::string rows;
  for (const std::string& word : first_words(program)) {
    const std::string seconds = second_words(program, word);
    if (!seconds.empty()) {
      rows += fmt::format("    '{}') COMPREPLY=($(compgen -W '{}' -- \"$current\")); return ;;\n", word, seconds);
    }
  }
  return rows;
}

// Finds the command among the words before the cursor, as parse() does, and proposes from there.
constexpr const char* kBash = R"({function}() {{
  local current="${{COMP_WORDS[COMP_CWORD]}}" previous="${{COMP_WORDS[COMP_CWORD-1]}}"
  local command='' options='' groups=' {groups} ' i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "${{COMP_WORDS[i]}}" in
      --config) ((i++)) ;;
      -*) ;;
      *) if [[ -z $command ]]; then command="${{COMP_WORDS[i]}}"
         elif [[ $groups == *" $command "* ]]; then command+=" ${{COMP_WORDS[i]}}"; break
         else break; fi ;;
    esac
  done
  case "$command|$previous" in
{values}{common_values}  esac
  case "$command" in
    '') COMPREPLY=($(compgen -W '{first}' -- "$current")) ;;
{group_rows}{commands}  esac
  if [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$options {common}" -- "$current"))
  fi
}}
complete -o filenames -F {function} {program}
)";

}  // namespace

std::string bash_completion(const Program& program) {
  std::string values;
  for (const Command& command : program.commands) values += value_rows(command.name, command.options);
  std::vector<std::string> groups;
  for (const std::string& word : first_words(program)) {
    if (!second_words(program, word).empty()) groups.push_back(word);
  }
  return fmt::format(fmt::runtime(kBash), fmt::arg("function", function_name(program)),
                     fmt::arg("groups", join(groups, " ")), fmt::arg("values", values),
                     fmt::arg("common_values", common_value_rows()), fmt::arg("first", join(first_words(program), " ")),
                     fmt::arg("group_rows", group_rows(program)), fmt::arg("commands", command_rows(program)),
                     fmt::arg("common", names_of(common_options())), fmt::arg("program", program.name));
}

std::string zsh_completion(const Program& program) {
  return fmt::format("#compdef {}\nautoload -U +X bashcompinit && bashcompinit\n{}", program.name,
                     bash_completion(program));
}

}  // namespace coffre::cli
