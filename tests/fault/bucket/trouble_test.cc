// A store in trouble during a run: what is not in both places is said, never counted, sent once, and made good by the
// next run.
#include <catch2/catch.hpp>
#include <functional>

#include "bucket_fleet.h"

using namespace coffre::test;
using coffre::simulator::failure;
using coffre::simulator::HttpRequest;
using coffre::simulator::hung_up;
using coffre::simulator::StoreAnswer;

namespace {

using Honest = std::function<StoreAnswer()>;
using Way = std::function<StoreAnswer(const HttpRequest&, const Honest&)>;

const std::string kDevice = "NVR";

bool sends_backup(const HttpRequest& request) {
  return request.method == "PUT" && request.path.ends_with(".bak") && !request.query.contains("retention");
}

bool reads_backup(const HttpRequest& request) {
  return request.method == "GET" && request.path.ends_with(".bak");
}

// The way of a store that does this to the first `times` requests of a kind.
Way first_times(std::size_t times, bool (*concerns)(const HttpRequest&), Way harm) {
  return [=, left = times](const HttpRequest& request, const Honest& honest) mutable {
    if (left == 0 || !concerns(request)) return honest();
    --left;
    return harm(request, honest);
  };
}

Way says(int status, const std::string& code) {
  return [=](const HttpRequest&, const Honest&) { return failure(status, code); };
}

// The answer ends in the middle of the body that its head has promised.
StoreAnswer cut(const HttpRequest& /*request*/, const Honest& honest) {
  StoreAnswer whole = honest();
  whole.declared = whole.body.size();
  whole.body.resize(whole.body.size() / 2);
  return whole;
}

// It arrived, and nobody is told.
StoreAnswer arrived_unheard(const HttpRequest& /*request*/, const Honest& honest) {
  (void)honest();
  return hung_up();
}

StoreAnswer with_wrong_etag(const HttpRequest& /*request*/, const Honest& honest) {
  StoreAnswer answer = honest();
  answer.headers.emplace_back("ETag", "\"00000000000000000000000000000000\"");
  return answer;
}

void check_all_is_well(BucketFleet& at, const Run& run) {
  INFO(run.err);
  CHECK(run.exit_code == 0);
  CHECK(run.not_replicated == 0);
  for (const ListedBackup& backup : at.fleet().backups()) CHECK(backup.proof == 4);
  CHECK(at.fleet().anomalies() == std::vector<std::string>{});
  CHECK(at.twins_in_bucket() == std::vector<std::string>{});
  CHECK(at.damage() == std::vector<std::string>{});
}

}  // namespace

TEST_CASE("trouble that passes is tried again within the run, and nothing is sent twice") {
  struct Row {
    const char* name;
    Way way;
    std::size_t puts;
  };
  const std::vector<Row> rows{
      {"503 SlowDown", first_times(1, sends_backup, says(503, "SlowDown")), 2},
      {"503 without words", first_times(1, sends_backup, says(503, "")), 2},
      {"500", first_times(2, sends_backup, says(500, "InternalError")), 3},
      {"the upload is taken for damaged", first_times(1, sends_backup, says(400, "BadDigest")), 2},
      {"an answer that is cut while it is read back", first_times(1, reads_backup, cut), 1},
      {"an upload that timed out and arrived", first_times(1, sends_backup, arrived_unheard), 1},
      {"an ETag that is not the content's, which is right", first_times(1, sends_backup, with_wrong_etag), 1},
  };
  BucketFleet at({.devices = 1});
  REQUIRE(at.fleet().run().exit_code == 0);
  std::size_t made = 1;
  for (const Row& row : rows) {
    INFO("row: " << row.name);
    const std::size_t since = at.store().requests().requests().size();
    at.store().answer_by(row.way);
    const Run run = at.fleet().run({"--all"});
    at.heal();
    CHECK(at.puts_of_backups(since) == row.puts);
    CHECK(at.backups_in_bucket().size() == ++made);
    check_all_is_well(at, run);
  }
}

TEST_CASE("trouble that stays ends in \"not replicated\" after a bounded number of tries; the next run catches up") {
  constexpr std::size_t kForEver = 1'000'000;
  constexpr std::size_t kTries = 5;  // of the run itself, and of its catching up
  struct Row {
    const char* name;
    Way way;
    std::size_t most_puts;
    bool arrives;
  };
  const std::vector<Row> rows{
      {"500", first_times(kForEver, sends_backup, says(500, "InternalError")), 2 * kTries, false},
      {"it arrives, and nothing is heard of it any more",
       [](const HttpRequest& request, const Honest& honest) {
         if (!request.path.ends_with(".bak") && !request.query.contains("versions")) return honest();
         return sends_backup(request) ? arrived_unheard(request, honest) : hung_up();
       },
       1, true},
      {"what is read back is cut each time", first_times(kForEver, reads_backup, cut), 1, true},
  };
  BucketFleet at({.devices = 1});
  REQUIRE(at.fleet().run().exit_code == 0);
  std::size_t made = 1;
  for (const Row& row : rows) {
    INFO("row: " << row.name);
    const std::size_t since = at.store().requests().requests().size();
    // Once it has arrived it may be looked for; before, a retry would send it again.
    bool arrived = false;
    at.store().answer_by([&](const HttpRequest& request, const Honest& honest) {
      const bool before = row.arrives && !arrived && !sends_backup(request);
      arrived = arrived || sends_backup(request);
      return before ? honest() : row.way(request, honest);
    });
    const Run run = at.fleet().run({"--all"});
    INFO(run.err);
    CHECK(run.exit_code == 3);
    CHECK(run.not_replicated == 1);
    CHECK(run.device(kDevice).result == "not_proven");
    CHECK(run.device(kDevice).proof == 1);
    CHECK(run.lines_about(kDevice).size() == 1);
    CHECK_THAT(run.err, Catch::Contains("The second place is away or refuses since"));
    CHECK(at.puts_of_backups(since) <= row.most_puts);
    CHECK(at.backups_in_bucket().size() == made + (row.arrives ? 1 : 0));
    CHECK(at.fleet().anomalies() ==
          std::vector<std::string>{"replica_missing " + Fleet::display(kDevice), "replica_unavailable cloud"});
    CHECK(at.fleet().leaks() == std::vector<std::string>{});

    at.heal();
    check_all_is_well(at, at.fleet().run());
    CHECK(at.backups_in_bucket().size() == ++made);
  }
}

TEST_CASE("a store that keeps something else than it was sent is found out at once, and made good when it is mended") {
  BucketFleet at({.devices = 1});
  REQUIRE(at.fleet().run().exit_code == 0);
  at.lie({.garbles = true});
  const Run run = at.fleet().run({"--all"});
  INFO(run.err);
  CHECK(run.exit_code == 3);
  CHECK(run.device(kDevice).result == "not_proven");
  CHECK(run.device(kDevice).proof == 1);
  CHECK_THAT(run.err, Catch::Contains("something else than what was sent"));
  CHECK_THAT(at.fleet().anomalies(), Catch::VectorContains("replica_missing " + Fleet::display(kDevice)));
  std::string copies;
  for (const ListedBackup& backup : at.fleet().backups()) {
    if (backup.proof == 1) copies = backup.copies.contains("cloud") ? backup.copies.at("cloud") : "none";
  }
  CHECK(copies != "good");

  at.heal();
  const Run next = at.fleet().run();
  INFO(next.err);
  CHECK(next.exit_code == 0);
  for (const ListedBackup& backup : at.fleet().backups()) CHECK(backup.proof == 4);
  CHECK(at.fleet().anomalies() == std::vector<std::string>{});
}
