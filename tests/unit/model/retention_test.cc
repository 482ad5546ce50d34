// model/retention.h against tables that a person can read: tests/unit/model/golden/retention/*.txt, each a history
// above the line `---` and the verdicts below it. After a wanted change: COFFRE_WRITE_GOLDEN=1 bin/unit_model
// "[golden]", and read the difference.
#include "model/retention.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "support/error_of.h"
#include "support/paris_zone.h"
#include "support/print_instant.h"
#include "support/source_tree.h"

namespace coffre {
namespace {

using test::utc;

constexpr std::string_view kLine = "---\n";

struct Table {
  RetentionPolicy policy;
  Instant now{};
  RetentionHistory history;

  RetentionContext context() const { return {policy, test::paris_zone(), kDefaultRequiredProof, now}; }
};

// "4": level 4, never more. "1^4": now 1, once 4. "-": no copy.
CopyFacts copy_of(const std::string& word) {
  if (word == "-") return {};
  const auto level = [](char digit) { return static_cast<ProofLevel>(digit - '0'); };
  return {true, level(word.front()), level(word.back())};
}

Hold hold_of(const std::string& word) {
  return word == "legal-hold" ? Hold::legal : Hold::contract;
}

// SEQUENCE KIND CREATED LOCAL CLOUD FIRST-PROVEN [suspect|legal-hold|contract-hold|released-from:INSTANT]...
BackupFacts backup_of(std::istringstream& words) {
  BackupFacts backup;
  std::string kind;
  std::string created;
  std::string local;
  std::string cloud;
  std::string first;
  words >> backup.sequence >> kind >> created >> local >> cloud >> first;
  backup.name = fmt::format("{}_{}", backup.sequence, kind);
  backup.kind = kind_from_string(kind).value();
  backup.created_at = utc(created);
  backup.copies[ReplicaRole::local] = copy_of(local);
  backup.copies[ReplicaRole::cloud] = copy_of(cloud);
  if (first != "-") backup.first_proven = utc(first);
  for (std::string word; words >> word;) {
    constexpr std::string_view kFrom = "released-from:";
    if (word == "suspect") {
      backup.suspect = true;
    } else if (word.starts_with(kFrom)) {
      backup.release.emplace("a.martin", "b.durand", "contract ended", utc(word.substr(kFrom.size())));
    } else {
      backup.hold = hold_of(word);
    }
  }
  return backup;
}

Table table_of(const std::string& text) {
  Table table;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string first;
    if (!(words >> first) || first.starts_with('#')) continue;
    std::string word;
    if (first == "now") {
      words >> word;
      table.now = utc(word);
    } else if (first == "policy") {
      RetentionMonths months;
      words >> months.hebdo >> months.pre_post >> months.mensuel;
      table.policy = RetentionPolicy(months);
    } else if (first == "device") {
      words >> word;
      table.history.state = word == "active"    ? DeviceState::active
                            : word == "retired" ? DeviceState::retired
                                                : DeviceState::client_closed;
      if (words >> word) table.history.hold = hold_of(word);
    } else {
      words.seekg(0);
      table.history.backups.push_back(backup_of(words));
    }
  }
  return table;
}

std::string told(const Reason& reason) {
  std::string text(to_string(reason.code));
  if (reason.until) text += " " + to_rfc3339(*reason.until);
  if (reason.replica) text += fmt::format(" {}", to_string(*reason.replica));
  if (reason.successor) text += fmt::format(" by {}", *reason.successor);
  return text;
}

std::string verdicts_of(const Table& table) {
  std::string out;
  const std::vector<RetentionVerdict> verdicts = plan_retention(table.history, table.context());
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    std::string reasons;
    for (const Reason& reason : verdicts[i].reasons) reasons += (reasons.empty() ? "" : "; ") + told(reason);
    out += fmt::format("{:<3} {:<7} {:<6}  {}\n", table.history.backups[i].sequence,
                       to_string(table.history.backups[i].kind), to_string(verdicts[i].decision), reasons);
  }
  return out;
}

std::string read(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

std::set<std::filesystem::path> golden_files() {
  std::set<std::filesystem::path> files;
  const std::string folder = test::source_dir() + "/tests/unit/model/golden/retention";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.insert(entry.path());
  return files;
}

}  // namespace

TEST_CASE("each backup is kept or expires, with its reasons, as the tables say", "[golden]") {
  const std::set<std::filesystem::path> files = golden_files();
  REQUIRE(files.size() >= 10);
  for (const std::filesystem::path& file : files) {
    DYNAMIC_SECTION(file.stem().string()) {
      const std::string text = read(file);
      const std::size_t line = text.find(kLine);
      REQUIRE(line != std::string::npos);
      const std::string input = text.substr(0, line + kLine.size());
      const std::string verdicts = verdicts_of(table_of(text.substr(0, line)));
      if (std::getenv("COFFRE_WRITE_GOLDEN") != nullptr) std::ofstream(file) << input << verdicts;
      CHECK(text.substr(line + kLine.size()) == verdicts);
    }
  }
}

TEST_CASE("an empty history has no verdicts, and an object of the installation is not judged") {
  const RetentionPolicy policy;
  const RetentionContext context{policy, test::paris_zone(), kDefaultRequiredProof, utc("2026-11-26T03:00:00Z")};
  CHECK(plan_retention({}, context).empty());
  RetentionHistory history;
  history.backups.push_back({.name = "c", .kind = Kind::catalog});
  CHECK(test::error_of([&] { plan_retention(history, context); }).code() == ErrorCode::internal);
}

TEST_CASE("the month's first proven backup is the first that became proven, in local months") {
  const auto made = [](std::uint64_t sequence, const char* created, const char* proven) {
    BackupFacts backup;
    backup.sequence = sequence;
    backup.created_at = utc(created);
    if (proven != nullptr) backup.first_proven = utc(proven);
    return backup;
  };
  RetentionHistory history;
  history.backups = {
      made(1, "2026-05-01T01:00:00Z", nullptr),                 // never proven
      made(2, "2026-05-08T01:00:00Z", "2026-05-20T01:00:00Z"),  // proven later than the next
      made(3, "2026-05-15T01:00:00Z", "2026-05-15T02:00:00Z"),
      made(4, "2026-05-31T22:30:00Z", "2026-05-31T23:00:00Z"),  // June in Paris
      made(5, "2026-06-02T01:00:00Z", "2026-06-02T02:00:00Z"),
      made(6, "2027-05-02T01:00:00Z", "2027-05-02T02:00:00Z"),  // another year's May
      made(7, "2027-05-02T03:00:00Z", "2027-05-02T02:00:00Z"),  // at the same instant
      made(8, "2026-07-02T03:00:00Z", "2026-07-02T04:00:00Z"),  // suspect
      made(9, "2027-06-10T03:00:00Z", "2026-07-02T04:00:00Z"),  // future-dated
  };
  history.backups[7].suspect = true;
  const RetentionPolicy policy;
  const RetentionContext context{policy, test::paris_zone(), kDefaultRequiredProof, utc("2027-06-01T00:00:00Z")};
  CHECK(month_first_proven(history, context) ==
        std::vector<bool>{false, false, true, true, false, true, false, false, false});

  // The month's first is aged or lost: the earliest that is proven now stands in for it.
  for (const std::size_t i : {0U, 1U}) {
    for (const ReplicaRole replica : kReplicaRoles) history.backups[i].copies[replica] = copy_of("4");
  }
  CHECK(month_first_proven(history, context) ==
        std::vector<bool>{false, true, true, true, false, true, false, false, false});
}

TEST_CASE("each reason has a name and words of its own") {
  std::set<std::string_view> names;
  std::set<std::string> titles;
  constexpr int kCodes = static_cast<int>(ReasonCode::released) + 1;
  for (int code = 0; code < kCodes; ++code) {
    names.insert(to_string(static_cast<ReasonCode>(code)));
    titles.insert(title_of(static_cast<ReasonCode>(code)));
  }
  CHECK(names.size() == kCodes);
  CHECK(titles.size() == kCodes);
  CHECK(to_string(ReasonCode::tier_hebdo) == "tier_hebdo");
  CHECK(to_string(ReasonCode::future_dated) == "future_dated");
  CHECK(to_string(ReasonCode::no_successor) == "no_successor");
  CHECK(to_string(ReasonCode::released) == "released");
  CHECK(to_string(Decision::keep) == "keep");
  CHECK(to_string(Decision::expire) == "expire");
}

}  // namespace coffre
