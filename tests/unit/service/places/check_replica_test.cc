#include "service/places/check_replica.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "catalog/anomalies.h"
#include "catalog/installation.h"
#include "catalog/journal.h"
#include "service/places/canary.h"
#include "simulators/lying_store.h"
#include "support/installation_fixture.h"

using namespace coffre;
using namespace coffre::test;
using simulator::LyingStore;
using simulator::StoreLies;

namespace {

const std::string kPlace = "https://s3.example/bucket";

// The fixture's installation, and a store that may lie.
struct Asked {
  explicit Asked(const StoreLies& lies) : store(lies) {}
  PlaceMeasures measure() {
    return check_bucket(fixture.at(), {client, nullptr, S3LockMode::compliance, clock, random}, kPlace);
  }
  [[nodiscard]] S3Location location() const {
    const std::filesystem::path authority = fixture.folder() / "store.pem";
    std::ofstream(authority) << store.authority_pem();
    return {store.url(), "fr-test", "bucket", S3Addressing::path, authority.string()};
  }

  InstallationFixture fixture;
  LyingStore store;
  SystemClock clock;  // the store's
  SystemRandom random;
  S3Client client{location(), {"KEY", SecretString::copy_of("secret")}, clock};
};

std::map<std::string, std::string> journal_detail(InstallationFixture& fixture) {
  std::map<std::string, std::string> detail;
  fixture.at().catalog.read([&](Session& session) {
    for (const JournalRow& row : journal_rows(session, 1, 1000)) {
      if (row.entry && row.entry->action == "check_replica") detail = row.entry->detail;
    }
  });
  return detail;
}

bool lock_anomaly_is_open(InstallationFixture& fixture) {
  bool found = false;
  fixture.at().catalog.read([&](Session& session) {
    for (const Anomaly& one : open_anomalies(session)) found = found || one.code == AnomalyCode::lock_broken;
  });
  return found;
}

}  // namespace

TEST_CASE("What was measured is on record, and the engine relies on it for that place alone") {
  Asked asked({});
  CHECK(measured_conditional_put(asked.fixture.at().catalog, kPlace) == ConditionalPut::unknown);
  const PlaceMeasures measures = asked.measure();
  CHECK(measures.all.size() == all_capabilities().size());
  CHECK(measured_conditional_put(asked.fixture.at().catalog, kPlace) == ConditionalPut::enforced);
  CHECK(measured_conditional_put(asked.fixture.at().catalog, kPlace + "2") == ConditionalPut::unknown);
  CHECK(journal_detail(asked.fixture).at("lock_refuses") == "yes");
  CHECK(journal_detail(asked.fixture).at("place") == kPlace);
  CHECK(last_canary(asked.fixture.at().catalog, kPlace)->finding.verdict == CanaryVerdict::held);
  CHECK_FALSE(lock_anomaly_is_open(asked.fixture));

  SECTION("a later measurement takes it back") {
    asked.store.lie({.ignores_conditions = true});
    asked.measure();
    CHECK(measured_conditional_put(asked.fixture.at().catalog, kPlace) == ConditionalPut::unknown);
  }
  SECTION("a note that is not readable is no measurement") {
    const auto text = GENERATE(as<std::string>{}, "", "{", "[]", "{\"place\": 1}");
    asked.fixture.at().catalog.write([&](Session& session) { put_fact(session, "measured_cloud", text); });
    CHECK(measured_conditional_put(asked.fixture.at().catalog, kPlace) == ConditionalPut::unknown);
  }
}

TEST_CASE("A store that deletes what it has locked opens the anomaly at the first measurement") {
  Asked asked({.deletes_locked = true});
  asked.measure();
  CHECK(lock_anomaly_is_open(asked.fixture));
  CHECK(journal_detail(asked.fixture).at("lock_refuses") == "no");
}

TEST_CASE("A folder is measured and on record; nothing is known of its locks") {
  InstallationFixture fixture;
  const PlaceMeasures measures = check_folder(fixture.at(), *fixture.at().cloud, place_of(fixture.settings().cloud));
  CHECK(measures.place == fixture.cloud().string());
  CHECK_FALSE(measures.canary.has_value());
  CHECK(journal_detail(fixture).at("conditional_put") == "yes");
  CHECK(journal_detail(fixture).at("lock_refuses") == "not_measured");
}
