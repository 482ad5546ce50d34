#include "cli/command_line.h"

#include <charconv>
#include <utility>

#include "base/error.h"

namespace coffre::cli {
namespace {

[[noreturn]] void throw_undeclared(std::string_view name) {
  throw Error(ErrorCode::internal, "reading the arguments", "the command does not declare " + std::string(name));
}

}  // namespace

Parameter flag(std::string name, const char* help) {
  return {.name = std::move(name), .takes = Takes::nothing, .times = Times::optional, .help = help};
}

Parameter option(std::string name, Takes takes, const char* value, const char* help) {
  return {.name = std::move(name), .takes = takes, .times = Times::optional, .value = value, .help = help};
}

Parameter choice(std::string name, std::vector<std::string> choices, const char* help) {
  return {.name = std::move(name),
          .takes = Takes::choice,
          .times = Times::optional,
          .help = help,
          .choices = std::move(choices)};
}

Parameter positional(std::string name, Takes takes, const char* help) {
  return {.name = std::move(name), .takes = takes, .times = Times::required, .help = help};
}

Parameter positional_choice(std::string name, std::vector<std::string> choices, const char* help) {
  return required(choice(std::move(name), std::move(choices), help));
}

Parameter required(Parameter parameter) {
  const bool many = parameter.times == Times::any || parameter.times == Times::some;
  parameter.times = many ? Times::some : Times::required;
  return parameter;
}

Parameter optional(Parameter parameter) {
  const bool many = parameter.times == Times::any || parameter.times == Times::some;
  parameter.times = many ? Times::any : Times::optional;
  return parameter;
}

Parameter repeatable(Parameter parameter) {
  const bool needed = parameter.times == Times::required || parameter.times == Times::some;
  parameter.times = needed ? Times::some : Times::any;
  return parameter;
}

Arguments::Arguments(const std::vector<Parameter>& declared) {
  for (const Parameter& parameter : declared) values_[parameter.name];
}

const std::vector<std::string>& Arguments::all(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) throw_undeclared(name);
  return found->second;
}

bool Arguments::has(std::string_view name) const {
  return !all(name).empty();
}

std::string Arguments::text(std::string_view name) const {
  return text_or(name, {});
}

std::string Arguments::text_or(std::string_view name, std::string_view otherwise) const {
  const auto& given = all(name);
  return given.empty() ? std::string(otherwise) : given.front();
}

std::optional<std::int64_t> Arguments::number(std::string_view name) const {
  const auto& given = all(name);
  if (given.empty()) return std::nullopt;
  const std::string& text = given.front();
  std::int64_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  // The parser has checked what people typed; only a command that declares text and asks for a number comes here.
  if (problem != std::errc() || end != text.data() + text.size()) throw_undeclared(name);
  return value;
}

void Arguments::add(std::string_view name, std::string value) {
  const auto found = values_.find(name);
  if (found == values_.end()) throw_undeclared(name);
  found->second.push_back(std::move(value));
}

}  // namespace coffre::cli
