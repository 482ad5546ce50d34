// The simulator's list of faults and these tests: none is left out.
#include <catch2/catch.hpp>
#include <sstream>

#include "support/child_process.h"
#include "support/source_tree.h"
#include "support/temp_dir.h"

using namespace coffre::test;

namespace {

// The words of the help's last part, "  slow   [export] VALUE bytes a second".
std::vector<std::string> kinds() {
  const std::string help = run_child({.arguments = {"recorder-simulator", "--help"}}).out;
  const std::string title = "Faults [default scope]:\n";
  const auto at = help.find(title);
  REQUIRE(at != std::string::npos);
  std::vector<std::string> found;
  std::istringstream lines(help.substr(at + title.size()));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string kind;
    if (words >> kind) found.push_back(kind);
  }
  return found;
}

std::string tests_of_devices() {
  std::string all;
  const auto folder = std::filesystem::path(coffre::test::source_dir()) / "tests/fault/devices";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) all += read_file(entry.path());
  return all;
}

}  // namespace

TEST_CASE("every fault that a simulated recorder can have is one that these tests give it") {
  const std::string tests = tests_of_devices();
  CHECK(kinds().size() > 30);
  for (const std::string& kind : kinds()) CHECK_THAT(tests, Catch::Contains("\"" + kind + "\""));
}
