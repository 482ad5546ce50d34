// A bucket that does not keep what it is asked to keep: seen by check-replica, by the daily canary, and by `check`,
// which also sees that nobody has asked.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "bucket_fleet.h"

using namespace coffre::test;
using coffre::simulator::StoreLies;
using nlohmann::json;

namespace {

constexpr int kRule = 4;
constexpr int kPartial = 3;

struct CheckResult {
  int exit_code = -1;
  std::vector<std::string> red;  // "SUBJECT: TEXT"
};

CheckResult check(BucketFleet& at) {
  const ChildResult result = at.fleet().call("backupd", {"check", "--offline", "--json"});
  CheckResult seen{.exit_code = result.exit_code, .red = {}};
  const json value = json::parse(result.out);
  for (const json& line : value.at("checks")) {
    if (line.at("state") == "failed") {
      seen.red.push_back(line.at("subject").get<std::string>() + ": " + line.at("text").get<std::string>());
    }
  }
  return seen;
}

bool says(const CheckResult& seen, const std::string& text) {
  for (const std::string& line : seen.red) {
    if (line.find(text) != std::string::npos) return true;
  }
  return false;
}

ChildResult canary(BucketFleet& at) {
  return at.fleet().call("restore-cli", {"check-replica", "--canary"});
}

// Of the anomaly of that code and the second place; "" when there is none.
std::string severity_of(BucketFleet& at, const std::string& code) {
  const ChildResult listed = at.fleet().call("restore-cli", {"list", "--anomalies", "--json"});
  const json value = json::parse(listed.out);
  for (const json& row : value.at("anomalies")) {
    if (row.at("code") == code && row.at("subject") == "cloud") return row.at("severity").get<std::string>();
  }
  return {};
}

}  // namespace

TEST_CASE("a store that lets a locked version be deleted opens the anomaly of the highest severity, until locks hold") {
  BucketFleet at({.devices = 1});
  REQUIRE(at.fleet().run().exit_code == 0);
  REQUIRE(canary(at).exit_code == 0);
  CHECK(check(at).exit_code == 0);
  CHECK(severity_of(at, "lock_broken").empty());

  at.lie({.deletes_locked = true});
  const ChildResult broken = canary(at);
  INFO(broken.out << broken.err);
  CHECK(broken.exit_code == kRule);
  CHECK_THAT(broken.err, Catch::Contains("VERROU_SANS_EFFET"));
  CHECK(severity_of(at, "lock_broken") == "critical");
  const CheckResult red = check(at);
  CHECK(red.exit_code == kRule);
  CHECK(says(red, "canary of the locks"));
  const ChildResult listed = at.fleet().call("restore-cli", {"list", "--anomalies"});
  CHECK_THAT(listed.out, Catch::Contains("VERROU_SANS_EFFET"));
  CHECK(at.fleet().journal("canary").size() == 2);
  CHECK(at.backups_in_bucket().size() == 1);  // no backup is ever tried

  at.heal();
  CHECK(canary(at).exit_code == 0);
  CHECK(severity_of(at, "lock_broken").empty());
  CHECK(check(at).exit_code == 0);
}

TEST_CASE("a canary that has been silent for two days is red in check, and so is one that cannot ask") {
  BucketFleet at({.devices = 1});
  REQUIRE(at.fleet().run().exit_code == 0);
  CHECK(says(check(at), "it was never asked whether a locked version is refused"));
  REQUIRE(canary(at).exit_code == 0);
  at.set_clock_ahead(1);
  CHECK(check(at).exit_code == 0);
  at.set_clock_ahead(3);
  const CheckResult silent = check(at);
  CHECK(silent.exit_code != 0);
  CHECK(says(silent, "nothing was measured for more than two days"));

  at.lie({.refuses_deletion = true});  // asked, and nothing learned: the silence goes on
  CHECK(canary(at).exit_code == kPartial);
  CHECK(says(check(at), "nothing was measured for more than two days"));
  at.store().stop_listening();
  CHECK(canary(at).exit_code != 0);
  at.store().listen_again();
  at.heal();
  CHECK(canary(at).exit_code == 0);
  CHECK(check(at).exit_code == 0);
}

TEST_CASE("a bucket that cannot keep, or does not, is red, and never shown as immutable") {
  struct Row {
    const char* name;
    StoreLies lies;
    int run;            // exit code: a lock that is ignored is found at each put
    int check_replica;  // exit code
    std::string check;  // what `check` says in red
  };
  const std::vector<Row> rows{
      {"no versions and no locks", {.keeps_no_versions = true, .has_no_locks = true}, 0, kRule, "not immutable"},
      {"versions, and no locks", {.drops_locks = true, .has_no_locks = true}, 0, kRule, "not immutable"},
      {"locks and no versions", {.keeps_no_versions = true}, 0, kRule, "not immutable"},
      {"a lock that is answered and not kept", {.drops_locks = true}, kPartial, kRule, "canary of the locks"},
      {"GOVERNANCE instead of COMPLIANCE", {.weakens_locks = true}, kPartial, kRule, "canary of the locks"},
      {"shorter than asked", {.shortens_locks = std::chrono::seconds{30}}, kPartial, kRule, "canary of the locks"},
      {"deletes what it has locked", {.deletes_locked = true}, 0, kRule, "canary of the locks"},
  };
  for (const Row& row : rows) {
    INFO("row: " << row.name);
    BucketFleet at({.devices = 1}, row.lies);
    const Run run = at.fleet().run();
    INFO(run.err);
    CHECK(run.exit_code == row.run);
    CHECK(at.backups_in_bucket().size() == 1);
    const ChildResult measured = at.fleet().call("restore-cli", {"check-replica"});
    INFO(measured.out << measured.err);
    CHECK(measured.exit_code == row.check_replica);
    const CheckResult seen = check(at);
    CAPTURE(seen.red);
    CHECK(seen.exit_code != 0);
    CHECK(says(seen, row.check));
  }
}

TEST_CASE("`lock: governance` in the configuration is red: whoever may bypass it can delete") {
  BucketFleet at({.devices = 1});
  at.configure("lock", "governance");
  CHECK(at.fleet().run().exit_code == 0);
  CHECK(canary(at).exit_code == 0);
  const CheckResult seen = check(at);
  CAPTURE(seen.red);
  CHECK(seen.exit_code == kRule);
  CHECK(says(seen, "not immutable"));
}
