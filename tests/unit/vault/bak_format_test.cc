#include "vault/bak_format.h"

#include <catch2/catch.hpp>
#include <functional>

#include "support/vault_samples.h"
#include "vault/category.h"
#include "vault/chunked_encryption.h"

using namespace coffre;
using namespace coffre::test;

namespace {

FixedHeader sample_header() {
  FixedHeader header;
  header.kind = Kind::pre;
  header.stanza_count = 4;
  header.meta_len = 177;
  header.file_id = run_array<16>(0xe0);
  header.device_id = run_array<16>(0xa0);
  header.device_seq = 42;
  header.prev_digest = run_array<32>(0xc0);
  header.created_at = from_unix(1767225600);
  header.signer_id = run_array<8>(0x11);
  return header;
}

std::string category_of(ByteView bytes) {
  try {
    (void)decode_fixed_header(bytes);
  } catch (const Error& error) {
    return error.category();
  }
  return "OK";
}

}  // namespace

TEST_CASE("the fixed header lies at the documented offsets") {
  const FixedHeaderBytes bytes = encode(sample_header());
  const auto hex = [&bytes](std::size_t offset, std::size_t size) {
    return to_hex(ByteView(bytes).subspan(offset, size));
  };
  CHECK(bytes.size() == 104);
  CHECK(hex(0, 8) == "8956424b0d0a1a0a");
  CHECK(hex(8, 1) == "01");
  CHECK(hex(9, 1) == "01");
  CHECK(hex(10, 1) == "02");
  CHECK(hex(11, 1) == "04");
  CHECK(hex(12, 4) == "000000b1");
  CHECK(hex(16, 16) == "e0e1e2e3e4e5e6e7e8e9eaebecedeeef");
  CHECK(hex(32, 16) == "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf");
  CHECK(hex(48, 8) == "000000000000002a");
  CHECK(hex(56, 32) == "c0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedf");
  CHECK(hex(88, 8) == "000000006955b900");
  CHECK(hex(96, 8) == "1112131415161718");
}

TEST_CASE("a decoded header encodes to the same bytes") {
  const FixedHeaderBytes bytes = encode(sample_header());
  CHECK(encode(decode_fixed_header(bytes)) == bytes);
}

TEST_CASE("a header field outside its bounds is refused with the category of the field") {
  struct Row {
    const char* name;
    std::size_t offset;
    Bytes value;
    const char* category;
  };
  const auto row = GENERATE(values<Row>({
      {"magic", 0, {0x88}, "E_MAGIC"},
      {"magic after a text-mode transfer", 4, {0x0A, 0x0D}, "E_MAGIC"},
      {"version 0", 8, {0}, "E_VERSION"},
      {"version 2", 8, {2}, "E_VERSION"},
      {"suite 0", 9, {0}, "E_SUITE"},
      {"suite 2", 9, {2}, "E_SUITE"},
      {"kind 0", 10, {0}, "E_FIELD"},
      {"kind 8", 10, {8}, "E_FIELD"},
      {"no stanza", 11, {0}, "E_FIELD"},
      {"17 stanzas", 11, {17}, "E_FIELD"},
      {"meta_len 72", 12, {0, 0, 0, 72}, "E_FIELD"},
      {"meta_len 16456", 12, {0, 0, 0x40, 0x48}, "E_FIELD"},
      {"meta_len 4 GiB", 12, {0xFF, 0xFF, 0xFF, 0xFF}, "E_FIELD"},
      {"file_id zero", 16, Bytes(16, 0), "E_FIELD"},
      {"device_id zero", 32, Bytes(16, 0), "E_FIELD"},
      {"sequence 0", 48, Bytes(8, 0), "E_FIELD"},
      {"sequence 2^63", 48, {0x80, 0, 0, 0, 0, 0, 0, 0}, "E_FIELD"},
      {"sequence 1 with a predecessor", 48, {0, 0, 0, 0, 0, 0, 0, 1}, "E_FIELD"},
      {"sequence 42 without one", 56, Bytes(32, 0), "E_FIELD"},
      {"year 10000", 88, {0, 0, 0, 0x3A, 0xFF, 0xF4, 0x41, 0x80}, "E_FIELD"},
      {"time 2^64-1", 88, Bytes(8, 0xFF), "E_FIELD"},
      {"last second of 9999", 88, {0, 0, 0, 0x3A, 0xFF, 0xF4, 0x41, 0x7F}, "OK"},
      {"meta_len 73", 12, {0, 0, 0, 73}, "OK"},
      {"meta_len 16455", 12, {0, 0, 0x40, 0x47}, "OK"},
      {"16 stanzas", 11, {16}, "OK"},
      {"sequence 2^63-1", 48, {0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}, "OK"},
  }));
  INFO(row.name);
  FixedHeaderBytes bytes = encode(sample_header());
  std::ranges::copy(row.value, bytes.begin() + static_cast<std::ptrdiff_t>(row.offset));
  CHECK(category_of(bytes) == row.category);
}

TEST_CASE("fewer than 104 bytes are too short, whatever they hold") {
  const FixedHeaderBytes bytes = encode(sample_header());
  for (std::size_t size = 0; size < kFixedHeaderSize; ++size) {
    CHECK(category_of(ByteView(bytes).first(size)) == "E_SHORT");
  }
}

TEST_CASE("the largest header region is 18319 bytes and fits one ranged read") {
  FixedHeader header = sample_header();
  header.stanza_count = 16;
  header.meta_len = kMaxMetaLen;
  CHECK(layout_of(header).payload == 18319);
  CHECK(kMaxHeaderRegion == 18319);
  CHECK(kMaxHeaderRegion <= kHeaderReadSize);
}

TEST_CASE("a stanza is scope, key id and box, and is read back") {
  Stanza stanza{Scope::meta, run_array<8>(0x10), run_array<kBoxSize>(0x20)};
  Bytes bytes;
  append(bytes, stanza);
  REQUIRE(bytes.size() == kStanzaSize);
  CHECK(bytes[0] == 2);
  CHECK(equal(ByteView(bytes).subspan(1, 8), run_of(0x10, 8)));
  CHECK(equal(ByteView(bytes).subspan(9), run_of(0x20, 97)));
  const auto decoded = decode_stanzas(bytes);
  REQUIRE(decoded.has_value());
  CHECK(decoded->front().box == stanza.box);
  CHECK_FALSE(has_full_scope(*decoded));

  Bytes twice = bytes;
  append(twice, bytes);
  CHECK_FALSE(decode_stanzas(twice).has_value());
  for (const auto scope : {std::uint8_t{0}, std::uint8_t{3}, std::uint8_t{255}}) {
    bytes[0] = scope;
    CHECK_FALSE(decode_stanzas(bytes).has_value());
  }
}

TEST_CASE("data is padded to 4 KiB below 1 MiB, to 64 KiB from there on, and never to nothing") {
  struct Row {
    std::uint64_t data;
    std::uint64_t padded;
  };
  const auto row = GENERATE(values<Row>({
      {0, 4096},
      {1, 4096},
      {4096, 4096},
      {4097, 8192},
      {1048575, 1048576},
      {1048576, 1048576},
      {1048577, 1114112},
  }));
  CHECK(padded_length(row.data) == row.padded);
}

TEST_CASE("a data length near 2^64 has no padded length") {
  CHECK_FALSE(padded_length(UINT64_MAX).has_value());
  CHECK(padded_length(UINT64_MAX - 65535) == UINT64_MAX - 65535);
}

TEST_CASE("the padded length follows from the payload's size, and only from sizes that a payload can have") {
  for (std::uint64_t padded = 4096; padded <= 40 * 4096; padded += 4096) {
    CHECK(padded_length_of_payload(payload_size(padded)) == padded);
    CHECK_FALSE(padded_length_of_payload(payload_size(padded) + 1).has_value());
    CHECK_FALSE(padded_length_of_payload(payload_size(padded) - 1).has_value());
  }
  CHECK_FALSE(padded_length_of_payload(0).has_value());
  CHECK_FALSE(padded_length_of_payload(payload_size(0)).has_value());
  const std::uint64_t largest = kMaxChunks * kChunkSize - 4096;
  CHECK(padded_length_of_payload(payload_size(largest)) == largest);
  CHECK_FALSE(padded_length_of_payload(payload_size(largest + 4096)).has_value());
  CHECK_FALSE(padded_length_of_payload(UINT64_MAX).has_value());
}

TEST_CASE("the tail needs its end mark") {
  std::array<std::uint8_t, kTailSize> bytes = run_array<kTailSize>(1);
  std::ranges::copy(kEndMark, bytes.end() - kEndMarkSize);
  const Tail tail = decode_tail(bytes);
  CHECK(equal(tail.trailer, run_of(1, 80)));
  CHECK(equal(tail.digest, run_of(81, 32)));
  CHECK(equal(tail.signature, run_of(113, 64)));
  bytes.back() ^= 1;
  CHECK_THROWS_AS(decode_tail(bytes), Error);
}
