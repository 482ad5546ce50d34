#include "service/healing/surveyed_backup.h"

#include "unit/service/catalog_samples.h"
#include "unit/service/opening_samples.h"

using namespace coffre;
using namespace coffre::test;

namespace {

StoredFile only_stored_file(InstallationFixture& fixture) {
  std::vector<std::string> skipped;
  auto files = stored_files(fixture.at(), *fixture.at().local, kHall, skipped);
  REQUIRE(files.size() == 1);
  return files.front();
}

}  // namespace

TEST_CASE("a stored file gives the row that the run recorded, as far as its header and metadata know") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  const BackupRow recorded = backup_row(fixture, name);
  const auto found = surveyed(only_stored_file(fixture));
  REQUIRE(found);
  CHECK(found->device == InstallationFixture::key(kHall));
  CHECK(found->path == std::string(kHall) + "/" + name);
  const BackupRow& row = found->row;
  CHECK(row.name == name);
  CHECK(row.digest == recorded.digest);
  CHECK(row.file_id == recorded.file_id);
  CHECK(row.device_id == recorded.device_id);
  CHECK(row.sequence == recorded.sequence);
  CHECK(row.prev_digest == recorded.prev_digest);
  CHECK(row.created_at == recorded.created_at);
  CHECK(row.file_size == recorded.file_size);
  CHECK(row.full_recipients == recorded.full_recipients);
  CHECK_FALSE(row.suspect);
  CHECK(row.content_mark.empty());
}

TEST_CASE("a suspect one is known by its folder; a file in another place than its name's is no backup") {
  InstallationFixture fixture;
  fixture.proven_backup(kHall);
  StoredFile file = only_stored_file(fixture);
  const std::string own = file.path;
  file.path = std::string(kHall) + "/_suspect/" + own.substr(kHall.size() + 1);
  REQUIRE(surveyed(file));
  CHECK(surveyed(file)->row.suspect);
  file.path = std::string(kQuai) + own.substr(kHall.size());
  CHECK_FALSE(surveyed(file));
}

TEST_CASE("a recorded one is sealed, collected unless suspect, and its copy only seen") {
  InstallationFixture fixture;
  fixture.proven_backup(kHall);
  auto found = surveyed(only_stored_file(fixture));
  REQUIRE(found);
  found->row.suspect = GENERATE(false, true);
  know_only(fixture, kHall, {});
  fixture.at().catalog.write(
      [&](Session& session) { insert_surveyed(session, *found, kLocalReplica, fixture.clock().now()); });
  const BackupRow row = backup_row(fixture, found->row.name);
  CHECK(row.recorded_at == fixture.clock().now());
  CHECK(evidence_words(fixture, row) ==
        (row.suspect ? std::vector<std::string>{"sealed"} : std::vector<std::string>{"collected", "sealed"}));
  fixture.at().catalog.read([&](Session& session) {
    const auto copies = copies_of(session, row.digest);
    REQUIRE(copies.size() == 1);
    CHECK(copies[0].state == "seen");
    CHECK(copies[0].replica == kLocalReplica);
  });
}
