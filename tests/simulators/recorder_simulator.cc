// recorder-simulator: simulated recorders as a program of their own.
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <exception>
#include <string>

#include "simulators/fleet.h"
#include "simulators/options.h"

namespace {

constexpr int kUsage = 2;
constexpr std::size_t kBlock = 4096;

void say(const std::string& line) {
  std::fputs((line + "\n").c_str(), stdout);
  std::fflush(stdout);
}

// SIGTERM and SIGINT as a readable descriptor, blocked before any thread starts.
int termination_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signalfd(-1, &signals, SFD_CLOEXEC);
}

void obey_until_closed(coffre::simulator::Fleet& fleet, int signals) {
  std::string pending;
  std::array<char, kBlock> block{};
  for (;;) {
    std::array<pollfd, 2> watched{{{STDIN_FILENO, POLLIN, 0}, {signals, POLLIN, 0}}};
    if (::poll(watched.data(), watched.size(), -1) < 0) continue;
    if (watched[1].revents != 0) return;
    const ssize_t count = ::read(STDIN_FILENO, block.data(), block.size());
    if (count <= 0) return;
    pending.append(block.data(), static_cast<std::size_t>(count));
    for (std::size_t end = pending.find('\n'); end != std::string::npos; end = pending.find('\n')) {
      say(fleet.command(pending.substr(0, end)));
      pending.erase(0, end + 1);
    }
  }
}

int run(const std::vector<std::string>& arguments) {
  const coffre::simulator::Options options = coffre::simulator::parse_options(arguments);
  if (options.help) {
    std::fputs(coffre::simulator::help_text().c_str(), stdout);
    return 0;
  }
  const int signals = termination_signals();
  coffre::simulator::Fleet fleet;
  for (const auto& settings : options.recorders) fleet.add(coffre::simulator::make_recorder(settings));
  for (const std::string& command : options.commands) {
    const std::string answer = fleet.command(command);
    if (!answer.starts_with("ok")) throw std::runtime_error(answer);
  }
  fleet.start();
  for (const std::string& name : fleet.names()) {
    say(fmt::format("listening {} pin {} name {}", fleet.url(name), fleet.recorder(name).pin(), name));
  }
  say("ready");
  obey_until_closed(fleet, signals);
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  try {
    return run({arguments + 1, arguments + count});
  } catch (const std::exception& problem) {
    std::fputs(fmt::format("recorder-simulator: {}\n", problem.what()).c_str(), stderr);
    return kUsage;
  }
}
