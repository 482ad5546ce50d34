#include "base/hash.h"

#include <catch2/catch.hpp>
#include <utility>

#include "base/error.h"

namespace coffre {
namespace {

struct Vector {
  std::string name;
  std::string message;
  std::string digest;
};

const std::vector<Vector>& nist() {
  static const std::vector<Vector> rows = {
      {"empty", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      {"abc", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {"448 bits", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
       "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
      {"896 bits",
       "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrst"
       "u",
       "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
      {"a million a", std::string(1'000'000, 'a'), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
  };
  return rows;
}

TEST_CASE("SHA-256 gives NIST's digests, in one call and in pieces") {
  for (const Vector& row : nist()) {
    DYNAMIC_SECTION(row.name) {
      CHECK(to_hex(sha256(as_bytes(row.message))) == row.digest);
      for (const std::size_t piece : {1U, 63U, 64U, 65U, 4096U}) {
        if (piece == 1 && row.message.size() > 1000) continue;
        Sha256 hash;
        for (std::size_t at = 0; at < row.message.size(); at += piece) {
          hash.update(as_bytes(std::string_view(row.message).substr(at, piece)));
        }
        CAPTURE(piece);
        CHECK(to_hex(hash.digest()) == row.digest);
      }
    }
  }
}

TEST_CASE("a digest so far does not end the hash") {
  Sha256 hash;
  CHECK(hash.digest() == sha256({}));
  hash.update(as_bytes("a"));
  CHECK(hash.digest() == sha256(as_bytes("a")));
  CHECK(hash.digest() == sha256(as_bytes("a")));
  hash.update(as_bytes("bc"));
  hash.update({});
  CHECK(hash.digest() == sha256(as_bytes("abc")));
}

TEST_CASE("a hash carries on where it was moved to") {
  Sha256 first;
  first.update(as_bytes("a"));
  Sha256 second = std::move(first);
  second.update(as_bytes("b"));
  Sha256 third;
  third.update(as_bytes("forgotten"));
  third = std::move(second);
  third.update(as_bytes("c"));
  CHECK(third.digest() == sha256(as_bytes("abc")));
}

struct MacVector {
  std::string name;
  std::string key;
  std::string message;
  std::string mac;
};

std::string counting_key() {
  std::string key;
  for (char c = 1; c <= 25; ++c) key += c;
  return key;
}

TEST_CASE("HMAC-SHA-256 gives the values of RFC 4231") {
  const std::vector<MacVector> rows = {
      {"case 1", std::string(20, '\x0b'), "Hi There",
       "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
      {"case 2", "Jefe", "what do ya want for nothing?",
       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {"case 3", std::string(20, '\xaa'), std::string(50, '\xdd'),
       "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
      {"case 4", counting_key(), std::string(50, '\xcd'),
       "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
      {"case 6", std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First",
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
      {"case 7", std::string(131, '\xaa'),
       "This is a test using a larger than block-size key and a larger than block-size data. The key needs to be "
       "hashed before being used by the HMAC algorithm.",
       "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
      {"nothing at all", "", "", "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"},
  };
  for (const MacVector& row : rows) {
    DYNAMIC_SECTION(row.name) {
      CHECK(to_hex(hmac_sha256(as_bytes(row.key), as_bytes(row.message))) == row.mac);
    }
  }
  CHECK(hmac_sha256({}, {}) == hmac_sha256(as_bytes(""), as_bytes("")));
}

TEST_CASE("a digest is read from exactly 64 lower-case hex digits") {
  const Digest digest = sha256(as_bytes("abc"));
  CHECK(digest_from_hex(to_hex(digest), "digest") == digest);
  const std::string good = to_hex(digest);
  for (const std::string& text : {std::string(), good.substr(1), good + "0", "B" + good.substr(1), " " + good}) {
    CAPTURE(text);
    try {
      digest_from_hex(text, "the list's digest");
      FAIL("accepted");
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::damaged);
      CHECK(error.step() == "reading the list's digest");
    }
  }
}

}  // namespace
}  // namespace coffre
