#include "service/backup/sequence.h"

#include <filesystem>

#include "catalog/installation.h"
#include "service/estate/sync_inventory.h"
#include "service/keys/secrets.h"
#include "support/print_instant.h"
#include "unit/service/catalog_samples.h"
#include "unit/service/opening_samples.h"

using namespace coffre;
using namespace coffre::test;

namespace {

SequencePosition next(InstallationFixture& fixture, std::string_view path = kHall) {
  return next_position(fixture.at(), InstallationFixture::key(path), fixture.device_id(path));
}

// One proven backup after the other; their names.
std::vector<std::string> backups(InstallationFixture& fixture, int count) {
  std::vector<std::string> names;
  for (int i = 0; i < count; ++i) names.push_back(fixture.proven_backup(kHall));
  return names;
}

Digest digest_of(InstallationFixture& fixture, const std::string& name) {
  return backup_row(fixture, name).digest;
}

// From both places.
void lose(InstallationFixture& fixture, const std::string& name) {
  std::filesystem::remove(fixture.local_file(name));
  std::filesystem::remove(fixture.cloud_file(name));
}

void rename_hall(InstallationFixture& fixture, std::string_view to) {
  Inventory& inventory = fixture.at().inventory;
  Device device = inventory.devices.at(InstallationFixture::key(kHall));
  inventory.devices.erase(device.key);
  device.renamed_from = device.key;
  device.key = InstallationFixture::key(to);
  inventory.devices.emplace(device.key, device);
  sync_inventory(fixture.at().catalog, inventory, fixture.at().random, "tester", fixture.clock().now());
}

const std::vector<std::string> kNone;

}  // namespace

TEST_CASE("the first file of a device has number 1 and follows nothing") {
  InstallationFixture fixture;
  const SequencePosition position = next(fixture);
  CHECK(position.sequence == 1);
  CHECK(position.prev_digest == Digest{});
  CHECK(position.findings == kNone);
}

TEST_CASE("the next file follows the newest published one, suspect or not") {
  InstallationFixture fixture;
  const auto names = backups(fixture, 2);
  CHECK(next(fixture).sequence == 3);
  CHECK(next(fixture).prev_digest == digest_of(fixture, names[1]));

  fixture.device(kHall).identity.serial = "OTHER-1";
  const BackupOutcome outcome = fixture.back_up(kHall);
  REQUIRE(outcome.result == BackupResult::suspect);
  const SequencePosition position = next(fixture);
  CHECK(position.sequence == 4);
  CHECK(position.prev_digest == digest_of(fixture, outcome.name));
  CHECK(position.findings == kNone);
}

TEST_CASE("the numbers of one device say nothing about another's") {
  InstallationFixture fixture({.devices = {std::string(kHall), std::string(kQuai)}});
  backups(fixture, 2);
  CHECK(next(fixture, kQuai).sequence == 1);
  CHECK(next(fixture, kQuai).findings == kNone);
}

TEST_CASE("a file that only the local volume lost is a missing copy, no gap: the other place has that number") {
  InstallationFixture fixture;
  const auto names = backups(fixture, 3);
  const std::size_t lost = GENERATE(0U, 1U, 2U);
  const bool away = GENERATE(false, true);  // taken at the catalog's word then
  std::filesystem::remove(fixture.local_file(names[lost]));
  if (away) fixture.faulty_cloud().fail_all(ErrorCode::unreachable);
  const SequencePosition position = next(fixture);
  CHECK(position.findings == kNone);
  CHECK(position.sequence == 4);
  CHECK(position.prev_digest == digest_of(fixture, names[2]));
  CHECK(open_matters(fixture) ==
        std::vector<std::string>{matter(AnomalyCode::replica_missing, "local: " + names[lost])});
}

TEST_CASE("a file that is damaged beyond reading on the local volume alone is a damaged copy, no gap") {
  InstallationFixture fixture;
  const auto names = backups(fixture, 3);
  damage(fixture.local_file(names[1]), 0);
  CHECK(next(fixture).findings == kNone);
  CHECK(open_matters(fixture) == std::vector<std::string>{matter(AnomalyCode::replica_damaged, "local: " + names[1])});
}

TEST_CASE("the local volume wins over a catalog that knows less") {
  InstallationFixture fixture;
  const auto names = backups(fixture, 3);
  const Digest newest = digest_of(fixture, names[2]);
  SECTION("an older one") {
    know_only(fixture, kHall, {names[0]});
  }
  SECTION("an empty one") {
    know_only(fixture, kHall, {});
  }
  auto& cloud = fixture.faulty_cloud();
  const SequencePosition position = next(fixture);
  CHECK(position.sequence == 4);
  CHECK(position.prev_digest == newest);
  CHECK(position.findings == kNone);
  CHECK(cloud.calls().empty());
}

TEST_CASE("files that the catalog does not know are recorded on the way, to be proven anew") {
  InstallationFixture fixture;
  const auto names = backups(fixture, 3);
  know_only(fixture, kHall, {names[0]});
  next(fixture);
  for (const std::size_t known : {1U, 2U}) {
    const BackupRow row = backup_row(fixture, names[known]);
    CHECK(row.sequence == known + 1);
    CHECK(evidence_words(fixture, row) == std::vector<std::string>{"collected", "sealed"});
  }
  next(fixture);  // a second time there is nothing to record
}

TEST_CASE(
    "after the catalog was made anew the second place is asked once: its number and its name are not given again") {
  InstallationFixture fixture;
  const auto names = backups(fixture, 3);
  const Digest newest = digest_of(fixture, names[2]);
  std::filesystem::remove(fixture.local_file(names[2]));
  know_only(fixture, kHall, {names[0], names[1]});
  fixture.at().catalog.write(
      [&](Session& session) { put_fact(session, "rebuilt_at", to_rfc3339(fixture.clock().now() + Seconds{1})); });
  SECTION("it answers: what it alone holds is known from now on, and missing here") {
    const SequencePosition position = next(fixture);
    CHECK(position.sequence == 4);
    CHECK(position.prev_digest == newest);
    CHECK(position.findings == kNone);
    CHECK(backup_row(fixture, names[2]).digest == newest);
    CHECK(open_matters(fixture) ==
          std::vector<std::string>{matter(AnomalyCode::replica_missing, "local: " + names[2])});
  }
  SECTION("it does not answer: no number is given") {
    fixture.faulty_cloud().fail_all(ErrorCode::unreachable);
    CHECK(error_of([&] { next(fixture); }).code() == ErrorCode::unreachable);
  }
  SECTION("once a backup was recorded since, it is asked no more") {
    fixture.clock().advance(std::chrono::minutes{5});
    next(fixture);
    auto& cloud = fixture.faulty_cloud();
    CHECK(next(fixture).sequence == 4);
    CHECK(std::ranges::none_of(cloud.calls(), [](const auto& call) { return call.starts_with("list"); }));
  }
}

TEST_CASE("a catalog that knows more than both places wins, and what is gone there is a finding") {
  InstallationFixture fixture;
  const auto names = backups(fixture, 3);
  SECTION("the newest file is gone: an older state of both came back") {
    lose(fixture, names[2]);
    CHECK(next(fixture).findings == std::vector<std::string>{"3 missing"});
  }
  SECTION("both were emptied") {
    for (const std::string& name : names) lose(fixture, name);
    CHECK(next(fixture).findings == std::vector<std::string>{"1 to 3 missing"});
  }
  const SequencePosition position = next(fixture);
  CHECK(position.sequence == 4);
  CHECK(position.prev_digest == digest_of(fixture, names[2]));
}

TEST_CASE("when volume and catalog know nothing the second place is read, and its numbers are not given again") {
  InstallationFixture fixture;
  const auto names = backups(fixture, 2);
  const Digest newest = digest_of(fixture, names[1]);
  std::filesystem::remove_all(fixture.local() / kHall);
  know_only(fixture, kHall, {});
  const SequencePosition position = next(fixture);
  CHECK(position.sequence == 3);
  CHECK(position.prev_digest == newest);
  CHECK(position.findings == kNone);
  CHECK(open_matters(fixture).size() == 2);  // the local copies
}

TEST_CASE("when volume and catalog know nothing and the second place does not answer, there is no number") {
  InstallationFixture fixture;
  backups(fixture, 2);
  std::filesystem::remove_all(fixture.local() / kHall);
  know_only(fixture, kHall, {});
  auto& cloud = fixture.faulty_cloud();
  const ErrorCode code = GENERATE(ErrorCode::unreachable, ErrorCode::io, ErrorCode::refused);
  SECTION("not at all") {
    cloud.fail_all(code);
    CHECK(error_of([&] { next(fixture); }).code() == code);
  }
  SECTION("in the middle: a list alone has no numbers") {
    cloud.fail_call(3, code, FaultMoment::before);  // list, first file, second file
    CHECK(error_of([&] { next(fixture); }).code() == code);
    CHECK(next(fixture).sequence == 3);
  }
}

TEST_CASE("what lies in the folder and is no file of this device is skipped") {
  InstallationFixture fixture({.devices = {std::string(kHall), std::string(kQuai)}});
  const auto names = backups(fixture, 1);
  const std::filesystem::path folder = fixture.local() / kHall;
  const std::string stray = "CLIEXEMP_SIEGEPARIS_NVR_NVR-HALL_20261120_0300_HEBDO.bak";
  InstallationFixture other;
  SECTION("empty") {
    write_file(folder / stray, "");
  }
  SECTION("garbage") {
    write_file(folder / stray, std::string(5000, 'x'));
  }
  SECTION("cut in the header") {
    write_file(folder / stray, read_file(fixture.local_file(names[0])).substr(0, 200));
  }
  SECTION("not a .bak") {
    write_file(folder / "notes.txt", "ask Paul");
  }
  SECTION("another device's") {
    fixture.proven_backup(kQuai);
    fixture.proven_backup(kQuai);
    std::filesystem::copy(fixture.local() / kQuai, folder);
  }
  SECTION("another installation's, which nobody here signed") {
    other.proven_backup(kHall);
    std::filesystem::copy_file(other.local_file(other.proven_backup(kHall)), folder / stray);
  }
  const SequencePosition position = next(fixture);
  CHECK(position.sequence == 2);
  CHECK(position.prev_digest == digest_of(fixture, names[0]));
  CHECK(position.findings == kNone);
}

TEST_CASE("a gap or a twin among the files is a finding, and the sequence goes on") {
  InstallationFixture fixture;
  const auto names = backups(fixture, 3);
  const std::string twin = "CLIEXEMP_SIEGEPARIS_NVR_NVR-HALL_20261122_0300_HEBDO.bak";
  std::vector<std::string> expected;
  SECTION("the first is gone") {
    lose(fixture, names[0]);
    expected = {"1 missing"};
  }
  SECTION("one in the middle was damaged beyond reading, and the other place lost it") {
    lose(fixture, names[1]);
    write_file(fixture.local() / kHall / names[1], "x");
    expected = {"2 missing"};
  }
  SECTION("one lies there under two names") {
    std::filesystem::copy_file(fixture.local_file(names[1]), fixture.local() / kHall / twin);
    expected = {"2 twice"};
  }
  SECTION("one lies there as suspect too") {
    std::filesystem::create_directories(fixture.local() / kHall / kSuspectFolder);
    std::filesystem::copy_file(fixture.local_file(names[1]), fixture.local() / kHall / kSuspectFolder / names[1]);
    expected = {"2 twice"};
  }
  CHECK(next(fixture).findings == expected);
  CHECK(next(fixture).sequence == 4);
  CHECK(next(fixture).prev_digest == digest_of(fixture, names[2]));
}

TEST_CASE("two histories after one file: the newer file does not follow the one before it") {
  InstallationFixture fixture;
  const auto names = backups(fixture, 3);
  const std::string third = read_file(fixture.local_file(names[2]));
  // Volume and catalog come back from the day of the first file, and another second one is made.
  lose(fixture, names[1]);
  lose(fixture, names[2]);
  know_only(fixture, kHall, {names[0]});
  set_secret(fixture.at(), std::string(kFixtureCredential), std::string(kFakeUser),
             SecretString::copy_of(kFakePassword));
  const std::string other_second = fixture.back_up(kHall).name;
  REQUIRE(backup_row(fixture, other_second).sequence == 2);
  CHECK(next(fixture).findings == kNone);

  write_file(fixture.local() / kHall / names[2], third);  // somebody finds it and puts it back
  CHECK(next(fixture).sequence == 4);
  CHECK(next(fixture).findings == std::vector<std::string>{"3 does not follow 2: another file was before it"});
}

TEST_CASE("findings open one matter of the device, whose text follows what is found; none close it") {
  InstallationFixture fixture;
  const DeviceKey hall = InstallationFixture::key(kHall);
  settle_sequence(fixture.at(), hall, {});
  CHECK(open_matters(fixture).empty());

  settle_sequence(fixture.at(), hall, {"2 missing"});
  const Instant opened = fixture.clock().now();
  fixture.clock().advance(std::chrono::hours{1});
  settle_sequence(fixture.at(), hall, {"2 missing", "5 twice"});
  CHECK(open_matters(fixture) == std::vector<std::string>{matter(AnomalyCode::sequence_gap, kHall)});
  CHECK(detail_of(fixture, AnomalyCode::sequence_gap, kHall) == "2 missing; 5 twice");
  CHECK(anomaly_of(fixture, AnomalyCode::sequence_gap, kHall)->opened == opened);  // the deadline does not move

  settle_sequence(fixture.at(), hall, {});
  CHECK(open_matters(fixture).empty());
  CHECK(anomaly_of(fixture, AnomalyCode::sequence_gap, kHall)->closed_by == "every number is there again");
}

TEST_CASE("settling one device's sequence leaves the others' matters alone") {
  InstallationFixture fixture({.devices = {std::string(kHall), std::string(kQuai)}});
  settle_sequence(fixture.at(), InstallationFixture::key(kHall), {"2 missing"});
  settle_sequence(fixture.at(), InstallationFixture::key(kQuai), {});
  CHECK(open_matters(fixture) == std::vector<std::string>{matter(AnomalyCode::sequence_gap, kHall)});
}

TEST_CASE("a gap does not stop the next backup, which opens the matter; the file's return closes it") {
  InstallationFixture fixture;
  const auto names = backups(fixture, 2);
  const std::string content = read_file(fixture.local_file(names[0]));
  lose(fixture, names[0]);
  const std::string third = fixture.proven_backup(kHall);
  CHECK(backup_row(fixture, third).sequence == 3);
  CHECK(open_matters(fixture) == std::vector<std::string>{matter(AnomalyCode::sequence_gap, kHall)});

  write_file(fixture.local() / kHall / names[0], content);
  fixture.proven_backup(kHall);
  CHECK(open_matters(fixture).empty());
}

TEST_CASE("a renamed device goes on counting: its files under the old name are neither lost nor a gap") {
  constexpr std::string_view kPorte = "CLIEXEMP/SIEGEPARIS/NVR_NVR-PORTE";
  InstallationFixture fixture;
  const auto names = backups(fixture, 2);
  rename_hall(fixture, kPorte);
  const SequencePosition position = next(fixture, kPorte);
  CHECK(position.sequence == 3);
  CHECK(position.prev_digest == digest_of(fixture, names[1]));
  CHECK(position.findings == kNone);

  const std::string third = fixture.proven_backup(kPorte);
  CHECK(third.find("_NVR-PORTE_") != std::string::npos);
  CHECK(next(fixture, kPorte).sequence == 4);
  CHECK(next(fixture, kPorte).findings == kNone);
  CHECK(open_matters(fixture).empty());

  SECTION("a gap under the old name is still a finding") {
    lose(fixture, names[0]);
    CHECK(next(fixture, kPorte).findings == std::vector<std::string>{"1 missing"});
  }
  SECTION("a new device that takes the old name begins anew, beside the other's files") {
    Inventory& inventory = fixture.at().inventory;
    Device device = inventory.devices.at(InstallationFixture::key(kPorte));
    device.key = InstallationFixture::key(kHall);
    device.renamed_from.reset();
    inventory.devices.emplace(device.key, device);
    sync_inventory(fixture.at().catalog, inventory, fixture.at().random, "tester", fixture.clock().now());
    CHECK(next(fixture, kHall).sequence == 1);
    CHECK(next(fixture, kHall).findings == kNone);
  }
}
