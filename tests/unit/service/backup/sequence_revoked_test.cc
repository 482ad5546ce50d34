// What a revoked signing key has signed, in a device's sequence.
#include <catch2/catch.hpp>

#include "service/backup/sequence.h"
#include "unit/service/catalog_samples.h"

using namespace coffre;
using namespace coffre::test;

namespace {

SequencePosition next(InstallationFixture& fixture) {
  return next_position(fixture.at(), InstallationFixture::key(kHall), fixture.device_id(kHall));
}

}  // namespace

TEST_CASE("attack 12: files of a revoked signer count in the sequence when the catalog knew them, and only then") {
  InstallationFixture fixture;
  const std::string first = fixture.proven_backup(kHall);
  const Digest newest = backup_row(fixture, fixture.proven_backup(kHall)).digest;
  SignerList signers;
  for (Signer signer : fixture.at().trust.signers.signers.all()) {
    signer.revoked = fixture.clock().now();
    REQUIRE(signers.add(signer));
  }
  fixture.at().trust.signers.signers = signers;
  CHECK(next(fixture).sequence == 3);
  CHECK(next(fixture).prev_digest == newest);
  CHECK(next(fixture).findings.empty());

  // Without its row, whoever has the key may have made it.
  know_only(fixture, kHall, {first});
  CHECK(next(fixture).sequence == 2);
}
