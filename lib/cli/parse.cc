#include "cli/parse.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <set>

#include "base/error.h"
#include "base/text.h"
#include "cli/suggestion.h"

namespace coffre::cli {
namespace {

constexpr std::string_view kEndOfOptions = "--";

std::string see_help(const std::string& of) {
  return fmt::format(fmt::runtime(tr("See {} --help")), of);
}

// `of` is what the person typed so far that was understood: "restore-cli list".
[[noreturn]] void throw_usage(const std::string& of, std::string why, std::string hint = {}) {
  if (hint.empty()) hint = see_help(of);
  Error error(ErrorCode::usage, tr("reading the command line"), std::move(why), std::move(hint));
  throw error.on(of);
}

std::string did_you_mean(const std::string& of, std::string_view typed, const std::vector<std::string>& known) {
  const auto meant = nearest(typed, known);
  return meant ? fmt::format(fmt::runtime(tr("Did you mean {}?")), *meant) : see_help(of);
}

// "NAME" in the person's language; an option's name is the same in all.
std::string shown_name(const Parameter& parameter) {
  return tr(parameter.name.c_str());
}

bool is_option(std::string_view word) {
  return word.size() > 1 && word.front() == '-';
}

// Finding the command -------------------------------------------------------------------------------------------------

struct Found {
  const Command* command = nullptr;
  std::string group;              // first word of a two-word command whose second word is missing
  std::vector<std::string> rest;  // everything else, in order
};

const Command* find_command(const Program& program, std::string_view name) {
  const auto found = std::find_if(program.commands.begin(), program.commands.end(),
                                  [&](const Command& command) { return command.name == name; });
  return found == program.commands.end() ? nullptr : &*found;
}

// The second words of "device add", "device pin" for "device"; the first words of all commands for "".
std::vector<std::string> words_after(const Program& program, const std::string& group) {
  std::vector<std::string> words;
  for (const Command& command : program.commands) {
    const auto parts = split(command.name, ' ');
    std::string_view word = parts[0];
    if (!group.empty()) {
      if (parts.size() < 2 || parts[0] != group) continue;
      word = parts[1];
    }
    if (std::find(words.begin(), words.end(), word) == words.end()) words.emplace_back(word);
  }
  return words;
}

// Takes the command's one or two words out of the list. Only common options can stand before or between them, and of
// these only --config is followed by a value.
Found find_command_words(const Program& program, const std::vector<std::string>& words) {
  Found found;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (found.command != nullptr || is_option(word)) {
      found.rest.push_back(word);
      const bool takes_next = found.command == nullptr && word == "--config" && i + 1 < words.size();
      if (takes_next) found.rest.push_back(words[++i]);
      continue;
    }
    const std::string name = found.group.empty() ? word : found.group + " " + word;
    found.command = find_command(program, name);
    if (found.command != nullptr) continue;
    const std::string of = found.group.empty() ? program.name : program.name + " " + found.group;
    const auto known = words_after(program, found.group);
    if (!found.group.empty() || std::find(known.begin(), known.end(), word) == known.end()) {
      throw_usage(of, fmt::format(fmt::runtime(tr("unknown command '{}'")), word), did_you_mean(of, word, known));
    }
    found.group = word;
  }
  return found;
}

// Splitting the words with CLI11 --------------------------------------------------------------------------------------

struct Split {
  std::map<std::string, std::vector<std::string>> options;
  std::vector<std::string> positionals;
};

void declare(CLI::App& app, const Parameter& option) {
  if (option.takes == Takes::nothing) {
    app.add_flag(option.name);
    return;
  }
  app.add_option(option.name)
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

[[noreturn]] void throw_unknown_option(const std::string& of, const std::string& word,
                                       const std::vector<Parameter>& options) {
  const std::string name = word.substr(0, word.find('='));
  std::vector<std::string> known;
  for (const Parameter& option : options) known.push_back(option.name);
  throw_usage(of, fmt::format(fmt::runtime(tr("unknown option {}")), name), did_you_mean(of, name, known));
}

// Only what people type is judged later, in our words; CLI11 itself is left with one complaint: a value is missing.
Split split_words(const std::string& of, const std::vector<Parameter>& options, std::vector<std::string> words) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  for (const Parameter& option : options) declare(app, option);
  app.add_flag("-h");
  // As many as there can be: CLI11's "any number" would take "[a,b]" apart.
  const int most = static_cast<int>(words.size()) + 1;
  CLI::Option* const positionals = app.add_option("positionals")->expected(most);
  positionals->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);

  std::reverse(words.begin(), words.end());  // CLI11's order for vectors
  try {
    app.parse(words);
  } catch (const CLI::ArgumentMismatch& mismatch) {
    const std::string text = mismatch.what();
    throw_usage(of, fmt::format(fmt::runtime(tr("{} needs a value")), text.substr(0, text.find(':'))));
  } catch (const CLI::Error& other) {
    throw_usage(of, other.what());
  }
  for (const std::string& word : app.remaining()) {
    if (word != kEndOfOptions) throw_unknown_option(of, word, options);
  }

  Split result;
  for (const Parameter& option : options) result.options[option.name] = app.get_option(option.name)->results();
  if (app.count("-h") > 0) result.options["--help"] = {"true"};
  result.positionals = positionals->results();
  return result;
}

// Checking against the declarations -----------------------------------------------------------------------------------

bool is_number(const std::string& text) {
  std::int64_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  return problem == std::errc() && end == text.data() + text.size() && value >= 0;
}

void check_values(const std::string& of, const Parameter& parameter, const std::vector<std::string>& values) {
  const bool needed = parameter.times == Times::required || parameter.times == Times::some;
  if (needed && values.empty()) {
    throw_usage(of, fmt::format(fmt::runtime(tr("{} is missing")), shown_name(parameter)));
  }
  const bool once = parameter.times == Times::optional || parameter.times == Times::required;
  if (once && values.size() > 1 && parameter.takes != Takes::nothing) {
    throw_usage(of, fmt::format(fmt::runtime(tr("{} is given more than once")), shown_name(parameter)));
  }
  for (const std::string& value : values) {
    if (parameter.takes == Takes::number && !is_number(value)) {
      throw_usage(of, fmt::format(fmt::runtime(tr("{} takes a whole number")), shown_name(parameter)));
    }
    if (parameter.takes == Takes::nothing && value != "true") {
      throw_usage(of, fmt::format(fmt::runtime(tr("{} takes no value")), parameter.name));
    }
    const bool known = std::find(parameter.choices.begin(), parameter.choices.end(), value) != parameter.choices.end();
    if (parameter.takes == Takes::choice && !known) {
      throw_usage(of, fmt::format(fmt::runtime(tr("{} takes one of: {}")), shown_name(parameter),
                                  join(parameter.choices, ", ")));
    }
  }
}

// Gives each positional its words: one each, the last one the rest when it is repeatable.
std::map<std::string, std::vector<std::string>> share_out(const std::string& of, const Command& command,
                                                          const std::vector<std::string>& words) {
  std::map<std::string, std::vector<std::string>> shares;
  std::size_t next = 0;
  for (const Parameter& positional : command.positionals) {
    auto& share = shares[positional.name];
    const bool many = positional.times == Times::any || positional.times == Times::some;
    while (next < words.size() && (many || share.empty())) share.push_back(words[next++]);
  }
  if (next == words.size()) return shares;
  if (command.positionals.empty()) throw_usage(of, tr("takes options only, no other words"));
  std::vector<std::string> names;
  for (const Parameter& positional : command.positionals) names.push_back(shown_name(positional));
  throw_usage(of, fmt::format(fmt::runtime(tr("too many words; it takes: {}")), join(names, " ")));
}

CommonOptions common_from(const Split& words) {
  const auto given = [&](const char* name) { return !words.options.at(name).empty(); };
  CommonOptions common;
  if (given("--config")) common.config_file = words.options.at("--config").front();
  common.json = given("--json");
  common.quiet = given("--quiet");
  common.help = given("--help");
  common.version = given("--version");
  return common;
}

std::vector<Parameter> declared_by(const Command& command) {
  std::vector<Parameter> all = command.positionals;
  all.insert(all.end(), command.options.begin(), command.options.end());
  return all;
}

Invocation parse_program_options(const Program& program, const Found& found) {
  const std::string of = found.group.empty() ? program.name : program.name + " " + found.group;
  const Split words = split_words(of, common_options(), found.rest);
  Invocation invocation{.command = nullptr, .common = common_from(words), .arguments = Arguments({})};
  if (invocation.common.help || invocation.common.version) return invocation;
  const std::string known = join(words_after(program, found.group), ", ");
  throw_usage(of, fmt::format(fmt::runtime(tr("a command is missing: {}")), known));
}

}  // namespace

const std::vector<Parameter>& common_options() {
  static const std::vector<Parameter> options = {
      option("--config", Takes::file, tr_noop("FILE"), tr_noop("configuration to use instead of the usual one")),
      flag("--json", tr_noop("print one JSON document instead of text")),
      flag("--quiet", tr_noop("print no progress and no notes")),
      flag("--help", tr_noop("print this help (also -h)")),
      flag("--version", tr_noop("print name and version")),
  };
  return options;
}

CommonOptions peek_common_options(const std::vector<std::string>& words) {
  constexpr std::string_view kConfigEquals = "--config=";
  CommonOptions common;
  for (std::size_t i = 0; i < words.size() && words[i] != kEndOfOptions; ++i) {
    const std::string& word = words[i];
    if (word == "--json") common.json = true;
    if (word == "--quiet") common.quiet = true;
    if (word == "--config" && i + 1 < words.size()) common.config_file = words[++i];
    if (word.starts_with(kConfigEquals)) common.config_file = word.substr(kConfigEquals.size());
  }
  return common;
}

Invocation parse(const Program& program, const std::vector<std::string>& words) {
  const Found found = find_command_words(program, words);
  if (found.command == nullptr) return parse_program_options(program, found);

  const Command& command = *found.command;
  const std::string of = program.name + " " + command.name;
  std::vector<Parameter> options = command.options;
  options.insert(options.end(), common_options().begin(), common_options().end());
  const Split typed = split_words(of, options, found.rest);

  Invocation invocation{&command, common_from(typed), Arguments(declared_by(command))};
  if (invocation.common.help || invocation.common.version) return invocation;
  const auto shares = share_out(of, command, typed.positionals);
  for (const Parameter& option : options) check_values(of, option, typed.options.at(option.name));
  for (const Parameter& positional : command.positionals) check_values(of, positional, shares.at(positional.name));

  for (const Parameter& option : command.options) {
    for (const std::string& value : typed.options.at(option.name)) invocation.arguments.add(option.name, value);
  }
  for (const auto& [name, values] : shares) {
    for (const std::string& value : values) invocation.arguments.add(name, value);
  }
  return invocation;
}

}  // namespace coffre::cli
