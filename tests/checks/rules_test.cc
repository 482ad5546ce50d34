// Design rule 10: whatever stops a device, a credential, a backup or a plan names the one command that releases it.
// The commands named by the anomalies' remedies are typed here into the real programs.
#include <catch2/catch.hpp>
#include <regex>
#include <set>

#include "base/text.h"
#include "model/anomaly.h"
#include "support/child_process.h"

namespace coffre {
namespace {

// "`restore-cli accept NAME --ticket T`" -> {"restore-cli", "accept", "NAME", "--ticket", "T"}, each one in the text.
std::vector<std::vector<std::string>> commands_in(std::string_view remedy) {
  std::vector<std::vector<std::string>> commands;
  const std::string text(remedy);
  const std::regex quoted("`((?:backupd|restore-cli) [^`]+)`");
  for (std::sregex_iterator it(text.begin(), text.end(), quoted), end; it != end; ++it) {
    const std::string line = (*it)[1];
    std::vector<std::string> words;
    for (const std::string_view word : split(line, ' ')) words.emplace_back(word);
    commands.push_back(std::move(words));
  }
  return commands;
}

TEST_CASE("the remedy of every anomaly names a command that exists, with the options that it has") {
  for (const AnomalyRule& rule : anomaly_rules()) {
    DYNAMIC_SECTION(rule.name) {
      const auto commands = commands_in(rule.remedy);
      CAPTURE(rule.remedy);
      CHECK_FALSE(commands.empty());
      for (std::vector<std::string> words : commands) {
        words[0] = test::find_program(words[0]);
        words.push_back("--help");  // understood after unknown commands and options are refused
        const test::ChildResult result = test::run_child({.arguments = words});
        CAPTURE(words, result.err);
        CHECK(result.exit_code == 0);
      }
    }
  }
}

TEST_CASE("what stops something until a person has looked is released by a command of its own") {
  struct Row {
    AnomalyCode code;
    const char* command;
  };
  const auto row = GENERATE(values<Row>({{AnomalyCode::backup_suspect, "restore-cli accept"},
                                         {AnomalyCode::pin_changed, "backupd device pin"},
                                         {AnomalyCode::credential_stopped, "backupd secret release"}}));
  const AnomalyRule& rule = rule_of(row.code);
  DYNAMIC_SECTION(rule.name) {
    CAPTURE(rule.remedy);
    CHECK(std::string_view(rule.remedy).find(row.command) != std::string_view::npos);
  }
}

}  // namespace
}  // namespace coffre
