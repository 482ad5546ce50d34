#include "transcript.h"

#include <array>
#include <charconv>
#include <regex>
#include <utility>

#include "base/text.h"

namespace coffre::test {
namespace {

constexpr std::string_view kAnything = "[...]";
constexpr std::string_view kRegexBegin = "<re:";

struct Directive {
  std::string_view name;
  StepType type;
};
constexpr std::array kDirectives = {
    Directive{"file", StepType::file},       Directive{"simulator", StepType::simulator},
    Directive{"tell", StepType::tell},       Directive{"requests", StepType::requests},
    Directive{"env", StepType::environment}, Directive{"let", StepType::let},
};

class Parser {
 public:
  explicit Parser(std::string_view text) : lines_(split(text, '\n')) {}

  std::vector<Step> parse() {
    for (; at_ < lines_.size(); ++at_) take(lines_[at_]);
    return std::move(steps_);
  }

 private:
  void take(std::string_view line) {
    if (line.starts_with("# ") || line == "#") return;
    if (line.starts_with("@")) return take_directive(line.substr(1));
    if (line.starts_with("$ ")) return add(StepType::run, line.substr(2));
    if (line.starts_with("! ")) return add(StepType::absent, line.substr(2));
    if (line.starts_with("= ")) return add(StepType::exists, line.substr(2));
    Step* const command = steps_.empty() || steps_.back().type != StepType::run ? nullptr : &steps_.back();
    if (command == nullptr) {
      if (!trim(line).empty()) throw TranscriptError(at_ + 1, "output without a command before it");
      return;
    }
    if (line.starts_with("? ")) {
      command->exit_code = number(line.substr(2));
    } else if (line == "<" || line.starts_with("< ")) {
      command->input += std::string(line.substr(std::min<std::size_t>(2, line.size()))) + "\n";
    } else if (line.starts_with("2> ")) {
      command->err.emplace_back(line.substr(3));
    } else {
      command->out.emplace_back(line.starts_with("\\") ? line.substr(1) : line);
    }
  }

  void take_directive(std::string_view words) {
    const std::string_view name = words.substr(0, words.find(' '));
    for (const Directive& directive : kDirectives) {
      if (directive.name != name) continue;
      add(directive.type, trim(words.substr(name.size())));
      if (directive.type == StepType::file) take_file(steps_.back());
      return;
    }
    throw TranscriptError(at_ + 1, "unknown directive @" + std::string(name));
  }

  void take_file(Step& step) {
    for (++at_; at_ < lines_.size(); ++at_) {
      if (lines_[at_] == "@end") return;
      step.out.emplace_back(lines_[at_]);
    }
    throw TranscriptError(step.line, "@file without @end");
  }

  void add(StepType type, std::string_view text) {
    steps_.push_back(Step{.type = type, .line = at_ + 1, .text = std::string(text)});
  }

  [[nodiscard]] int number(std::string_view text) const {
    int value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc() || end != text.data() + text.size()) {
      throw TranscriptError(at_ + 1, "an exit code is a number");
    }
    return value;
  }

  std::vector<std::string_view> lines_;
  std::size_t at_ = 0;
  std::vector<Step> steps_;
};

std::string quoted_for_regex(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view("\\^$.|?*+()[]{}").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string as_regex(std::string_view expected) {
  std::string out;
  while (!expected.empty()) {
    const auto anything = expected.find(kAnything);
    const auto pattern = expected.find(kRegexBegin);
    const auto next = std::min(anything, pattern);
    out += quoted_for_regex(expected.substr(0, next));
    if (next == std::string_view::npos) break;
    if (next == anything) {
      out += ".*";
      expected.remove_prefix(next + kAnything.size());
      continue;
    }
    const auto begin = next + kRegexBegin.size();
    const auto end = expected.find('>', begin);
    if (end == std::string_view::npos) throw std::runtime_error("<re: without > in an expected line");
    out += "(?:" + std::string(expected.substr(begin, end - begin)) + ")";
    expected.remove_prefix(end + 1);
  }
  return out;
}

using Lines = std::vector<std::string_view>;

void drop_blank_ends(Lines& lines) {
  while (!lines.empty() && trim(lines.back()).empty()) lines.pop_back();
  std::size_t first = 0;
  while (first < lines.size() && trim(lines[first]).empty()) ++first;
  lines.erase(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(first));
}

// As matches_glob, with lines for letters: back to the last "[...]" when a line does not fit.
bool match_all(const Lines& expected, const Lines& actual) {
  std::size_t e = 0;
  std::size_t a = 0;
  std::optional<std::size_t> star;
  std::size_t resume = 0;
  while (a < actual.size()) {
    if (e < expected.size() && expected[e] == kAnything) {
      star = e++;
      resume = a;
    } else if (e < expected.size() && matches_line(expected[e], actual[a])) {
      ++e;
      ++a;
    } else if (star) {
      e = *star + 1;
      a = ++resume;
    } else {
      return false;
    }
  }
  while (e < expected.size() && expected[e] == kAnything) ++e;
  return e == expected.size();
}

}  // namespace

std::vector<Step> parse_transcript(std::string_view text) {
  return Parser(text).parse();
}

bool matches_line(std::string_view expected, std::string_view line) {
  const bool is_plain =
      expected.find(kAnything) == std::string_view::npos && expected.find(kRegexBegin) == std::string_view::npos;
  if (is_plain) return expected == line;
  return std::regex_match(line.begin(), line.end(), std::regex(as_regex(expected)));
}

bool matches_lines(const std::vector<std::string>& expected, std::string_view output) {
  Lines wanted(expected.begin(), expected.end());
  Lines actual = split(output, '\n');
  drop_blank_ends(wanted);
  drop_blank_ends(actual);
  return match_all(wanted, actual);
}

}  // namespace coffre::test
