#include "service/reading/accept.h"

#include <catch2/catch.hpp>

#include "catalog/devices.h"
#include "unit/service/opening_samples.h"

using namespace coffre;
using namespace coffre::test;

namespace {

constexpr const char* kTicket = "INC-4711";

// A recorder that was replaced: another serial, fewer channels, a smaller export.
std::string suspect_backup(InstallationFixture& fixture) {
  fixture.proven_backup(kHall);
  FakeDevice& device = fixture.device(kHall);
  device.identity.serial = "NEW-1";
  device.identity.counts["channels"] = 1;
  device.parts[0].content = fake_export(1000);
  const BackupOutcome outcome = fixture.back_up(kHall);
  REQUIRE(outcome.result == BackupResult::suspect);
  return outcome.name;
}

DeviceRow device_row(InstallationFixture& fixture) {
  std::optional<DeviceRow> row;
  fixture.at().catalog.read([&](Session& session) { row = find_device(session, InstallationFixture::key(kHall)); });
  return row.value();
}

std::string fact(const SuspectReview& review, std::string_view name) {
  for (const ComparedFact& row : compare_facts(review)) {
    if (row.name == name) return row.expected + " -> " + row.accepted;
  }
  return "none";
}

}  // namespace

TEST_CASE("old and new are shown side by side before anything changes") {
  InstallationFixture fixture;
  const std::string name = suspect_backup(fixture);
  const SuspectReview review = review_suspect(fixture.at(), name.substr(0, name.size() - 4));
  CHECK(review.device.display() == kHall);
  CHECK(review.backup == name);
  CHECK(review.doubts.find("other_serial") != std::string::npos);
  CHECK(fact(review, "serial").ends_with(" -> NEW-1"));
  CHECK(fact(review, "channels") == "4 -> 1");
  CHECK(fact(review, "restore_bytes") == "4096 -> 1000");
  CHECK(fact(review, "model") == "FR-100 -> FR-100");
  CHECK_FALSE(device_row(fixture).collect_requested);
}

TEST_CASE("an answer that is no export is never what to expect of a device") {
  CHECK(can_be_right("other_serial: A expected, B found; size_dropped: about 9 bytes expected, 1 found"));
  CHECK_FALSE(can_be_right("implausible_answer: export: an HTML page"));
  CHECK_FALSE(can_be_right("other_serial: A expected, B found; empty: the device gave no configuration at all"));

  InstallationFixture fixture;
  fixture.proven_backup(kHall);
  fixture.device(kHall).parts[0].content = "";
  const BackupOutcome outcome = fixture.back_up(kHall);
  REQUIRE(outcome.result == BackupResult::suspect);
  const Error error = error_of([&] { review_suspect(fixture.at(), outcome.name); });
  CHECK(error.code() == ErrorCode::rule);
  CHECK(error.subject() == outcome.name);
}

TEST_CASE("after acceptance the device is collected anew, and only the proven backup closes the matter") {
  InstallationFixture fixture;
  const std::string name = suspect_backup(fixture);
  accept_suspect(fixture.at(), review_suspect(fixture.at(), name), kTicket, "recorder replaced");
  CHECK(device_row(fixture).collect_requested);
  CHECK(device_row(fixture).expectation->identity.serial == "NEW-1");
  CHECK(is_open(fixture, AnomalyCode::backup_suspect, kHall));
  CHECK(newest_entry(fixture).action == "accept");
  CHECK(newest_entry(fixture).ticket == kTicket);
  CHECK(newest_entry(fixture).detail.at("channels") == "4 -> 1");

  fixture.proven_backup(kHall);
  CHECK_FALSE(device_row(fixture).collect_requested);
  CHECK_FALSE(is_open(fixture, AnomalyCode::backup_suspect, kHall));
  CHECK(std::filesystem::exists(fixture.local_file(name)));
  CHECK(find_backup_view(fixture.at(), name).backup.suspect);
}

TEST_CASE("by device path: its newest suspect backup") {
  InstallationFixture fixture;
  const std::string name = suspect_backup(fixture);
  CHECK(review_suspect(fixture.at(), std::string(kHall)).backup == name);
}

TEST_CASE("an attempt that left no file is accepted by device: what comes next is learned from") {
  InstallationFixture fixture;
  fixture.proven_backup(kHall);
  fixture.device(kHall).fail_at("identify", Error(ErrorCode::implausible, "identifying", "an HTML page"));
  const BackupOutcome outcome = fixture.back_up(kHall);
  REQUIRE(outcome.result == BackupResult::suspect);
  REQUIRE(outcome.name.empty());

  const SuspectReview review = review_suspect(fixture.at(), std::string(kHall));
  CHECK(review.backup.empty());
  CHECK(review.doubts.find("an HTML page") != std::string::npos);
  CHECK_FALSE(review.accepted);
  accept_suspect(fixture.at(), review, kTicket, "new web interface");
  CHECK(device_row(fixture).collect_requested);
  CHECK_FALSE(device_row(fixture).expectation);

  fixture.device(kHall).heal();
  fixture.device(kHall).identity.serial = "NEW-2";
  fixture.proven_backup(kHall);
  CHECK_FALSE(is_open(fixture, AnomalyCode::backup_suspect, kHall));
}

TEST_CASE("what is not suspect cannot be accepted") {
  InstallationFixture fixture;
  const std::string good = fixture.proven_backup(kHall);
  CHECK(error_of([&] { review_suspect(fixture.at(), good); }).code() == ErrorCode::usage);
  CHECK(error_of([&] { review_suspect(fixture.at(), std::string(kHall)); }).code() == ErrorCode::usage);
  CHECK(error_of([&] { review_suspect(fixture.at(), "X_Y_Z_W_20260101_0300_HEBDO"); }).code() == ErrorCode::not_found);
  CHECK(error_of([&] { review_suspect(fixture.at(), std::string(kQuai)); }).code() == ErrorCode::not_found);
}

TEST_CASE("a suspect backup that a good one has followed needs no acceptance") {
  InstallationFixture fixture;
  fixture.proven_backup(kHall);
  const FakeDevice before = fixture.device(kHall);
  fixture.device(kHall).identity.serial = "OTHER-1";
  const std::string name = fixture.back_up(kHall).name;
  fixture.device(kHall) = before;
  fixture.proven_backup(kHall);
  CHECK(error_of([&] { review_suspect(fixture.at(), name); }).code() == ErrorCode::conflict);
}

TEST_CASE("acceptance wants a ticket and a reason, and the comparison that was shown") {
  InstallationFixture fixture;
  const std::string name = suspect_backup(fixture);
  const SuspectReview review = review_suspect(fixture.at(), name);
  CHECK(error_of([&] { accept_suspect(fixture.at(), review, "", "reason"); }).code() == ErrorCode::usage);
  CHECK(error_of([&] { accept_suspect(fixture.at(), review, kTicket, ""); }).code() == ErrorCode::usage);
  accept_suspect(fixture.at(), review, kTicket, "reason");
  CHECK(error_of([&] { accept_suspect(fixture.at(), review, kTicket, "again"); }).code() == ErrorCode::conflict);
}
