// Wycheproof: Cobblestone-256 (opening and sealing again) and AES-256-GCM.
#include <algorithm>
#include <catch2/catch.hpp>

#include "vault/aes_gcm.h"
#include "vault/category.h"
#include "vault/chunked_encryption.h"
#include "vector_files.h"

using namespace coffre;
using namespace coffre::test;

namespace {

struct Reading {
  Bytes plaintext;
  std::string error;  // category; "internal" for a key of the wrong size
};

std::string text_of(const Error& error) {
  return error.category().empty() ? std::string(to_string(error.code())) : error.category();
}

Reading read_message(const ChunkedCase& test) {
  Reading reading;
  const MemoryReader reader(test.message);
  const SecretBytes key = SecretBytes::copy_of(test.key);
  try {
    ChunkedMessage message(reader, 0, test.message.size(), key, test.context);
    ChunkedSource source(message, message.plaintext_len());
    Bytes part(kChunkSize);
    try {
      for (std::size_t length = source.read(part); length > 0; length = source.read(part)) {
        append(reading.plaintext, ByteView(part).first(length));
      }
    } catch (const Error& error) {
      reading.error = text_of(error);
      CHECK_THROWS_AS(source.read(part), Error);  // and keeps failing
    }
  } catch (const Error& error) {
    reading.error = text_of(error);
  }
  return reading;
}

}  // namespace

TEST_CASE("chunked encryption opens what Wycheproof calls valid, and nothing else") {
  const auto cases = chunked_cases();
  REQUIRE(cases.size() == 35);
  for (const ChunkedCase& test : cases) {
    INFO(test.id << ": " << test.comment);
    const Reading reading = read_message(test);
    CHECK(reading.error.empty() == test.valid);
    if (test.valid) {
      CHECK(reading.plaintext.size() == test.plaintext_len);
      CHECK(sha512_hex(reading.plaintext) == test.plaintext_sha512);
    }
    if (test.header_failure) CHECK(reading.plaintext.empty());
    CHECK(reading.plaintext.size() <= test.plaintext_len);
  }
}

TEST_CASE("sealing the valid Wycheproof messages again gives the same bytes") {
  std::size_t done = 0;
  for (const ChunkedCase& test : chunked_cases()) {
    if (!test.valid) continue;
    INFO(test.id << ": " << test.comment);
    Salt salt{};
    std::copy_n(test.message.begin(), salt.size(), salt.begin());
    MemorySink sink;
    ChunkedWriter writer(SecretBytes::copy_of(test.key), test.context, salt, sink);
    writer.write(read_message(test).plaintext);
    writer.finish();
    CHECK(sink.bytes() == test.message);
    ++done;
  }
  CHECK(done == 10);
}

TEST_CASE("AES-256-GCM agrees with the Wycheproof cases") {
  const auto cases = gcm_cases();
  REQUIRE(cases.size() == 66);
  for (const GcmCase& test : cases) {
    INFO(test.id);
    GcmNonce nonce{};
    std::ranges::copy(test.nonce, nonce.begin());
    const SecretBytes key = SecretBytes::copy_of(test.key);
    Bytes message = test.ciphertext;
    append(message, test.tag);
    Bytes plaintext(test.ciphertext.size(), 0xEE);
    CHECK(GcmOpener(key).open(nonce, test.aad, message, plaintext) == test.valid);
    if (!test.valid) {
      CHECK(plaintext == Bytes(plaintext.size(), 0));
      continue;
    }
    CHECK(plaintext == test.plaintext);
    Bytes sealed(test.plaintext.size() + kGcmTagSize);
    GcmSealer(key).seal(nonce, test.aad, test.plaintext, sealed);
    CHECK(sealed == message);
  }
}
