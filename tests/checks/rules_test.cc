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

// Each code once: the command that ends it once a person has looked, or, where a proof or a fact ends it, the one that
// brings it about. Written out, so that a remedy that names some other command is found.
TEST_CASE("the remedy of each anomaly is the right command, not just any") {
  struct Row {
    AnomalyCode code;
    const char* command;  // stands in the remedy
    const char* release;  // AnomalyRule::release
  };
  const std::vector<Row> rows = {
      {AnomalyCode::backup_missing, "backupd run --device DEVICE", ""},
      {AnomalyCode::backup_suspect, "restore-cli accept NAME --ticket T --reason R",
       "restore-cli accept NAME --ticket T --reason R"},
      {AnomalyCode::device_unreachable, "backupd run --device DEVICE", ""},
      {AnomalyCode::pin_changed, "backupd device pin DEVICE --reason R", "backupd device pin DEVICE --reason R"},
      {AnomalyCode::credential_stopped, "backupd secret release NAME --reason R",
       "backupd secret release NAME --reason R"},
      {AnomalyCode::replica_unavailable, "backupd check", ""},
      {AnomalyCode::replica_damaged, "restore-cli scrub", ""},
      {AnomalyCode::replica_missing, "backupd run", ""},
      {AnomalyCode::volume_not_encrypted, "backupd check", ""},
      {AnomalyCode::key_proof_missing, "restore-cli verify NAME --identity FILE", ""},
      {AnomalyCode::proof_insufficient, "restore-cli verify NAME --identity FILE", ""},
      {AnomalyCode::sequence_gap, "restore-cli conclude NUMBER --ticket T --reason R",
       "restore-cli conclude NUMBER --ticket T --reason R"},
      {AnomalyCode::inventory_shrunk, "backupd inventory accept --ticket T --reason R",
       "backupd inventory accept --ticket T --reason R"},
      {AnomalyCode::clear_extract, "restore-cli destroyed NAME --reason R", "restore-cli destroyed NAME --reason R"},
      {AnomalyCode::journal_damaged, "restore-cli conclude NUMBER --ticket T --reason R",
       "restore-cli conclude NUMBER --ticket T --reason R"},
      {AnomalyCode::disk_space, "backupd check", ""},
      {AnomalyCode::expiry_stopped, "restore-cli expire --resume --ticket T --reason R",
       "restore-cli expire --resume --ticket T --reason R"},
      {AnomalyCode::trust_list_refused, "backupd check", ""},
      {AnomalyCode::lock_broken, "restore-cli check-replica", ""},
      {AnomalyCode::backup_lost, "restore-cli scrub", "restore-cli conclude NUMBER --ticket T --reason R"},
      {AnomalyCode::foreign_object, "restore-cli conclude NUMBER --ticket T --reason R",
       "restore-cli conclude NUMBER --ticket T --reason R"},
  };
  REQUIRE(rows.size() == anomaly_rules().size());
  for (const Row& row : rows) {
    const AnomalyRule& rule = rule_of(row.code);
    DYNAMIC_SECTION(rule.name) {
      CAPTURE(rule.remedy);
      CHECK(std::string_view(rule.remedy).find("`" + std::string(row.command) + "`") != std::string_view::npos);
      CHECK(rule.release == row.release);
      // Only a person's word needs a command that takes it; every such code has one.
      if (rule.closing == Closing::justification) CHECK_FALSE(rule.release.empty());
    }
  }
}

}  // namespace
}  // namespace coffre
