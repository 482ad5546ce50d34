#include "service/keys/next_signer.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "service/backup/run_pass.h"
#include "unit/service/opening_samples.h"

using namespace coffre;
using namespace coffre::test;

namespace {

SignerList signers(const Signer& signer) {
  SignerList list;
  REQUIRE(list.add(signer));
  return list;
}

}  // namespace

TEST_CASE("the next signing key waits beside the one in use, its owner's alone, and is made once") {
  InstallationFixture fixture;
  const KeyFiles& files = fixture.settings().keys;
  const PublicKey in_use = signer_in_use(files);
  CHECK_FALSE(waiting_signer(files));
  const NextSigner next = prepare_next_signer(files);
  CHECK(next.made);
  CHECK(signer_in_use(files) == in_use);
  CHECK(waiting_signer(files) == next.key);
  struct stat status {};
  REQUIRE(::stat(next_signing_key(files).c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600);
  const NextSigner again = prepare_next_signer(files);
  CHECK_FALSE(again.made);
  CHECK(again.key == next.key);
}

TEST_CASE("a waiting key is taken when the list lets it sign now, not before, with a journal row") {
  InstallationFixture fixture;
  const KeyFiles& files = fixture.settings().keys;
  const PublicKey next = prepare_next_signer(files).key;
  const Instant now = fixture.clock().now();
  const Signer later{.key = next, .from = now + std::chrono::hours{1}, .to = {}, .revoked = {}};
  CHECK_FALSE(take_next_signer(fixture.at(), files, fixture.at().trust.signers.signers));
  CHECK_FALSE(take_next_signer(fixture.at(), files, signers(later)));
  CHECK(waiting_signer(files) == next);
  CHECK(take_next_signer(fixture.at(), files, signers({.key = next, .from = now, .to = {}, .revoked = {}})));
  CHECK(signer_in_use(files) == next);
  CHECK_FALSE(waiting_signer(files));
  CHECK(newest_entry(fixture).action == "signer_taken");
  CHECK(newest_entry(fixture).subject == to_hex(signer_id(next)));
}

TEST_CASE("a key may sign inside its time and while it is not revoked") {
  const PublicKey key = SigningKey::generate().public_key();
  const auto at = [](std::int64_t seconds) { return from_unix(seconds); };
  const SignerList list = signers({.key = key, .from = at(100), .to = at(200), .revoked = {}});
  CHECK_FALSE(may_sign(list, key, at(99)));
  CHECK(may_sign(list, key, at(100)));
  CHECK(may_sign(list, key, at(200)));
  CHECK_FALSE(may_sign(list, key, at(201)));
  CHECK_FALSE(may_sign(list, SigningKey::generate().public_key(), at(150)));
  // Whatever the time of the revocation: who else has the key could sign with any date.
  CHECK_FALSE(may_sign(signers({.key = key, .from = {}, .to = {}, .revoked = at(300)}), key, at(150)));
}

TEST_CASE("a run with a signing key that does not count stops before any device is asked") {
  InstallationFixture fixture;
  const PublicKey ours = fixture.at().keys->signing.public_key();
  fixture.at().trust.signers.signers = signers({.key = ours, .from = {}, .to = {}, .revoked = fixture.clock().now()});
  const std::atomic<bool> stop = false;
  const Error error = error_of([&] { run_pass(fixture.at(), {}, {}, stop); });
  CHECK(error.code() == ErrorCode::rule);
  CHECK_THAT(error.hint(), Catch::Contains("restore-cli keys new-signer"));
  CHECK(list_backup_views(fixture.at(), {}).empty());
}
