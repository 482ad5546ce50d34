// The published cases are in tests/vectors; here is what no vector says.
#include "vault/aes_gcm.h"

#include <catch2/catch.hpp>

#include "base/error.h"

using namespace coffre;

TEST_CASE("one object seals and opens many messages") {
  const SecretBytes key = SecretBytes::random(kGcmKeySize);
  GcmSealer sealer(key);
  GcmOpener opener(key);
  for (std::uint8_t i = 0; i < 5; ++i) {
    const GcmNonce nonce = {i};
    const Bytes plaintext(i * 100U, i);
    Bytes sealed(plaintext.size() + kGcmTagSize);
    sealer.seal(nonce, {}, plaintext, sealed);
    Bytes opened(plaintext.size());
    CHECK(opener.open(nonce, {}, sealed, opened));
    CHECK(opened == plaintext);
  }
}

TEST_CASE("a message that is not genuine leaves zeros, and the object goes on") {
  const SecretBytes key = SecretBytes::random(kGcmKeySize);
  const GcmNonce nonce = {};
  const Bytes plaintext(50, 0x55);
  Bytes sealed(plaintext.size() + kGcmTagSize);
  GcmSealer(key).seal(nonce, {}, plaintext, sealed);
  GcmOpener opener(key);
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    Bytes changed = sealed;
    changed[i] ^= 0x10;
    Bytes opened(plaintext.size(), 0xEE);
    CHECK_FALSE(opener.open(nonce, {}, changed, opened));
    CHECK(opened == Bytes(plaintext.size(), 0));
  }
  Bytes opened(plaintext.size());
  CHECK(opener.open(nonce, {}, sealed, opened));
}

TEST_CASE("a message shorter than a tag is refused") {
  GcmOpener opener(SecretBytes::random(kGcmKeySize));
  for (std::size_t size = 0; size < kGcmTagSize; ++size) {
    Bytes nothing;
    CHECK_FALSE(opener.open({}, {}, Bytes(size), nothing));
  }
}

TEST_CASE("keys and outputs of a wrong size are our own mistake") {
  CHECK_THROWS_AS(GcmSealer(SecretBytes::random(31)), Error);
  CHECK_THROWS_AS(GcmOpener(SecretBytes::random(33)), Error);
  Bytes out(10);
  CHECK_THROWS_AS(GcmSealer(SecretBytes::random(32)).seal({}, {}, Bytes(10), out), Error);
}
