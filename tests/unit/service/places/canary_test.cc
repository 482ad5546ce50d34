#include "service/places/canary.h"

#include <catch2/catch.hpp>

#include "catalog/anomalies.h"
#include "catalog/installation.h"
#include "catalog/journal.h"
#include "support/error_of.h"
#include "support/installation_fixture.h"

using namespace coffre;
using namespace coffre::test;

namespace {

const std::string kPlace = "https://s3.example/bucket";
const CanaryFinding kHeld{CanaryVerdict::held, "refused"};
const CanaryFinding kBroken{CanaryVerdict::broken, "deleted"};
const CanaryFinding kNotMeasured{CanaryVerdict::not_measured, "no right"};

std::vector<Anomaly> open_now(InstallationFixture& fixture) {
  std::vector<Anomaly> all;
  fixture.at().catalog.read([&](Session& session) { all = open_anomalies(session); });
  std::erase_if(all, [](const Anomaly& one) { return one.code != AnomalyCode::lock_broken; });
  return all;
}

std::vector<std::string> journal_results(InstallationFixture& fixture) {
  std::vector<std::string> results;
  fixture.at().catalog.read([&](Session& session) {
    for (const JournalRow& row : journal_rows(session, 1, 1000)) {
      if (row.entry && row.entry->action == "canary") results.push_back(row.entry->result);
    }
  });
  return results;
}

}  // namespace

TEST_CASE("A locked version that goes opens the gravest anomaly; only a canary that has held closes it") {
  InstallationFixture fixture;
  record_canary(fixture.at(), kBroken, kPlace);
  REQUIRE(open_now(fixture).size() == 1);
  CHECK(open_now(fixture)[0].subject == kCloudReplica);
  CHECK(open_now(fixture)[0].detail.find(kPlace) != std::string::npos);
  CHECK(rule_of(AnomalyCode::lock_broken).severity == Severity::critical);

  record_canary(fixture.at(), kNotMeasured, kPlace);
  CHECK(open_now(fixture).size() == 1);
  record_canary(fixture.at(), kHeld, kPlace);
  CHECK(open_now(fixture).empty());
  CHECK(journal_results(fixture) == std::vector<std::string>{"broken", "not_measured", "held"});
}

TEST_CASE("The canary is silent when nothing was measured for more than two days, however often it was asked") {
  InstallationFixture fixture;
  const auto silent = [&] { return is_silent(last_canary(fixture.at().catalog, kPlace), fixture.clock().now()); };
  CHECK(silent());
  record_canary(fixture.at(), kHeld, kPlace);
  CHECK_FALSE(silent());
  fixture.clock().advance(kCanarySilence);
  CHECK_FALSE(silent());
  record_canary(fixture.at(), kNotMeasured, kPlace);
  fixture.clock().advance(Seconds(1));
  CHECK(silent());
  const auto record = last_canary(fixture.at().catalog, kPlace);
  REQUIRE(record.has_value());
  CHECK(record->finding.verdict == CanaryVerdict::not_measured);
  CHECK(record->finding.found == "no right");
  record_canary(fixture.at(), kBroken, kPlace);
  CHECK_FALSE(silent());
}

TEST_CASE("Another bucket's canary says nothing about this one") {
  InstallationFixture fixture;
  record_canary(fixture.at(), kHeld, "https://s3.example/other");
  CHECK_FALSE(last_canary(fixture.at().catalog, kPlace).has_value());
  record_canary(fixture.at(), kNotMeasured, kPlace);
  CHECK_FALSE(last_canary(fixture.at().catalog, kPlace)->measured.has_value());
}

TEST_CASE("A note that is not readable is told, and the next canary replaces it") {
  InstallationFixture fixture;
  const auto text = GENERATE(as<std::string>{}, "", "{", "{\"place\": 1}", "[]");
  fixture.at().catalog.write([&](Session& session) { put_fact(session, "canary_cloud", text); });
  CHECK(error_of([&] { last_canary(fixture.at().catalog, kPlace); }).code() == ErrorCode::damaged);
  record_canary(fixture.at(), kNotMeasured, kPlace);
  CHECK(last_canary(fixture.at().catalog, kPlace).has_value());
}
