#include "service/places/claim_replica.h"

#include <catch2/catch.hpp>

#include "replicas/directory.h"
#include "replicas/installation.h"
#include "unit/service/opening_samples.h"

using namespace coffre;
using namespace coffre::test;

namespace {

constexpr const char* kOther = "ffeeddccbbaa99887766554433221100";

// A new disk, and the installation whose old one broke.
struct NewDisk {
  InstallationFixture fixture;
  TempDir dir;
  std::unique_ptr<Replica> replica = open_directory({"local", "room A", dir.path()});

  Claim claim() {
    return claim_replica(fixture.at(), {.replica = *replica,
                                        .recipients = read_file(fixture.settings().keys.recipients),
                                        .signers = read_file(fixture.settings().keys.signers),
                                        .ticket = "4711",
                                        .reason = "disk replaced"});
  }
};

}  // namespace

TEST_CASE("a replaced disk is claimed for the existing installation, with its lists and a journal row") {
  NewDisk disk;
  CHECK_FALSE(disk.claim().was_ours);
  CHECK(installation_id(*disk.replica) == disk.fixture.at().id);
  for (const char* const list : {"_coffre/RECIPIENTS_1.list", "_coffre/SIGNERS_1.list"}) {
    CHECK(read_file(disk.dir / list) == read_file(disk.fixture.cloud() / list));
  }
  const JournalEntry entry = newest_entry(disk.fixture);
  CHECK(entry.action == "replica_claim");
  CHECK(entry.subject == "local");
  CHECK(entry.result == "done");
  CHECK(entry.ticket == "4711");
  CHECK(entry.detail.at("reason") == "disk replaced");
}

TEST_CASE("claiming again changes nothing, and finishes what a kill left") {
  NewDisk disk;
  claim_installation(*disk.replica, disk.fixture.at().id);  // died before the lists
  CHECK(disk.claim().was_ours);
  CHECK(std::filesystem::exists(disk.dir / "_coffre/SIGNERS_1.list"));
  CHECK(disk.claim().was_ours);
  CHECK(newest_entry(disk.fixture).result == "was_ours");
}

TEST_CASE("another installation's place is refused, and left as it was") {
  NewDisk disk;
  claim_installation(*disk.replica, kOther);
  const Error error = error_of([&] { disk.claim(); });
  CHECK(error.category() == "FOREIGN_INSTALLATION");
  CHECK(exit_code(error.code()) == 4);
  CHECK(installation_id(*disk.replica) == kOther);
  CHECK_FALSE(std::filesystem::exists(disk.dir / "_coffre/SIGNERS_1.list"));
}

TEST_CASE("a place of nobody that holds anything is refused, and left as it was") {
  NewDisk disk;
  write_file(disk.dir / "photos/a.jpg", "x");
  const Error error = error_of([&] { disk.claim(); });
  CHECK(error.category() == "PLACE_NOT_EMPTY");
  CHECK(exit_code(error.code()) == 4);
  CHECK_THAT(error.reason(), Catch::Contains("photos/a.jpg"));
  CHECK_FALSE(installation_id(*disk.replica).has_value());
}

TEST_CASE("lists that our root did not sign are refused before the place is claimed") {
  NewDisk disk;
  const Error error = error_of([&] {
    claim_replica(disk.fixture.at(),
                  {.replica = *disk.replica, .recipients = "x", .signers = "y", .ticket = {}, .reason = {}});
  });
  CHECK(error.category() == "E_LIST");
  CHECK_FALSE(installation_id(*disk.replica).has_value());
}

TEST_CASE("an unclaimed place names the command that claims it; a claimed one is said to be so before init writes") {
  NewDisk disk;
  CHECK_NOTHROW(require_unclaimed(*disk.replica));
  const Error unclaimed = error_of([&] { require_installation(*disk.replica, disk.fixture.at().id); });
  CHECK_THAT(unclaimed.hint(), Catch::Contains("backupd replica claim local --ticket T --reason R"));
  disk.claim();
  const Error claimed = error_of([&] { require_unclaimed(*disk.replica); });
  CHECK(claimed.category() == "FOREIGN_INSTALLATION");
  CHECK_THAT(claimed.reason(), Catch::Contains(disk.fixture.at().id));
}

TEST_CASE("copies that were on the old disk are set down as missing, once") {
  NewDisk disk;
  const std::string name = disk.fixture.proven_backup(kHall);
  CHECK(disk.claim().missing == 1);
  const BackupView view = find_backup_view(disk.fixture.at(), name);
  for (const CopyRow& copy : view.copies) CHECK(copy.state == (copy.replica == "local" ? "missing" : "good"));
  CHECK(disk.claim().missing == 0);
}
