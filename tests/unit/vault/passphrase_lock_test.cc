#include "vault/passphrase_lock.h"

#include <catch2/catch.hpp>

#include "base/error.h"

using namespace coffre;

TEST_CASE("a locked secret opens with its passphrase and for its purpose only") {
  const SecretBytes secret = SecretBytes::random(32);
  const SecretString passphrase = SecretString::copy_of("correct horse battery");
  const LockedBytes locked = lock_secret(secret, passphrase, "root");
  CHECK(unlock_secret(locked, passphrase, "root").equals(secret));
  CHECK_THROWS_AS(unlock_secret(locked, SecretString::copy_of("correct horse batterz"), "root"), Error);
  CHECK_THROWS_AS(unlock_secret(locked, passphrase, "identity full"), Error);
  for (const std::size_t at : {0U, 15U, 16U, 47U, 48U, 63U}) {
    LockedBytes changed = locked;
    changed[at] ^= 1;
    CHECK_THROWS_AS(unlock_secret(changed, passphrase, "root"), Error);
  }
  CHECK(lock_secret(secret, passphrase, "root") != locked);
}

TEST_CASE("an empty passphrase locks nothing") {
  CHECK_THROWS_AS(lock_secret(SecretBytes::random(32), SecretString(), "root"), Error);
  CHECK_THROWS_AS(lock_secret(SecretBytes::random(31), SecretString::copy_of("x"), "root"), Error);
}

TEST_CASE("a locked secret from the document opens") {
  // schemas/key-files.md, "Worked example".
  LockedBytes locked{};
  REQUIRE(
      from_hex_exact("f037bed0b8e10ef2a2bc6ffd35d2b2c34083d663c170e0827b2b7b7b541afc54bb2ac25e1e72c90bb472ba50c369141cc"
                     "bd45d5d968710ccbbcf51907579c50f",
                     locked));
  const SecretBytes secret =
      unlock_secret(locked, SecretString::copy_of("correct horse battery staple"), "identity full");
  CHECK(to_hex(secret.reveal_bytes()) == "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20");
}
