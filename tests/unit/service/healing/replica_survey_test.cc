#include "service/healing/replica_survey.h"

#include <catch2/catch.hpp>

#include "support/counting_replica.h"
#include "support/varied_backups.h"
#include "unit/service/opening_samples.h"
#include "vault/bak_format.h"

using namespace coffre;
using namespace coffre::test;

namespace {

Survey survey(InstallationFixture& fixture, const KeyRing& ring, std::vector<std::size_t>* progress = nullptr) {
  return survey_replica({.from = *fixture.at().local,
                         .catalog = {},
                         .ring = ring,
                         .inventory = fixture.at().inventory,
                         .account = {},
                         .progress = [&](std::size_t done, std::size_t /*total*/) {
                           if (progress != nullptr) progress->push_back(done);
                         }});
}

}  // namespace

TEST_CASE("a survey tells each device by its newest backup, and what it is by its newest good one") {
  InstallationFixture fixture;
  fixture.proven_backup(kHall);
  fixture.device(kHall).identity.firmware = "2.0";
  const std::string second = fixture.proven_backup(kHall);
  fixture.device(kHall).identity.serial = "OTHER-1";
  const std::string third = fixture.back_up(kHall).name;
  std::vector<std::size_t> progress;
  const Survey found = survey(fixture, ring_of(fixture, "recovery"), &progress);
  CHECK(found.backups.size() == 3);
  CHECK(progress == std::vector<std::size_t>{1, 2, 3});
  CHECK(found.own_objects == 3);  // INSTALLATION and two lists
  REQUIRE(found.devices.size() == 1);
  const DeviceRow& device = found.devices.begin()->second;
  CHECK(device.key.display() == kHall);
  CHECK(device.expectation->identity.firmware == "2.0");
  CHECK(device.last_success == find_backup_view(fixture.at(), second).backup.created_at);
  CHECK(device.last_attempt == find_backup_view(fixture.at(), third).backup.created_at);
}

TEST_CASE("two devices that bore one name in turn: the later one keeps it, the other's backups are named") {
  InstallationFixture fixture;
  const std::string old = fixture.proven_backup(kHall);
  const std::string old_id = fixture.device_id(kHall);
  // Renamed in the catalog alone, where another device takes the key.
  fixture.at().catalog.write([&](Session& session) {
    DeviceRow row = find_device_by_id(session, old_id).value();
    row.key = InstallationFixture::key("CLIEXEMP/SIEGEPARIS/NVR_NVR-PORTE");
    update_device(session, row);
    insert_device(session, {.id = std::string(32, 'b'), .key = InstallationFixture::key(kHall)});
  });
  REQUIRE(fixture.device_id(kHall) != old_id);
  const std::string later = fixture.proven_backup(kHall);

  const Survey found = survey(fixture, ring_of(fixture, "op"));
  REQUIRE(found.backups.size() == 1);
  CHECK(found.backups[0].row.name == later);
  REQUIRE(found.left_out.size() == 1);
  CHECK(found.left_out[0].category == "device");
  CHECK(found.left_out[0].path.ends_with(old));
}

TEST_CASE("of each object the beginning and the end are read, once: of one that is all beginning, nothing twice") {
  using Reads = std::vector<CountingReplica::Read>;
  InstallationFixture fixture;
  make_varied_backups(fixture);
  CountingReplica from(*fixture.at().local);
  const KeyRing ring = ring_of(fixture, "op");
  const Survey found =
      survey_replica({.from = from, .catalog = {}, .ring = ring, .inventory = fixture.at().inventory, .account = {}});
  REQUIRE(found.backups.size() == kVariedBackups);
  CHECK(from.reads().size() == kVariedBackups);
  bool long_one = false;
  for (const SurveyedBackup& backup : found.backups) {
    const std::uint64_t size = backup.row.file_size;
    CAPTURE(backup.path, size);
    const bool all_in_one = size <= kHeaderReadSize;
    long_one = long_one || !all_in_one;
    CHECK(from.reads().at(backup.path) == (all_in_one ? Reads{{0, static_cast<std::size_t>(size)}}
                                                      : Reads{{0, kHeaderReadSize}, {size - kTailSize, kTailSize}}));
  }
  CHECK(long_one);
}
