#include "support/simulator_process.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <mutex>
#include <stdexcept>

#include "base/text.h"
#include "support/child_process.h"

namespace coffre::test {
namespace {

constexpr std::string_view kProgram = "recorder-simulator";
// "listening URL pin PIN name NAME"
constexpr std::size_t kListeningWords = 6;
// "ok connections N total N credentials N wrong N", then PATH=N
constexpr std::size_t kCountWords = 9;

ChildOptions options_for(const std::vector<std::string>& arguments) {
  ChildOptions options;
  options.arguments.emplace_back(kProgram);
  options.arguments.insert(options.arguments.end(), arguments.begin(), arguments.end());
  options.input_mode = ChildInput::open;
  return options;
}

std::uint64_t number_in(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw std::runtime_error(fmt::format("recorder-simulator: '{}' is not a number", text));
  }
  return value;
}

}  // namespace

struct SimulatorProcess::State {
  std::mutex mutex;
  ChildProcess child;
  std::vector<SimulatedDevice> devices;

  explicit State(const std::vector<std::string>& arguments) : child(options_for(arguments)) {
    for (std::string line = child.read_line(); line != "ready"; line = child.read_line()) {
      const std::vector<std::string_view> words = split(line, ' ');
      if (words.size() < kListeningWords || words[0] != "listening") throw std::runtime_error("unexpected: " + line);
      devices.push_back({std::string(words[5]), std::string(words[1]), std::string(words[3])});
    }
  }

  std::string command(std::string_view line) {
    const std::lock_guard lock(mutex);
    child.write_input(fmt::format("{}\n", line));
    std::string answer = child.read_line();
    if (!answer.starts_with("ok")) throw std::runtime_error(fmt::format("recorder-simulator: {}: {}", line, answer));
    return answer;
  }
};

SimulatorProcess::SimulatorProcess(const std::vector<std::string>& arguments)
    : state_(std::make_unique<State>(arguments)) {}
SimulatorProcess::~SimulatorProcess() = default;
SimulatorProcess::SimulatorProcess(SimulatorProcess&&) noexcept = default;
SimulatorProcess& SimulatorProcess::operator=(SimulatorProcess&&) noexcept = default;

const std::vector<SimulatedDevice>& SimulatorProcess::devices() const {
  return state_->devices;
}

const SimulatedDevice& SimulatorProcess::device(std::string_view name) const {
  const auto found = std::find_if(state_->devices.begin(), state_->devices.end(),
                                  [&](const SimulatedDevice& device) { return device.name == name; });
  if (found == state_->devices.end()) throw std::runtime_error(fmt::format("no simulated device named {}", name));
  return *found;
}

void SimulatorProcess::fault(std::string_view device, std::string_view kind, std::string_view argument) {
  command(fmt::format("fault {} {} {}", device, kind, argument));
}

void SimulatorProcess::heal(std::string_view device) {
  command(fmt::format("heal {}", device));
}

std::string SimulatorProcess::new_certificate(std::string_view name) {
  const std::string answer = command(fmt::format("new-certificate {}", name));
  std::string pin = answer.substr(std::min(answer.size(), std::string_view("ok ").size()));
  for (SimulatedDevice& device : state_->devices) {
    if (device.name == name) device.pin = pin;
  }
  return pin;
}

void SimulatorProcess::set(std::string_view device, std::string_view key, std::string_view value) {
  command(fmt::format("set {} {} {}", device, key, value));
}

RequestCounts SimulatorProcess::counts(std::string_view device) {
  const std::string answer = command(fmt::format("count {}", device));
  const std::vector<std::string_view> words = split(answer, ' ');
  if (words.size() < kCountWords) throw std::runtime_error("unexpected: " + answer);
  RequestCounts counts{number_in(words[2]), number_in(words[4]), number_in(words[6]), number_in(words[8]), {}};
  for (std::size_t i = kCountWords; i < words.size(); ++i) {
    const std::size_t equals = words[i].rfind('=');
    counts.paths[std::string(words[i].substr(0, equals))] = number_in(words[i].substr(equals + 1));
  }
  return counts;
}

void SimulatorProcess::reset_counts(std::string_view device) {
  command(fmt::format("reset {}", device));
}
std::string SimulatorProcess::command(std::string_view line) {
  return state_->command(line);
}
pid_t SimulatorProcess::pid() const {
  return state_->child.pid();
}

int SimulatorProcess::stop() {
  state_->child.close_input();
  const ChildResult& result = state_->child.wait();
  // A sanitizer's report would otherwise be lost.
  if (result.exit_code != 0) throw std::runtime_error(fmt::format("{} failed: {}", kProgram, result.err));
  return result.exit_code;
}

}  // namespace coffre::test
