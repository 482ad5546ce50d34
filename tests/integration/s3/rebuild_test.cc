// A catalog made anew from a bucket of the real store alone: the same backups and copies, and two short reads an
// object.
#include "service/healing/rebuild_catalog.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "integration/s3/gateway.h"
#include "replicas/installation.h"
#include "support/catalog_rows.h"
#include "support/counting_replica.h"
#include "support/varied_backups.h"
#include "vault/bak_format.h"

using namespace coffre;
using namespace coffre::test;

namespace {

KeyRing catalog_key(InstallationFixture& fixture) {
  KeyRing ring;
  trust_installation(ring, fixture.at().trust);
  ring.identities.push_back(fixture.at().keys->catalog.clone());
  return ring;
}

// At most the beginning and the end; nothing else of an object is fetched.
void check_reads(const std::vector<CountingReplica::Read>& reads, std::uint64_t size) {
  REQUIRE_FALSE(reads.empty());
  CHECK(reads.size() <= 2);
  CHECK(reads[0] == CountingReplica::Read{0, static_cast<std::size_t>(std::min<std::uint64_t>(size, kHeaderReadSize))});
  if (reads.size() == 2) CHECK(reads[1] == CountingReplica::Read{size - kTailSize, kTailSize});
}

}  // namespace

TEST_CASE("From the bucket alone the new catalog has the same backups and copies, in two ranged reads an object") {
  const Place place(gateway(), BucketKind::versioned);
  InstallationFixture fixture;
  fixture.at().cloud = place.open();
  claim_installation(*fixture.at().cloud, fixture.at().id);
  make_varied_backups(fixture);
  const std::filesystem::path catalog = fixture.settings().installation.catalog;
  const std::vector<std::string> before = catalog_rows(fixture.at().catalog, "cloud");
  REQUIRE(before.size() == 3 + kVariedBackups);

  // All that is left is the bucket and the server's key.
  const KeyRing ring = catalog_key(fixture);
  const auto bucket = place.open();
  const Inventory inventory = fixture.at().inventory;
  std::filesystem::remove_all(catalog.parent_path());
  std::filesystem::create_directory(catalog.parent_path());
  CountingReplica from(*bucket);
  const RebuildReport report = rebuild_catalog(
      {.from = from, .catalog = catalog, .ring = ring, .inventory = inventory, .account = "tester"}, fixture.clock());
  CHECK(exit_code_of(report) == 0);
  CHECK(report.backups == kVariedBackups);
  CHECK(report.suspects == kVariedSuspects);
  CHECK(catalog_rows(Database::open_read_only(catalog.string(), fixture.clock()), "cloud") == before);

  std::size_t backups = 0;
  bucket->list("", [&](const ObjectInfo& object) {
    if (!object.path.ends_with(".bak")) return;
    ++backups;
    CAPTURE(object.path, object.size);
    check_reads(from.reads().at(object.path), object.size);
  });
  CHECK(backups == kVariedBackups);
}
