#include "replicas/replica.h"

#include <catch2/catch.hpp>

using namespace coffre;

TEST_CASE("The digest of a content is SHA-256 over the whole, block by block") {
  for (const std::size_t size : {0U, 1U, 262'143U, 262'144U, 262'145U, 1'000'000U}) {
    const Bytes bytes(size, 0x5a);
    INFO(size);
    CHECK((content_digest(MemoryReader(bytes)) == sha256(bytes)));
  }
  CHECK(to_hex(content_digest(MemoryReader(as_bytes("abc")))) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");  // FIPS 180-4
}

TEST_CASE("Kinds have stable names") {
  CHECK(to_string(ReplicaKind::local) == "local");
  CHECK(to_string(ReplicaKind::directory) == "directory");
  CHECK(to_string(ReplicaKind::bucket) == "bucket");
}
