#include "vault/keys.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "support/vault_samples.h"

using namespace coffre;
using namespace coffre::test;

TEST_CASE("key ids are the published ones") {
  CHECK(to_hex(op_identity().id()) == "33086c8836cd52f4");
  CHECK(to_hex(daemon_key().id()) == "2d50daf454f8f87b");
  CHECK(signer_id(daemon_key().public_key()) != recipient_id(daemon_key().public_key()));
}

TEST_CASE("a signature counts for its purpose, its hash and its key only") {
  const SigningKey key = SigningKey::generate();
  const Digest hash = sha256(as_bytes("content"));
  const Signature signature = key.sign(SignatureUse::header, hash);
  CHECK(verify_signature(key.public_key(), SignatureUse::header, hash, signature));
  for (const SignatureUse use : {SignatureUse::file, SignatureUse::recipients_list, SignatureUse::signers_list}) {
    CHECK_FALSE(verify_signature(key.public_key(), use, hash, signature));
  }
  CHECK_FALSE(verify_signature(key.public_key(), SignatureUse::header, sha256(as_bytes("other")), signature));
  CHECK_FALSE(verify_signature(daemon_key().public_key(), SignatureUse::header, hash, signature));
  CHECK_FALSE(verify_signature(PublicKey{}, SignatureUse::header, hash, Signature{}));
}

TEST_CASE("a seed makes the same key again") {
  const SigningKey key = SigningKey::generate();
  CHECK(SigningKey::from_seed(key.seed()).public_key() == key.public_key());
  CHECK(key.clone().public_key() == key.public_key());
}

TEST_CASE("generated identities differ, and a clone is the same") {
  const Identity first = Identity::generate(Scope::full);
  CHECK(first.public_key() != Identity::generate(Scope::full).public_key());
  CHECK(first.clone().secret().equals(first.secret()));
  CHECK(first.recipient().id() == first.id());
}

TEST_CASE("a secret of a wrong size is refused") {
  for (const std::size_t size : {0U, 31U, 33U}) {
    CHECK_THROWS_AS(Identity::from_secret(Scope::full, SecretBytes::random(size)), Error);
    CHECK_THROWS_AS(SigningKey::from_seed(SecretBytes::random(size)), Error);
  }
}
