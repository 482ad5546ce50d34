// The endpoint is not the one that is meant, or not to be trusted: refused, backups are made all the same, and neither
// a key nor a backup goes anywhere.
#include <catch2/catch.hpp>
#include <functional>

#include "bucket_fleet.h"

using namespace coffre::test;
using coffre::simulator::HttpRequest;
using coffre::simulator::LyingStore;
using coffre::simulator::StoreAnswer;

namespace {

// Backups go on in one place, the second one is said to be away, `check` is red, and both say why.
void check_refused(BucketFleet& at, const std::string& why) {
  const Run run = at.fleet().run({"--all"});
  INFO(run.err);
  CHECK(run.exit_code == 3);
  CHECK(run.device("NVR").result == "not_proven");
  CHECK(run.device("NVR").proof == 1);
  CHECK_THAT(run.err, Catch::Contains(why));
  CHECK_THAT(at.fleet().anomalies(), Catch::VectorContains(std::string("replica_unavailable cloud")));
  const ChildResult check = at.fleet().call("backupd", {"check", "--offline"});
  INFO(check.out << check.err);
  CHECK(check.exit_code != 0);
  CHECK_THAT(check.out, Catch::Contains(why));
}

void check_next_run(BucketFleet& at) {
  const Run next = at.fleet().run();
  INFO(next.err);
  CHECK(next.exit_code == 0);
  for (const ListedBackup& backup : at.fleet().backups()) CHECK(backup.proof == 4);
  CHECK(at.fleet().anomalies() == std::vector<std::string>{});
  CHECK(at.damage() == std::vector<std::string>{});
}

}  // namespace

TEST_CASE("a redirect to another region is refused, and nothing is sent there") {
  struct Row {
    const char* name;
    int status;
    const char* code;
  };
  for (const Row& row : std::vector<Row>{{"301", 301, "PermanentRedirect"}, {"307", 307, "TemporaryRedirect"}}) {
    INFO("row: " << row.name);
    LyingStore other{{}};
    BucketFleet at({.devices = 1});
    REQUIRE(at.fleet().run().exit_code == 0);
    // Whoever followed it would be trusted there, and understood.
    write_file(at.authority(), read_file(at.authority()) + other.authority_pem());
    at.store().answer_by([&](const HttpRequest& request, const std::function<StoreAnswer()>& /*honest*/) {
      StoreAnswer answer = coffre::simulator::failure(row.status, row.code);
      answer.headers.emplace_back("Location", other.url() + request.target);
      answer.headers.emplace_back("x-amz-bucket-region", "elsewhere-1");
      return answer;
    });
    check_refused(at, "lies elsewhere");
    CHECK(other.requests().connections() == 0);
    CHECK(other.requests().requests().empty());
    CHECK(at.backups_in_bucket().size() == 1);
    at.heal();
    check_next_run(at);
  }
}

TEST_CASE("a store that is only trusted by mistake gets neither a key nor a backup") {
  LyingStore other{{}};
  struct Row {
    const char* name;
    std::function<void(BucketFleet&)> spoil;
    std::function<void(BucketFleet&)> mend;
    std::string why;
  };
  const std::vector<Row> rows{
      {"another authority", [&](BucketFleet& at) { write_file(at.authority(), other.authority_pem()); },
       [](BucketFleet& at) { write_file(at.authority(), at.store().authority_pem()); }, "certificate"},
      {"another store under the endpoint", [&](BucketFleet& at) { at.configure("endpoint", other.url()); },
       [](BucketFleet& at) { at.configure("endpoint", at.store().url()); }, "certificate"},
      {"TLS 1.1 and no more", [](BucketFleet& at) { at.store().fault("old-tls"); },
       [](BucketFleet& at) { at.store().end_faults(); }, "TLS"},
  };
  for (const Row& row : rows) {
    INFO("row: " << row.name);
    BucketFleet at({.devices = 1});
    REQUIRE(at.fleet().run().exit_code == 0);
    const std::size_t before = at.store().requests().requests().size();
    row.spoil(at);
    check_refused(at, row.why);
    CHECK(at.store().requests().requests().size() == before);
    CHECK(other.requests().requests().empty());
    row.mend(at);
    check_next_run(at);
  }
}

TEST_CASE("an endpoint in http:// is refused as a mistake of the configuration, before anything is asked") {
  BucketFleet at({.devices = 1});
  REQUIRE(at.fleet().run().exit_code == 0);
  const std::string plain = "http" + at.store().url().substr(std::string("https").size());
  const std::uint64_t before = at.store().requests().connections();
  at.fleet().recorders().reset_counts("*");
  at.configure("endpoint", plain);
  for (const std::vector<std::string>& command : {std::vector<std::string>{"backupd", "run", "--all"},
                                                  {"backupd", "check", "--offline"},
                                                  {"restore-cli", "check-replica"}}) {
    const ChildResult result = at.fleet().call(command[0], {command.begin() + 1, command.end()});
    INFO(command[0] << " " << command[1] << ": " << result.out << result.err);
    CHECK(result.exit_code == 2);
    CHECK_THAT(result.out + result.err, Catch::Contains("coffre.yaml:") && Catch::Contains("https://"));
  }
  CHECK(at.store().requests().connections() == before);
  CHECK(at.fleet().recorders().counts("*").total == 0);
}
