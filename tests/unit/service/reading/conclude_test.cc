#include "service/reading/conclude.h"

#include <catch2/catch.hpp>

#include "service/backup/sequence.h"
#include "unit/service/opening_samples.h"

using namespace coffre;
using namespace coffre::test;

namespace {

const std::vector<std::string> kFindings = {"missing 3..4"};

std::int64_t opened(InstallationFixture& fixture, AnomalyCode code, std::string_view subject) {
  std::int64_t number = 0;
  fixture.at().catalog.write([&](Session& session) {
    number = open_anomaly(session, code, subject, "found something", fixture.clock().now());
  });
  return number;
}

Anomaly the_gap(InstallationFixture& fixture) {
  const auto open = list_anomalies(fixture.at());
  REQUIRE(open.size() == 1);
  REQUIRE(open[0].code == AnomalyCode::sequence_gap);
  return open[0];
}

}  // namespace

TEST_CASE("a gap that was concluded is closed, on record, and not opened again by the same findings") {
  InstallationFixture fixture;
  const DeviceKey device = InstallationFixture::key(kHall);
  settle_sequence(fixture.at(), device, kFindings);
  const Anomaly shown = review_anomaly(fixture.at(), the_gap(fixture).number);
  conclude_anomaly(fixture.at(), shown, "INC-7", "volume put back from last week");
  CHECK(list_anomalies(fixture.at()).empty());
  const JournalEntry entry = newest_entry(fixture);
  CHECK(entry.action == "conclude");
  CHECK(entry.ticket == "INC-7");
  CHECK(entry.detail.at("findings") == "missing 3..4");
  CHECK(entry.detail.at("reason") == "volume put back from last week");

  settle_sequence(fixture.at(), device, kFindings);
  CHECK(list_anomalies(fixture.at()).empty());
  SECTION("other findings open it again") {
    settle_sequence(fixture.at(), device, {"missing 3..4", "number 6 twice"});
    CHECK(the_gap(fixture).detail == "missing 3..4; number 6 twice");
  }
  SECTION("the same ones, after all was well, too") {
    settle_sequence(fixture.at(), device, {});
    settle_sequence(fixture.at(), device, kFindings);
    CHECK(the_gap(fixture).detail == "missing 3..4");
  }
}

TEST_CASE("what another command releases, a proof or a fact ends is refused, with what to do") {
  struct Row {
    AnomalyCode code;
    const char* hint;
  };
  const auto row = GENERATE(values<Row>({
      {AnomalyCode::credential_stopped, "backupd secret release NAME --reason R"},
      {AnomalyCode::pin_changed, "backupd device pin DEVICE"},
      {AnomalyCode::clear_extract, "restore-cli destroyed NAME --reason R"},
      {AnomalyCode::backup_suspect, "restore-cli accept NAME --ticket T --reason R"},
      {AnomalyCode::inventory_shrunk, "backupd inventory accept --ticket T --reason R"},
      {AnomalyCode::backup_missing, "backupd run --device DEVICE"},
      {AnomalyCode::disk_space, "backupd check"},
  }));
  InstallationFixture fixture;
  const std::int64_t number = opened(fixture, row.code, "x");
  const Error error = error_of([&] { review_anomaly(fixture.at(), number); });
  CHECK(error.code() == ErrorCode::rule);
  CHECK_THAT(error.hint(), Catch::Contains(row.hint));
  CHECK(list_anomalies(fixture.at()).size() == 1);
}

TEST_CASE("a conclusion wants ticket, reason, and the anomaly that was shown") {
  InstallationFixture fixture;
  const DeviceKey device = InstallationFixture::key(kHall);
  settle_sequence(fixture.at(), device, kFindings);
  const Anomaly shown = the_gap(fixture);
  CHECK(error_of([&] { conclude_anomaly(fixture.at(), shown, " ", "because"); }).code() == ErrorCode::usage);
  CHECK(error_of([&] { conclude_anomaly(fixture.at(), shown, "INC-7", ""); }).code() == ErrorCode::usage);
  CHECK(error_of([&] { review_anomaly(fixture.at(), shown.number + 1); }).code() == ErrorCode::not_found);
  settle_sequence(fixture.at(), device, {"number 6 twice"});
  CHECK(error_of([&] { conclude_anomaly(fixture.at(), shown, "INC-7", "because"); }).code() == ErrorCode::conflict);
  CHECK(the_gap(fixture).detail == "number 6 twice");
}
