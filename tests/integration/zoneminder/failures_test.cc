// The real ZoneMinder when it fails: with its database away every answer is HTTP 200 with an empty body, which must
// never become a proven backup; and a refused password is sent once.
#include <algorithm>
#include <catch2/catch.hpp>
#include <sstream>

#include "integration/zoneminder/coffre_at_work.h"
#include "integration/zoneminder/content.h"
#include "integration/zoneminder/zoneminder_server.h"

using namespace coffre;
using namespace coffre::test;

namespace {

// Brings the database back however the test goes on.
class DatabaseAway {
 public:
  explicit DatabaseAway(ZoneMinderServer& peer) : peer_(peer) { peer_.stop_database(); }
  DatabaseAway(const DatabaseAway&) = delete;
  DatabaseAway& operator=(const DatabaseAway&) = delete;
  ~DatabaseAway() noexcept(false) { peer_.start_database(); }

 private:
  ZoneMinderServer& peer_;
};

// Takes the database away in front of the `which`-th request for `path` of one run.
RunAnswer run_with_database_lost_at(ZoneMinderServer& peer, const CoffreAtWork& coffre, const char* path, int which) {
  peer.hold(path, which);
  ChildProcess run = coffre.start_run();
  peer.wait_held();
  const DatabaseAway away(peer);
  peer.release();
  return CoffreAtWork::finish_run(run);
}

// Lines for a person; the log's, which begin with a date, are beside them on stderr.
std::vector<std::string> lines_for_people(const std::string& err) {
  std::vector<std::string> lines;
  std::istringstream all(err);
  for (std::string line; std::getline(all, line);) {
    if (line.rfind("20", 0) != 0) lines.push_back(line);
  }
  return lines;
}

void require_clear_failure(const RunAnswer& run) {
  INFO(run.out << run.err);
  CHECK(run.exit_code != 0);
  CHECK((run.result == "failed" || run.result == "suspect"));
  CHECK(run.proof.value_or(-1) < 2);
  const std::vector<std::string> lines = lines_for_people(run.err);
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].find(kZoneMinderDevice) == 0);
  CHECK(lines[0].find("the answer is empty") != std::string::npos);
}

std::size_t logins(const ZoneMinderServer& peer) {
  const std::vector<std::string> asked = peer.requests();
  return static_cast<std::size_t>(std::count(asked.begin(), asked.end(), "POST /zm/api/host/login.json"));
}

struct LossRow {
  const char* name;
  const char* path;
  int which;  // each list is asked three times: identify, collect, identify
};

constexpr LossRow kLosses[] = {
    {"right after the login", "/zm/api/host/getVersion.json", 1},
    {"between identify and collect", "/zm/api/host/getVersion.json", 2},
    {"half-way through collecting", "/zm/api/zones.json", 2},
    {"in the middle of a list's pages", "/zm/api/users/index/page:2.json", 2},
    {"between collect and the second identify", "/zm/api/host/getVersion.json", 3},
};

}  // namespace

TEST_CASE("a ZoneMinder whose database is away ends in one clear line, and never in a proven backup") {
  ZoneMinderServer& peer = zone_minder();
  CoffreAtWork coffre;
  coffre.add(peer, kBackupUser, kBackupPassword);
  {
    INFO("before the run");
    const DatabaseAway away(peer);
    require_clear_failure(coffre.run());
  }
  for (const LossRow& row : kLosses) {
    INFO(row.name);
    require_clear_failure(run_with_database_lost_at(peer, coffre, row.path, row.which));
  }
  CHECK(coffre.backups(2) == 0);
  // Nothing was refused, so nothing is stopped: with the database back the next run is proven without a release.
  CHECK_FALSE(coffre.credential().stopped);
  const RunAnswer run = coffre.run();
  INFO(run.out << run.err);
  CHECK(run.exit_code == 0);
  CHECK(run.proof == 4);
}

TEST_CASE("a refused password is sent to ZoneMinder once, then the credential waits for a person") {
  ZoneMinderServer& peer = zone_minder();
  CoffreAtWork coffre;
  coffre.add(peer, kBackupUser, kBackupPassword);
  coffre.set_password(kBackupUser, "another password");
  const std::size_t before = logins(peer);

  const RunAnswer refused = coffre.run();
  INFO(refused.out << refused.err);
  CHECK(refused.exit_code == 7);
  CHECK(refused.error_category == "WRONG_PASSWORD");
  CHECK(logins(peer) == before + 1);
  CHECK(coffre.credential().stopped);

  const RunAnswer again = coffre.run();
  INFO(again.out << again.err);
  CHECK(again.exit_code != 0);
  CHECK(again.err.find("backupd secret release") != std::string::npos);
  CHECK(logins(peer) == before + 1);

  coffre.set_password(kBackupUser, kBackupPassword);
  CHECK(coffre.run().proof == 4);
}

TEST_CASE("an account that may not use the API fails, without its password being taken for a wrong one") {
  ZoneMinderServer& peer = zone_minder();
  CoffreAtWork coffre;
  coffre.add(peer, kBackupUser, kBackupPassword);
  coffre.set_password(kUserWithoutApi, kBackupPassword);
  const RunAnswer run = coffre.run();
  INFO(run.out << run.err);
  CHECK(run.exit_code != 0);
  CHECK(run.result == "failed");
  CHECK(run.error_category != "WRONG_PASSWORD");
  CHECK(run.err.find("right") != std::string::npos);
  CHECK_FALSE(coffre.credential().stopped);
}
