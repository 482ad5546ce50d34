#include "cli/help.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "cli/output.h"
#include "cli/parse.h"

namespace coffre::cli {
namespace {

constexpr std::size_t kWidth = 100;  // cells a help line may take
constexpr std::string_view kIndent = "  ";
constexpr std::size_t kWidestLabel = 30;  // a longer label has its text on the next line

// Breaks at blanks; every line but the first begins with `indent` blanks.
std::string wrapped(std::string_view text, std::size_t first_column, std::size_t indent) {
  std::string out;
  std::size_t column = first_column;
  for (const std::string_view word : split(text, ' ')) {
    const std::size_t width = display_width(word);
    const bool starts_line = column == first_column || column == indent;
    if (!starts_line && column + 1 + width > kWidth) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (!starts_line) {
      out += ' ';
      ++column;
    }
    out += word;
    column += width;
  }
  return out;
}

using Lines = std::vector<std::pair<std::string, std::string>>;

// Labels on the left, texts in one column to their right.
std::string two_columns(const Lines& lines) {
  std::size_t label_width = 0;
  for (const auto& [label, text] : lines) label_width = std::max(label_width, display_width(label));
  label_width = std::min(label_width, kWidestLabel);
  const std::size_t text_column = kIndent.size() + label_width + kIndent.size();
  std::string out;
  for (const auto& [label, text] : lines) {
    out += kIndent;
    out += label;
    const std::size_t used = kIndent.size() + display_width(label);
    if (used + kIndent.size() > text_column) {
      out += "\n" + std::string(text_column, ' ');
    } else {
      out += std::string(text_column - used, ' ');
    }
    out += wrapped(text, text_column, text_column) + "\n";
  }
  return out;
}

std::string section(std::string_view title, const std::string& body) {
  return body.empty() ? std::string() : fmt::format("\n{}\n{}", title, body);
}

std::string help_text(const Parameter& parameter) {
  std::string text = tr(parameter.help);
  if (!parameter.choices.empty()) text += fmt::format(" ({})", join(parameter.choices, ", "));
  const bool is_option = parameter.name.starts_with("-");
  if (is_option && parameter.times == Times::required) text += fmt::format(" [{}]", tr("required"));
  if (is_option && parameter.times == Times::some) text += fmt::format(" [{}]", tr("required, repeatable"));
  if (is_option && parameter.times == Times::any) text += fmt::format(" [{}]", tr("repeatable"));
  return text;
}

std::string parameter_lines(const std::vector<Parameter>& parameters) {
  Lines lines;
  for (const Parameter& parameter : parameters) lines.emplace_back(label_of(parameter), help_text(parameter));
  return two_columns(lines);
}

std::string example_lines(const std::vector<Example>& examples) {
  std::string out;
  for (const Example& example : examples) {
    out += fmt::format("  {}\n", tr(example.line.c_str()));
    if (*example.says != '\0') out += fmt::format("      {}\n", wrapped(tr(example.says), 6, 6));
  }
  return out;
}

std::string paragraph(const char* text) {
  return *text == '\0' ? std::string() : "\n" + wrapped(tr(text), 0, 0) + "\n";
}

std::string in_usage(const Parameter& parameter) {
  std::string label = label_of(parameter);
  switch (parameter.times) {
    case Times::required:
      return label;
    case Times::some:
      return label + "...";
    case Times::optional:
      return "[" + label + "]";
    case Times::any:
      return "[" + label + "...]";
  }
  return label;
}

}  // namespace

std::string label_of(const Parameter& parameter) {
  if (!parameter.name.starts_with("-")) return tr(parameter.name.c_str());
  if (parameter.takes == Takes::nothing) return parameter.name;
  if (parameter.takes == Takes::choice) return parameter.name + " " + join(parameter.choices, "|");
  return parameter.name + " " + tr(parameter.value);
}

std::string usage_line(const Program& program, const Command& command) {
  std::string line = program.name + " " + command.name;
  for (const Parameter& positional : command.positionals) line += " " + in_usage(positional);
  for (const Parameter& option : command.options) {
    if (option.times == Times::required || option.times == Times::some) line += " " + in_usage(option);
  }
  return line + " [" + tr("options") + "]";
}

std::vector<std::pair<int, std::string>> exit_codes() {
  return {{0, tr("all done, and proven as asked")},
          {1, tr("failed")},
          {2, tr("mistake in the command line or in the configuration")},
          {3, tr("partial: some devices failed, the others are done")},
          {4, tr("refused by a rule (floor, lock, authorization, signer)")},
          {5, tr("damaged data")},
          {6, tr("wrong or missing key")},
          {7, tr("device unreachable, refused or locked out")},
          {130, tr("interrupted")}};
}

std::string title_of(Person person) {
  switch (person) {
    case Person::technician:
      return tr("Technician");
    case Person::operation:
      return tr("Operation");
    case Person::disaster:
      return tr("Disaster");
  }
  return {};
}

std::string help_of(const Program& program) {
  std::string out = fmt::format("{} {} - {}\n", program.name, program.version, tr(program.summary));
  out += section(tr("Usage"), fmt::format("  {} {} [{}]\n", program.name, tr("COMMAND"), tr("options")));
  out += paragraph(program.description);
  for (const Person person : kPersons) {
    Lines lines;
    for (const Command& command : program.commands) {
      if (command.person == person) lines.emplace_back(command.name, tr(command.summary));
    }
    out += section(title_of(person), two_columns(lines));
  }
  out += section(tr("Options of every command"), parameter_lines(common_options()));
  Lines codes;
  for (const auto& [code, meaning] : exit_codes()) codes.emplace_back(std::to_string(code), meaning);
  out += section(tr("Exit codes"), two_columns(codes));
  out += section(tr("Examples"), example_lines(program.examples));
  return out;
}

std::string help_of(const Program& program, const Command& command) {
  std::string out = fmt::format("{} {} - {}\n", program.name, command.name, tr(command.summary));
  out += section(tr("Usage"), fmt::format("  {}\n", usage_line(program, command)));
  out += paragraph(command.description);
  out += section(tr("Words"), parameter_lines(command.positionals));
  out += section(tr("Options"), parameter_lines(command.options));
  out += section(tr("Options of every command"), parameter_lines(common_options()));
  out += section(tr("Examples"), example_lines(command.examples));
  return out;
}

}  // namespace coffre::cli
