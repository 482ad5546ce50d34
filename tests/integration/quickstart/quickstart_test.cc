// The two forms of the newcomer's first command, in folders of their own, on this tree's build (which is there by now:
// the script's build step finds nothing to do).
#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <thread>

#include "support/child_process.h"
#include "support/source_tree.h"
#include "support/temp_dir.h"

using namespace coffre::test;
using Catch::Contains;

namespace {

namespace fs = std::filesystem;

constexpr std::chrono::minutes kDeadline{10};  // builds first, when somebody has changed the tree since
constexpr const char* kGatewayLine = "  https://127.0.0.1:";

struct Demo {
  TempDir dir;

  [[nodiscard]] fs::path folder() const { return dir / "demo"; }
  [[nodiscard]] ChildOptions options(std::vector<std::string> arguments, const std::string& language) const {
    ChildOptions options;
    options.arguments = {source_dir() + "/deploy/quickstart"};
    options.arguments.insert(options.arguments.end(), arguments.begin(), arguments.end());
    options.environment = {{"COFFRE_DEMO", folder().string()}, {"LANGUAGE", language}};
    options.without = {"COFFRE_CONFIG", "COFFRE_FAULT"};
    return options;
  }
  [[nodiscard]] ChildResult quickstart(std::vector<std::string> arguments, const std::string& language = "en") const {
    return run_child(options(std::move(arguments), language), kDeadline);
  }
  // Command lines that name the demo's folder.
  [[nodiscard]] std::vector<std::string> processes() const {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator("/proc")) {
      if (!fs::exists(entry.path() / "cmdline")) continue;
      std::string line;
      try {
        line = read_file(entry.path() / "cmdline");
      } catch (const std::exception&) {
        continue;  // it has ended meanwhile
      }
      std::replace(line.begin(), line.end(), '\0', ' ');
      if (line.find(folder().string()) != std::string::npos) found.push_back(line);
    }
    return found;
  }
  void check_all_has_ended() const {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes{1};
    const auto waits = [&] { return !processes().empty() && std::chrono::steady_clock::now() < deadline; };
    while (waits()) std::this_thread::sleep_for(std::chrono::milliseconds(50));
    CHECK(processes() == std::vector<std::string>{});
  }
};

std::string line_with(const std::string& text, const std::string& what) {
  const auto at = text.find(what);
  if (at == std::string::npos) return {};
  return text.substr(at, text.find('\n', at) - at);
}

std::size_t count_of(const std::string& text, const std::string& what) {
  std::size_t count = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
  return count;
}

}  // namespace

TEST_CASE("the quickstart's help names its forms, and what it does not know is refused") {
  const Demo demo;
  const ChildResult help = demo.quickstart({"--help"});
  CHECK(help.exit_code == 0);
  CHECK_THAT(help.out, Contains("deploy/quickstart --s3 ") && Contains("deploy/quickstart --clean "));
  CHECK_THAT(help.out, Contains("As root") && !Contains("set -e"));
  const ChildResult unknown = demo.quickstart({"--s4"}, "fr");
  CHECK(unknown.exit_code == 2);
  CHECK_THAT(unknown.err, Contains("« --s4 » inconnue ; --s3, --clean, ou rien"));
  CHECK_FALSE(fs::exists(demo.folder()));
}

TEST_CASE("with --s3 the second place is a real store, which is there again the next time, with all that it keeps") {
  const Demo demo;
  const ChildResult first = demo.quickstart({"--s3"});
  INFO(first.out << first.err);
  REQUIRE(first.exit_code == 0);
  CHECK_THAT(first.out, Contains("== restore-cli check-replica") && Contains("== restore-cli list"));
  CHECK(count_of(first.out, "local: good, cloud: good") == 3);
  const std::string endpoint = line_with(first.out, kGatewayLine);
  CHECK(endpoint.size() > std::string(kGatewayLine).size());
  demo.check_all_has_ended();
  CHECK_FALSE(fs::exists(demo.folder() / "cloud"));
  const std::string config = read_file(demo.folder() / "server" / "coffre.yaml");

  const ChildResult again = demo.quickstart({"--s3"}, "fr");
  INFO(again.out << again.err);
  REQUIRE(again.exit_code == 0);
  CHECK_THAT(again.out, Contains("L'installation de démonstration est déjà dans"));
  CHECK(line_with(again.out, kGatewayLine) == endpoint);
  CHECK(count_of(again.out, "local: good, cloud: good") == 3);
  CHECK(read_file(demo.folder() / "server" / "coffre.yaml") == config);
  demo.check_all_has_ended();

  const ChildResult without = demo.quickstart({});
  CHECK(without.exit_code == 2);
  CHECK_THAT(without.err, Contains("go on with it: deploy/quickstart --s3") && Contains("deploy/quickstart --clean"));

  CHECK(demo.quickstart({"--clean"}).exit_code == 0);
  CHECK_FALSE(fs::exists(demo.folder()));
}

TEST_CASE("the store ends with the script, also when that is killed") {
  const Demo demo;
  ChildProcess killed(demo.options({"--s3"}, "en"));
  killed.wait_for_out(kGatewayLine, kDeadline);
  CHECK(demo.processes().size() >= 3);
  killed.send_signal(SIGKILL);
  CHECK(killed.wait().signal == SIGKILL);
  demo.check_all_has_ended();
}

TEST_CASE("without an option it stays on a directory, and --s3 does not take that demo over") {
  const Demo demo;
  const ChildResult run = demo.quickstart({});
  INFO(run.out << run.err);
  REQUIRE(run.exit_code == 0);
  CHECK(count_of(run.out, "local: good, cloud: good") == 3);
  CHECK_FALSE(fs::exists(demo.folder() / "s3"));
  const ChildResult other = demo.quickstart({"--s3"}, "fr");
  CHECK(other.exit_code == 2);
  CHECK_THAT(other.err, Contains("continuez avec : deploy/quickstart - ou") && Contains("--clean"));
  CHECK_FALSE(fs::exists(demo.folder() / "s3"));
}

TEST_CASE("--clean removes demos of the script only") {
  const Demo demo;
  write_file(demo.folder() / "accounts.txt", "kept");
  const ChildResult refused = demo.quickstart({"--clean"});
  CHECK(refused.exit_code == 2);
  CHECK_THAT(refused.err, Contains("is no demo of this script"));
  CHECK(read_file(demo.folder() / "accounts.txt") == "kept");
}
