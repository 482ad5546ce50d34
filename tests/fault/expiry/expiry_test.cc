// Expiry with the real programs, months ahead: what goes, what stays, what stops it, and what a kill leaves.
#include <signal.h>
#include <algorithm>
#include <catch2/catch.hpp>

#include "fleet.h"
#include "kills/kill_points.h"

using namespace coffre::test;

namespace {

// Of one device: its month's first backup, a weekly one whose three months are over, and one of today that takes its
// place. Announced, and the delay is over.
struct Aged {
  Fleet fleet{{.devices = 1}};
  std::string first = made();
  std::string old = made();
  std::string newest = made_later();

  std::string made() {
    const Run run = fleet.run({"--all"});
    INFO(run.err);
    REQUIRE(run.exit_code == 0);
    return run.device(fleet.name(1)).name;
  }
  std::string made_later() {
    fleet.set_clock_ahead(95);
    const auto verified = fleet.verify();  // a person tries the keys now and then
    INFO(verified.err);
    REQUIRE(verified.exit_code == 0);
    return made();
  }
  void wait_for_the_day() {
    const auto announced = fleet.call("restore-cli", {"expire", "--announce"});
    INFO(announced.out << announced.err);
    REQUIRE(announced.exit_code == 0);
    CHECK_THAT(announced.out, Catch::Contains(old));
    fleet.set_clock_ahead(110);
  }
  ChildResult execute(const std::string& fault = {}) {
    return fleet.call_with_fault("restore-cli", {"expire", "--execute"}, fault);
  }
  // In how many of the two places it lies.
  std::size_t copies(const std::string& name) const {
    std::size_t count = 0;
    for (const auto& place : {fleet.local(), fleet.cloud()}) {
      for (const auto& [path, content] : Fleet::objects(place)) count += path.ends_with("/" + name) ? 1U : 0U;
    }
    return count;
  }
  std::vector<std::string> listed() {
    std::vector<std::string> names;
    for (const ListedBackup& backup : fleet.backups()) names.push_back(backup.name);
    std::sort(names.begin(), names.end());
    return names;
  }
  void check_only_the_old_one_is_gone() {
    CHECK(copies(old) == 0);
    CHECK(copies(first) == 2);
    CHECK(copies(newest) == 2);
    std::vector<std::string> expected{first, newest};
    std::sort(expected.begin(), expected.end());
    CHECK(listed() == expected);
    CHECK(fleet.anomalies() == std::vector<std::string>{});
    CHECK(fleet.leaks() == std::vector<std::string>{});
    const auto verified = fleet.call("restore-cli", {"journal", "--verify"});
    CHECK(verified.exit_code == 0);
  }
};

}  // namespace

TEST_CASE("a backup whose time is over goes from both places, days after it was announced, and leaves no gap") {
  Aged aged;
  const auto early = aged.fleet.call("restore-cli", {"expire", "--announce"});
  CHECK(early.exit_code == 0);
  aged.fleet.set_clock_ahead(108);
  CHECK(aged.execute().exit_code == 0);
  CHECK(aged.copies(aged.old) == 2);

  Aged other;
  other.wait_for_the_day();
  const auto executed = other.execute();
  INFO(executed.out << executed.err);
  CHECK(executed.exit_code == 0);
  CHECK_THAT(executed.out, Catch::Contains(other.old + "  removed"));
  other.check_only_the_old_one_is_gone();
  CHECK(other.fleet.journal("expire").size() == 2);

  const Run run = other.fleet.run({"--all"});  // its number is no gap
  INFO(run.err);
  CHECK(run.exit_code == 0);
  CHECK(other.fleet.anomalies() == std::vector<std::string>{});
}

TEST_CASE("a catalog that is made anew from what is left still knows what had expired: no gap") {
  Aged aged;
  aged.wait_for_the_day();
  REQUIRE(aged.execute().exit_code == 0);
  const auto hold = aged.fleet.call("restore-cli", {"hold", "CLIEXEMP", "--reason", "claim"});
  REQUIRE(hold.exit_code == 0);
  const auto rebuilt = aged.fleet.call("restore-cli", {"rebuild-catalog", "--from", "cloud", "--replace"});
  INFO(rebuilt.out << rebuilt.err);
  CHECK(rebuilt.exit_code == 0);
  CHECK_THAT(rebuilt.out, Catch::Contains("holds (1), ended contracts (0), expired backups (1)"));
  CHECK(aged.fleet.anomalies() == std::vector<std::string>{});
  CHECK(aged.listed().size() == 2);
  const auto stopped = aged.fleet.call("restore-cli", {"expire", "--plan"});
  CHECK_THAT(stopped.err, Catch::Contains("the catalog was rebuilt"));
}

TEST_CASE("killed while it expires, the next call finishes, and nothing else went") {
  for (const std::string& point : expire_points()) {
    for (const char* const passing : {"@1", "@2"}) {
      INFO(point << passing);
      Aged aged;
      aged.wait_for_the_day();
      CHECK(aged.execute("kill:" + point + passing).signal == SIGKILL);
      CHECK(aged.copies(aged.first) == 2);
      CHECK(aged.copies(aged.newest) == 2);
      const auto again = aged.execute();
      INFO(again.out << again.err);
      CHECK(again.exit_code == 0);
      aged.check_only_the_old_one_is_gone();
    }
  }
}

TEST_CASE("two processes expire at once: the second one is told who is at it, and harms nothing") {
  Aged aged;
  aged.wait_for_the_day();
  ChildProcess paused = aged.fleet.start("restore-cli", {"expire", "--execute"}, "stop:expire.remove");
  paused.wait_stopped();
  const auto second = aged.execute();
  INFO(second.err);
  CHECK(second.exit_code == 1);
  CHECK_THAT(second.err, Catch::Contains("another process is at it (restore-cli (process " +
                                         std::to_string(paused.pid()) + " on "));
  CHECK(aged.copies(aged.old) == 2);
  paused.send_signal(SIGCONT);
  CHECK(paused.wait(std::chrono::minutes{1}).exit_code == 0);
  aged.check_only_the_old_one_is_gone();
}

TEST_CASE("a clock that somebody set stops expiry, and a person's word does not help") {
  Aged aged;
  aged.wait_for_the_day();
  aged.fleet.set_clock_ahead(95);
  CHECK(aged.fleet.call("restore-cli", {"expire", "--plan"}).exit_code == 0);  // the clock is noted
  aged.fleet.set_clock_ahead(110);
  const auto stopped = aged.execute();
  INFO(stopped.err);
  CHECK(stopped.exit_code == 4);
  CHECK_THAT(stopped.err,
             Catch::Contains("the clock was moved by more than an hour") && Catch::Contains("timedatectl"));
  CHECK(aged.copies(aged.old) == 2);
  CHECK(aged.fleet.anomalies() == std::vector<std::string>{"expiry_stopped expiry"});
  CHECK(aged.fleet.call("restore-cli", {"expire", "--resume", "--ticket", "T-1", "--reason", "R", "--yes"}).exit_code ==
        4);
  CHECK(aged.execute().exit_code == 4);
  CHECK(aged.copies(aged.old) == 2);
}

TEST_CASE("a place in doubt stops expiry until a person has looked") {
  Aged aged;
  aged.wait_for_the_day();
  const auto& place = aged.fleet.cloud();
  std::filesystem::rename(place / "_coffre/INSTALLATION", place / "_coffre/gone");
  const auto stopped = aged.execute();
  INFO(stopped.err);
  CHECK(stopped.exit_code == 4);
  CHECK_THAT(stopped.err, Catch::Contains("a replica is in doubt (cloud)") &&
                              Catch::Contains("restore-cli expire --resume --ticket T --reason R"));
  CHECK(aged.copies(aged.old) == 2);
  std::filesystem::rename(place / "_coffre/gone", place / "_coffre/INSTALLATION");
  CHECK(aged.execute().exit_code == 0);
  aged.check_only_the_old_one_is_gone();
}
