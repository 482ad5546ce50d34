#include "transcript_runner.h"

#include <fmt/format.h>
#include <glob.h>

#include <cstdlib>
#include <map>
#include <optional>

#include "base/text.h"
#include "support/child_process.h"
#include "support/simulator_process.h"
#include "support/source_tree.h"
#include "support/temp_dir.h"
#include "transcript.h"

namespace coffre::test {
namespace {

using Words = std::vector<std::string>;

Words words_of(std::string_view text) {
  Words words;
  for (const std::string_view word : split(text, ' ')) {
    if (!word.empty()) words.emplace_back(word);
  }
  return words;
}

std::pair<std::string, std::string> key_and_value(const Step& step, const std::string& word) {
  const auto equals = word.find('=');
  if (equals == std::string::npos) throw TranscriptError(step.line, "KEY=VALUE is expected, not " + word);
  return {word.substr(0, equals), word.substr(equals + 1)};
}

bool matches_a_file(const std::filesystem::path& pattern) {
  glob_t found{};
  const int code = glob(pattern.c_str(), GLOB_NOSORT, nullptr, &found);
  globfree(&found);
  return code == 0;
}

std::string indented(std::string_view text) {
  std::string out;
  for (const std::string_view line : split(text, '\n')) out += fmt::format("    {}\n", line);
  return out;
}

std::uint64_t count_called(const Step& step, const RequestCounts& counts, const std::string& name) {
  if (name == "connections") return counts.connections;
  if (name == "total") return counts.total;
  if (name == "with_credentials") return counts.with_credentials;
  if (name == "wrong") return counts.wrong;
  throw TranscriptError(step.line, "nothing is counted as " + name);
}

class Runner {
 public:
  Runner() {
    const std::string programs = std::filesystem::path(find_program("recorder-simulator")).parent_path().string();
    environment_ = {{"PATH", programs + ":/usr/bin:/bin"},
                    {"HOME", folder_.path().string()},
                    {"LANGUAGE", "en"},
                    {"LC_ALL", "C.UTF-8"},
                    {"TZ", "UTC"},
                    {"NO_COLOR", "1"},
                    {"TMPDIR", "/nonexistent"}};
    variables_ = {{"TMP", folder_.path().string()},
                  {"SOURCE", test::source_dir()},
                  {"BUILD", std::filesystem::path(programs).parent_path().string()}};
  }

  // What went otherwise than written; nullopt when nothing did.
  std::optional<std::string> perform(const Step& step) {
    const std::string text = expanded(step.text);
    switch (step.type) {
      case StepType::run:
        return run(step, text);
      case StepType::exists:
        if (!matches_a_file(folder_ / text)) return fmt::format("{} does not exist", text);
        break;
      case StepType::absent:
        if (matches_a_file(folder_ / text)) return fmt::format("{} exists", text);
        break;
      case StepType::file:
        write_file(folder_ / text, joined(step.out));
        break;
      case StepType::simulator:
        start_simulator(step, words_of(text));
        break;
      case StepType::tell:
        tell(step, words_of(text));
        break;
      case StepType::requests:
        return compare_requests(step, words_of(text));
      case StepType::environment: {
        auto [name, value] = key_and_value(step, text);
        environment_[name] = value;
        break;
      }
      case StepType::let:
        return let(step, text);
    }
    return std::nullopt;
  }

 private:
  std::string expanded(std::string text) const {
    for (const auto& [name, value] : variables_) {
      const std::string marked = "${" + name + "}";
      for (auto at = text.find(marked); at != std::string::npos; at = text.find(marked, at + value.size())) {
        text.replace(at, marked.size(), value);
      }
    }
    return text;
  }

  Words expanded(Words lines) const {
    for (std::string& line : lines) line = expanded(std::move(line));
    return lines;
  }

  std::string joined(const Words& lines) const {
    std::string text;
    for (const std::string& line : lines) text += expanded(line) + "\n";
    return text;
  }

  ChildResult run_bash(const std::string& command, const std::string& input) const {
    ChildOptions options{.arguments = {"bash", "-c", command}};
    options.environment = environment_;
    options.empty_environment = true;
    options.folder = folder_.path();
    if (!input.empty()) {
      options.input_mode = ChildInput::text;
      options.input = input;
    }
    return run_child(options);
  }

  std::optional<std::string> let(const Step& step, const std::string& text) {
    const auto blank = text.find(' ');
    if (blank == std::string::npos) throw TranscriptError(step.line, "@let NAME COMMAND");
    const ChildResult result = run_bash(text.substr(blank + 1), {});
    const std::string value(trim(result.out));
    if (result.exit_code != 0 || value.empty() || value.find('\n') != std::string::npos) {
      return fmt::format("@let {}\n  one line of output is wanted; seen\n{}{}", text, indented(result.out),
                         indented(result.err));
    }
    variables_[text.substr(0, blank)] = value;
    return std::nullopt;
  }

  std::optional<std::string> run(const Step& step, const std::string& command) {
    const ChildResult result = run_bash(command, step.input);

    std::string wrong;
    if (result.exit_code != step.exit_code) {
      wrong += fmt::format("exit code {} (signal {}), expected {}; ", result.exit_code, result.signal, step.exit_code);
    }
    const Words out = expanded(step.out);
    const Words err = expanded(step.err);
    if (!matches_lines(out, result.out)) wrong += "other stdout than expected; ";
    if (!matches_lines(err, result.err)) wrong += "other stderr than expected; ";
    if (wrong.empty()) return std::nullopt;
    return fmt::format("$ {}\n  {}seen\n  stdout:\n{}  stderr:\n{}  expected\n  stdout:\n{}  stderr:\n{}", command,
                       wrong, indented(result.out), indented(result.err), indented(join(out, "\n")),
                       indented(join(err, "\n")));
  }

  void start_simulator(const Step& step, const Words& words) {
    if (words.empty()) throw TranscriptError(step.line, "@simulator MAKE [KEY=VALUE...]");
    Words arguments = {"--make", words[0]};
    for (std::size_t i = 1; i < words.size(); ++i) {
      const auto [key, value] = key_and_value(step, words[i]);
      arguments.push_back("--" + key);
      arguments.push_back(value);
    }
    SimulatorProcess& simulator = simulators_.emplace_back(arguments);
    for (const SimulatedDevice& device : simulator.devices()) {
      learn(device);
      simulator_of_[device.name] = simulators_.size() - 1;
    }
  }

  void learn(const SimulatedDevice& device) {
    constexpr std::string_view kScheme = "https://";
    variables_[device.name + ".url"] = device.url;
    variables_[device.name + ".host"] = device.url.substr(kScheme.size());
    variables_[device.name + ".pin"] = device.pin;
  }

  SimulatorProcess& simulator_of(const Step& step, const std::string& device) {
    const auto found = simulator_of_.find(device);
    if (found == simulator_of_.end()) throw TranscriptError(step.line, "no simulator is called " + device);
    return simulators_[found->second];
  }

  void tell(const Step& step, const Words& words) {
    const std::string what = words.size() < 2 ? "" : words[1];
    const std::size_t count = words.size();
    if (what == "fault" && count >= 3) {
      simulator_of(step, words[0]).fault(words[0], words[2], join(Words(words.begin() + 3, words.end()), " "));
    } else if (what == "heal" && count == 2) {
      simulator_of(step, words[0]).heal(words[0]);
    } else if (what == "set" && count == 4) {
      simulator_of(step, words[0]).set(words[0], words[2], words[3]);
    } else if (what == "certificate" && count == 2) {
      SimulatorProcess& simulator = simulator_of(step, words[0]);
      simulator.new_certificate(words[0]);
      learn(simulator.device(words[0]));
    } else {
      throw TranscriptError(step.line, "@tell NAME fault KIND [ARGUMENT] | heal | set KEY VALUE | certificate");
    }
  }

  std::optional<std::string> compare_requests(const Step& step, const Words& words) {
    if (words.size() < 2) throw TranscriptError(step.line, "@requests NAME COUNTER=NUMBER...");
    const RequestCounts counts = simulator_of(step, words[0]).counts(words[0]);
    for (std::size_t i = 1; i < words.size(); ++i) {
      const auto [name, wanted] = key_and_value(step, words[i]);
      const std::string seen = std::to_string(count_called(step, counts, name));
      if (seen != wanted) return fmt::format("{}: {} {}, expected {}", words[0], seen, name, wanted);
    }
    return std::nullopt;
  }

  TempDir folder_;
  std::map<std::string, std::string> environment_;
  std::map<std::string, std::string> variables_;
  std::vector<SimulatorProcess> simulators_;
  std::map<std::string, std::size_t> simulator_of_;  // by device name: index into simulators_
};

}  // namespace

std::optional<std::string> run_transcript(const std::filesystem::path& file) {
  std::size_t line = 1;
  try {
    Runner runner;
    for (const Step& step : parse_transcript(read_file(file))) {
      line = step.line;
      if (const auto wrong = runner.perform(step)) return fmt::format("{}:{}: {}", file.string(), line, *wrong);
    }
  } catch (const TranscriptError& error) {
    return fmt::format("{}:{}", file.string(), error.what());
  } catch (const std::exception& error) {
    return fmt::format("{}:{}: {}", file.string(), line, error.what());
  }
  return std::nullopt;
}

}  // namespace coffre::test
