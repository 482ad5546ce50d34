// Rule 10: whatever stops something names the command that releases it. Every command that a message of ours names is
// one that the programs have, with the options that are named beside it.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <map>
#include <regex>
#include <set>

#include "model/anomaly.h"
#include "support/child_process.h"
#include "support/source_tree.h"
#include "support/temp_dir.h"

using namespace coffre;
using coffre::test::ChildResult;

namespace {

namespace fs = std::filesystem;

// "backupd secret release" -> its help; "" when there is no such command.
const std::string& help_of(const std::string& command) {
  static std::map<std::string, std::string> known;
  const auto found = known.find(command);
  if (found != known.end()) return found->second;
  std::vector<std::string> words;
  const std::regex blank(" ");
  for (std::sregex_token_iterator word(command.begin(), command.end(), blank, -1), end; word != end; ++word) {
    words.push_back(*word);
  }
  words.emplace_back("--help");
  const ChildResult help = test::run_child({.arguments = words, .environment = {{"LC_ALL", "C.UTF-8"}}});
  return known[command] = help.exit_code == 0 ? help.out : std::string();
}

struct Mention {
  std::string text;
  std::string command;  // "backupd secret release"; the second word belongs to it where the program says so
  std::vector<std::string> options;
};

std::string command_at(const std::string& program, const std::string& first, const std::string& second) {
  const std::string both = program + " " + first + " " + second;
  if (!second.empty() && !help_of(both).empty()) return both;
  return program + " " + first;
}

// Each "backupd WORD [WORD] ... --option" of the text. The options that count are those before the sentence goes on.
std::vector<Mention> mentions_in(const std::string& text) {
  static const std::regex kCommand("(backupd|restore-cli) ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?([^`.;,()\n]*)");
  static const std::regex kOption("--[a-z][a-z-]*");
  std::vector<Mention> mentions;
  for (std::sregex_iterator at(text.begin(), text.end(), kCommand), end; at != end; ++at) {
    if ((*at)[2] == "first") continue;  // "stop backupd first": the program, no command
    Mention mention{(*at)[0], command_at((*at)[1], (*at)[2], (*at)[3]), {}};
    const std::string rest = (*at)[4];
    for (std::sregex_iterator option(rest.begin(), rest.end(), kOption); option != end; ++option) {
      mention.options.push_back((*option)[0]);
    }
    mentions.push_back(std::move(mention));
  }
  return mentions;
}

// The texts of a source file: comments gone, neighboring literals joined.
std::string texts_of(const fs::path& file) {
  static const std::regex kComment("(^|\n)\\s*//[^\n]*");
  static const std::regex kJoint("\"\\s*\n\\s*\"");
  std::string text = std::regex_replace(test::read_file(file), kComment, "$1");
  text = std::regex_replace(text, kJoint, "");
  static const std::regex kLiteral("\"((?:[^\"\\\\\n]|\\\\.)*)\"");
  std::string all;
  for (std::sregex_iterator at(text.begin(), text.end(), kLiteral), end; at != end; ++at) {
    all += std::string((*at)[1]) + "\n";
  }
  return all;
}

std::vector<std::string> wrong_mentions(const std::string& text) {
  std::vector<std::string> wrong;
  for (const Mention& mention : mentions_in(text)) {
    const std::string& help = help_of(mention.command);
    if (help.empty()) {
      wrong.push_back("no such command: " + mention.text);
      continue;
    }
    for (const std::string& option : mention.options) {
      if (help.find(option) == std::string::npos) wrong.push_back("no option " + option + ": " + mention.text);
    }
  }
  return wrong;
}

}  // namespace

TEST_CASE("the remedy of every anomaly names a command, and the programs have it") {
  for (const AnomalyRule& rule : anomaly_rules()) {
    INFO(rule.name << ": " << rule.remedy);
    CHECK(mentions_in(rule.remedy).size() >= 1);
    CHECK(wrong_mentions(rule.remedy) == std::vector<std::string>{});
  }
}

TEST_CASE("the command that releases a matter takes what a person must give: it is in the help, and in the remedy") {
  for (const AnomalyRule& rule : anomaly_rules()) {
    INFO(rule.name << ": " << rule.release);
    if (rule.release.empty()) {
      CHECK(rule.closing != Closing::justification);
      continue;
    }
    const std::string release(rule.release);
    CHECK(std::string(rule.remedy).find("`" + release + "`") != std::string::npos);
    CHECK(wrong_mentions(release) == std::vector<std::string>{});
    const auto mentions = mentions_in(release);
    REQUIRE(mentions.size() == 1);
    // What the help marks as required is named; nobody types half of it first.
    for (const char* const option : {"--ticket", "--reason"}) {
      const std::regex required(std::string(option) + " [A-Z]+[^\n]*required");
      if (!std::regex_search(help_of(mentions[0].command), required)) continue;
      CHECK(std::find(mentions[0].options.begin(), mentions[0].options.end(), option) != mentions[0].options.end());
    }
  }
}

TEST_CASE("every command that a message names is one that the programs have") {
  std::size_t mentioned = 0;
  for (const char* room : {"lib", "backupd", "restore-cli"}) {
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(test::source_dir()) / room)) {
      if (entry.path().extension() != ".cc") continue;
      const std::string texts = texts_of(entry.path());
      INFO(entry.path().string());
      CHECK(wrong_mentions(texts) == std::vector<std::string>{});
      mentioned += mentions_in(texts).size();
    }
  }
  CHECK(mentioned > 30);
}

TEST_CASE("a command that does not exist is found out") {
  CHECK(wrong_mentions("Try `backupd frobnicate` then").size() == 1);
  CHECK(wrong_mentions("Try `backupd run --frobnicate` then").size() == 1);
  CHECK(wrong_mentions("Try `backupd secret release NAME --reason R` then").empty());
}
