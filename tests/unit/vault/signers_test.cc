#include "vault/signers.h"

#include <catch2/catch.hpp>

#include "support/vault_samples.h"

using namespace coffre;
using namespace coffre::test;

TEST_CASE("a signer's validity includes both of its ends") {
  Signer signer;
  CHECK(signer.valid_at(from_unix(0)));
  signer.from = from_unix(100);
  signer.to = from_unix(200);
  CHECK_FALSE(signer.valid_at(from_unix(99)));
  CHECK(signer.valid_at(from_unix(100)));
  CHECK(signer.valid_at(from_unix(200)));
  CHECK_FALSE(signer.valid_at(from_unix(201)));
}

TEST_CASE("a list holds each key once and finds it by id") {
  SignerList signers = trusting(daemon_key());
  Signer again{daemon_key().public_key(), std::nullopt, from_unix(5), std::nullopt};
  CHECK_FALSE(signers.add(again));
  REQUIRE(signers.find(daemon_key().id()) != nullptr);
  CHECK_FALSE(signers.find(daemon_key().id())->to.has_value());
  CHECK(signers.find(stranger_key().id()) == nullptr);
}

TEST_CASE("an anchor proves a digest strictly before an instant, and the earliest one counts") {
  AnchorList anchors;
  const Digest digest = sha256(as_bytes("a"));
  anchors.add(digest, from_unix(200));
  CHECK_FALSE(anchors.proves_before(digest, from_unix(200)));
  CHECK(anchors.proves_before(digest, from_unix(201)));
  anchors.add(digest, from_unix(100));
  anchors.add(digest, from_unix(300));
  CHECK(anchors.proves_before(digest, from_unix(101)));
  CHECK_FALSE(anchors.proves_before(sha256(as_bytes("b")), from_unix(1000)));
}
