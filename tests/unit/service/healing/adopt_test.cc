#include "service/healing/adopt.h"

#include "unit/service/catalog_samples.h"
#include "unit/service/opening_samples.h"

using namespace coffre;
using namespace coffre::test;

namespace {

StoredFile file_of(InstallationFixture& fixture, const std::string& name) {
  const auto file = read_stored_object(fixture.at(), *fixture.at().local, std::string(kHall) + "/" + name);
  REQUIRE(file);
  return *file;
}

}  // namespace

TEST_CASE("a file that the catalog does not know gets its row once, and its copy is only seen") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  const StoredFile file = file_of(fixture, name);
  const BackupRow before = backup_row(fixture, name);
  know_only(fixture, kHall, {});
  const auto row = adopt(fixture.at(), kLocalReplica, file);
  REQUIRE(row);
  CHECK(row->digest == before.digest);
  CHECK(backup_row(fixture, name).sequence == before.sequence);
  CHECK_FALSE(adopt(fixture.at(), kLocalReplica, file));  // its name is taken by itself
}

TEST_CASE("a file where its name does not belong, or of a device whose name is another's today, gets none") {
  InstallationFixture fixture;
  StoredFile file = file_of(fixture, fixture.proven_backup(kHall));
  know_only(fixture, kHall, {});
  SECTION("misplaced") {
    file.path = std::string(kQuai) + "/" + file.metadata.name();
  }
  SECTION("another device's name") {
    file.device_id = std::string(32, 'f');
  }
  CHECK_FALSE(adopt(fixture.at(), kLocalReplica, file));
}
