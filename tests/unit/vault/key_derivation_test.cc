#include "vault/key_derivation.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "support/vault_samples.h"

using namespace coffre;
using namespace coffre::test;

TEST_CASE("the payload key of test vector A is the published one") {
  CHECK(to_hex(derive_key(secret_run(0), "payload").reveal_bytes()) ==
        "a64d99a1bce934105604427853cc265e527588d8b753e03848a4cd2f97281685");
}

TEST_CASE("each purpose has a key of its own") {
  const SecretBytes file_key = SecretBytes::random(32);
  CHECK_FALSE(derive_key(file_key, "payload").equals(derive_key(file_key, "trailer")));
  CHECK_FALSE(derive_key(file_key, "metadata").equals(derive_key(file_key, "rewrap")));
}

TEST_CASE("info is the concatenation of its pieces") {
  const SecretBytes key = SecretBytes::random(32);
  CHECK(hkdf_expand(key, {as_bytes("ab"), as_bytes("c")}, 76).equals(hkdf_expand(key, {as_bytes("abc")}, 76)));
}

TEST_CASE("a key that has not 32 bytes is refused") {
  CHECK_THROWS_AS(derive_key(SecretBytes::random(31), "payload"), Error);
  CHECK_THROWS_AS(derive_key(SecretBytes(), "payload"), Error);
}
