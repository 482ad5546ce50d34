// The canary asked of stores that lie; of a real one in tests/integration/s3.
#include "replicas/s3/canary.h"

#include <catch2/catch.hpp>

#include "probe_samples.h"
#include "support/error_of.h"

using namespace coffre;
using namespace coffre::test;

TEST_CASE("A store that keeps its locks has held, and only the locked object stays") {
  AskedStore asked;
  const CanaryReport report = ask_canary(asked.probe());
  CHECK(report.finding.verdict == CanaryVerdict::held);
  CHECK(report.lock_read_back.verdict == Ability::yes);
  REQUIRE(asked.store().holds().size() == 1);
  CHECK(asked.store().holds()[0].starts_with("_coffre/probe/"));

  SECTION("the next call removes it once its lock has ended, and nothing else") {
    const MemoryReader backup(as_bytes("a backup"));
    const UploadDigests digests = upload_digests(backup);
    REQUIRE(asked.client().put({.key = "CLI/SITE/NVR_A/1.bak", .content = backup, .digests = digests}).has_value());
    const std::string left = asked.store().holds()[1];
    CHECK(left.starts_with("_coffre/probe/"));
    asked.store().age(Seconds(120));
    CHECK(ask_canary(asked.probe()).finding.verdict == CanaryVerdict::held);
    const std::vector<std::string> holds = asked.store().holds();
    REQUIRE(holds.size() == 2);
    CHECK(holds[0].starts_with("CLI/SITE/NVR_A/1.bak"));
    CHECK(holds[1] != left);
  }
  SECTION("while it is locked it stays, and does not disturb the next one") {
    CHECK(ask_canary(asked.probe()).finding.verdict == CanaryVerdict::held);
    CHECK(asked.store().holds().size() == 2);
  }
}

TEST_CASE("A store that takes the lock, shows it and deletes anyway is broken") {
  AskedStore asked({.deletes_locked = true});
  const CanaryReport report = ask_canary(asked.probe());
  CHECK(report.finding.verdict == CanaryVerdict::broken);
  CHECK(report.lock_read_back.verdict == Ability::yes);
}

TEST_CASE("A store that drops the lock is broken, and the lock is not read back") {
  AskedStore asked({.drops_locks = true});
  const CanaryReport report = ask_canary(asked.probe());
  CHECK(report.finding.verdict == CanaryVerdict::broken);
  CHECK(report.lock_read_back.verdict == Ability::no);
}

TEST_CASE("A lock that refuses and is not the one that was asked for has not held") {
  for (const simulator::StoreLies& lies :
       {simulator::StoreLies{.weakens_locks = true}, simulator::StoreLies{.shortens_locks = Seconds{30}}}) {
    AskedStore asked(lies);
    const CanaryReport report = ask_canary(asked.probe());
    CHECK(report.finding.verdict == CanaryVerdict::broken);
    CHECK(report.finding.found.find("did not lock it until") != std::string::npos);
    CHECK(report.lock_read_back.verdict == Ability::no);
  }
}

TEST_CASE("A key that may not delete measures nothing, and says why") {
  AskedStore asked({.refuses_deletion = true});
  const CanaryReport report = ask_canary(asked.probe());
  CHECK(report.finding.verdict == CanaryVerdict::not_measured);
  CHECK(report.finding.found.find("unlocked") != std::string::npos);
  CHECK(report.lock_read_back.verdict == Ability::yes);
}

TEST_CASE("Nothing is locked where the clocks disagree, or where the configuration wants no lock") {
  AskedStore ahead({.clock_ahead = Seconds(600)});
  CHECK(ask_canary(ahead.probe()).finding.verdict == CanaryVerdict::not_measured);
  CHECK(ahead.store().holds().empty());
  AskedStore none;
  CHECK(ask_canary(none.probe(S3LockMode::none)).finding.verdict == CanaryVerdict::not_measured);
  CHECK(none.store().holds().empty());
}
