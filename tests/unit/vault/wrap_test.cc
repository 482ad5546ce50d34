#include "vault/wrap.h"

#include <catch2/catch.hpp>

#include "base/error.h"

using namespace coffre;

namespace {
constexpr WrapPlace kPlace{"credentials", "password", "7"};
const SecretBytes& kek() {
  static const SecretBytes key = SecretBytes::random(32);
  return key;
}
SecretBytes password() {
  return SecretBytes::copy_of(as_bytes("s3cret"));
}
}  // namespace

TEST_CASE("a wrapped secret opens at its place, and looks different each time") {
  const Bytes wrapped = wrap_secret(kek(), kPlace, password());
  CHECK(wrapped.size() == 6 + kWrapOverhead);
  CHECK(wrapped[0] == 1);
  CHECK(unwrap_secret(kek(), kPlace, wrapped).equals(password()));
  CHECK(unwrap_text(kek(), kPlace, wrapped).reveal_text() == "s3cret");
  CHECK(wrap_secret(kek(), kPlace, password()) != wrapped);
  CHECK(unwrap_secret(kek(), kPlace, wrap_secret(kek(), kPlace, SecretBytes())).empty());
}

TEST_CASE("another place, another key, a cut or a changed bit does not open") {
  const Bytes wrapped = wrap_secret(kek(), kPlace, password());
  CHECK_THROWS_AS(unwrap_secret(kek(), {"credentials", "password", "8"}, wrapped), Error);
  CHECK_THROWS_AS(unwrap_secret(kek(), {"credentials", "totp", "7"}, wrapped), Error);
  CHECK_THROWS_AS(unwrap_secret(kek(), {"users", "password", "7"}, wrapped), Error);
  CHECK_THROWS_AS(unwrap_secret(SecretBytes::random(32), kPlace, wrapped), Error);
  for (std::size_t size = 0; size < wrapped.size(); ++size) {
    CHECK_THROWS_AS(unwrap_secret(kek(), kPlace, ByteView(wrapped).first(size)), Error);
  }
  for (std::size_t bit = 0; bit < wrapped.size() * 8; ++bit) {
    Bytes changed = wrapped;
    changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ (1U << (bit % 8)));
    CHECK_THROWS_AS(unwrap_secret(kek(), kPlace, changed), Error);
  }
}

TEST_CASE("an unclear place or a key of a wrong size is our own mistake") {
  CHECK_THROWS_AS(wrap_secret(kek(), {"a|b", "c", "1"}, password()), Error);
  CHECK_THROWS_AS(wrap_secret(kek(), {"a", "b|c", "1"}, password()), Error);
  CHECK_THROWS_AS(wrap_secret(SecretBytes::random(16), kPlace, password()), Error);
  CHECK_THROWS_AS(dedup_tag(SecretBytes(), as_bytes("x")), Error);
}

TEST_CASE("equal content has equal tags under one key only") {
  const SecretBytes key = SecretBytes::random(32);
  CHECK(dedup_tag(key, as_bytes("a")) == dedup_tag(key, as_bytes("a")));
  CHECK(dedup_tag(key, as_bytes("a")) != dedup_tag(key, as_bytes("b")));
  CHECK(dedup_tag(key, as_bytes("a")) != dedup_tag(SecretBytes::random(32), as_bytes("a")));
}
