// The published cases are in tests/vectors.
#include "vault/chunked_encryption.h"

#include <catch2/catch.hpp>

#include "support/vault_samples.h"
#include "vault/category.h"

using namespace coffre;
using namespace coffre::test;

namespace {

const Bytes kContext = {1, 2, 3};

Bytes sealed_in_pieces(ByteView data, std::size_t piece) {
  MemorySink sink;
  ChunkedWriter writer(secret_run(1), kContext, run_array<kSaltSize>(9), sink);
  while (!data.empty()) {
    writer.write(data.first(std::min(piece, data.size())));
    data = data.subspan(std::min(piece, data.size()));
  }
  writer.finish();
  return sink.take();
}

std::string category_of(ByteView message, const SecretBytes& key, ByteView context) {
  const MemoryReader reader(message);
  try {
    ChunkedMessage chunked(reader, 0, message.size(), key, context);
    ChunkedSource source(chunked, UINT64_MAX);
    (void)read_all(source);
  } catch (const Error& error) {
    return error.category();
  }
  return "OK";
}

class BrokenSink final : public ByteSink {
 public:
  void write(ByteView /*bytes*/) override {
    if (++writes_ > 2) throw Error(ErrorCode::no_space, "writing", "no room");
  }

 private:
  int writes_ = 0;
};

}  // namespace

TEST_CASE("a message has the documented length and is read back, whatever the pieces it was written in") {
  for (const std::size_t size : {0U, 1U, 16383U, 16384U, 16385U, 32768U, 50000U}) {
    const Bytes data = sample_data(size);
    const Bytes whole = sealed_in_pieces(data, SIZE_MAX);
    CHECK(whole.size() == 56 + size + 16 * (size / 16384 + 1));
    CHECK(message_size(size) == whole.size());
    for (const std::size_t piece : {1000U, 16384U, 20000U}) CHECK(sealed_in_pieces(data, piece) == whole);

    const MemoryReader reader(whole);
    ChunkedMessage message(reader, 0, whole.size(), secret_run(1), kContext);
    CHECK(message.plaintext_len() == size);
    ChunkedSource source(message, UINT64_MAX);
    CHECK(read_all(source) == data);
  }
}

TEST_CASE("a source gives no more than its limit") {
  const Bytes message = sealed_in_pieces(sample_data(20000), SIZE_MAX);
  const MemoryReader reader(message);
  ChunkedMessage chunked(reader, 0, message.size(), secret_run(1), kContext);
  ChunkedSource source(chunked, 17000);
  CHECK(read_all(source) == sample_data(17000));
}

TEST_CASE("another key, another context or another salt is a wrong commitment") {
  const Bytes message = sealed_in_pieces(sample_data(100), SIZE_MAX);
  CHECK(category_of(message, secret_run(1), kContext) == "OK");
  CHECK(category_of(message, secret_run(2), kContext) == "E_COMMIT");
  CHECK(category_of(message, secret_run(1), Bytes{1, 2}) == "E_COMMIT");
  for (std::size_t i = 0; i < kMessageHeadSize; ++i) {
    Bytes changed = message;
    changed[i] ^= 1;
    CHECK(category_of(changed, secret_run(1), kContext) == "E_COMMIT");
  }
}

TEST_CASE("every bit of the chunks is protected") {
  const Bytes message = sealed_in_pieces(sample_data(30), SIZE_MAX);
  for (std::size_t bit = kMessageHeadSize * 8; bit < message.size() * 8; ++bit) {
    Bytes changed = message;
    changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ (1U << (bit % 8)));
    CHECK(category_of(changed, secret_run(1), kContext) == "E_AUTH");
  }
}

TEST_CASE("a message cut anywhere, or longer by a byte, is refused") {
  const Bytes message = sealed_in_pieces(sample_data(2 * 16384 + 5), SIZE_MAX);
  for (std::size_t size = 0; size < message.size(); size += size < 100 || size + 100 > message.size() ? 1U : 97U) {
    const char* const expected = size < kMessageHeadSize ? "E_COMMIT" : "E_AUTH";
    CHECK(category_of(ByteView(message).first(size), secret_run(1), kContext) == expected);
  }
  // Exactly at the ends of chunks: the last one must be shorter.
  CHECK(category_of(ByteView(message).first(56 + 16400), secret_run(1), kContext) == "E_AUTH");
  CHECK(category_of(ByteView(message).first(56 + 2 * 16400), secret_run(1), kContext) == "E_AUTH");
  Bytes longer = message;
  longer.push_back(0);
  CHECK(category_of(longer, secret_run(1), kContext) == "E_AUTH");
}

TEST_CASE("chunk numbers reach the nonce as a big-endian integer, with carry over bytes") {
  const MessageKeys keys(secret_run(1), kContext, run_array<kSaltSize>(9));
  GcmNonce expected = keys.nonce;
  expected[10] ^= 1;
  expected[11] ^= 2;
  CHECK(keys.chunk_nonce(0x102) == expected);
  CHECK(keys.chunk_nonce(0) == keys.nonce);
}

TEST_CASE("a writer is over after finish, and after its sink failed") {
  MemorySink sink;
  ChunkedWriter writer(secret_run(1), kContext, {}, sink);
  writer.finish();
  CHECK_THROWS_AS(writer.finish(), Error);
  CHECK_THROWS_AS(writer.write(Bytes(1)), Error);

  BrokenSink broken;
  ChunkedWriter failing(secret_run(1), kContext, {}, broken);
  CHECK_THROWS_AS(failing.write(Bytes(kChunkSize)), Error);
  CHECK_THROWS_AS(failing.write(Bytes(1)), Error);
  CHECK_THROWS_AS(failing.finish(), Error);
}

TEST_CASE("a small message has at most one chunk") {
  const Bytes small = seal_message(secret_run(1), kContext, {}, sample_data(kChunkSize - 1));
  CHECK(open_message(secret_run(1), kContext, small).size() == kChunkSize - 1);
  const Bytes large = seal_message(secret_run(1), kContext, {}, sample_data(kChunkSize));
  CHECK_THROWS_AS(open_message(secret_run(1), kContext, large), Error);
}
