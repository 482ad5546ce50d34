#include "base/bytes.h"

#include <catch2/catch.hpp>

namespace coffre {
namespace {

TEST_CASE("hex is written in lower case and read back") {
  const Bytes all = [] {
    Bytes made;
    for (unsigned i = 0; i < 256; ++i) made.push_back(static_cast<std::uint8_t>(i));
    return made;
  }();
  const std::string text = to_hex(all);
  CHECK(text.size() == 512);
  CHECK(text.substr(0, 8) == "00010203");
  CHECK(text.substr(504) == "fcfdfeff");
  CHECK(from_hex(text) == all);
  CHECK(to_hex(Bytes{}).empty());
  CHECK(from_hex("") == Bytes{});
}

TEST_CASE("hex that is not exactly two lower-case digits a byte is refused") {
  for (const std::string_view text : {"0", "000", "0g", "g0", "AA", "aA", " 0", "0x00", "0\n", "--"}) {
    CAPTURE(text);
    CHECK_FALSE(from_hex(text));
  }
}

TEST_CASE("hex of another length than wanted is refused") {
  std::array<std::uint8_t, 2> out{};
  CHECK(from_hex_exact("beef", out));
  CHECK(out == std::array<std::uint8_t, 2>{0xBE, 0xEF});
  CHECK_FALSE(from_hex_exact("be", out));
  CHECK_FALSE(from_hex_exact("beefbe", out));
  CHECK_FALSE(from_hex_exact("", out));
}

TEST_CASE("integers are big-endian") {
  Bytes four(4);
  store_u32(four, 0x01020304);
  CHECK(four == Bytes{1, 2, 3, 4});
  CHECK(load_u32(four) == 0x01020304);
  Bytes eight(8);
  store_u64(eight, 0x0102030405060708);
  CHECK(eight == Bytes{1, 2, 3, 4, 5, 6, 7, 8});
  CHECK(load_u64(eight) == 0x0102030405060708);
  store_u64(eight, UINT64_MAX);
  CHECK(load_u64(eight) == UINT64_MAX);
  store_u32(four, UINT32_MAX);
  CHECK(load_u32(four) == UINT32_MAX);
}

TEST_CASE("loading and storing touch the front only") {
  const Bytes longer = {0, 0, 0, 9, 7};
  CHECK(load_u32(longer) == 9);
  Bytes out = {1, 1, 1, 1, 1};
  store_u32(out, 0);
  CHECK(out == Bytes{0, 0, 0, 0, 1});
}

TEST_CASE("text and bytes are two views of one memory") {
  const std::string text("a\0\xFF", 3);
  CHECK(to_hex(as_bytes(text)) == "6100ff");
  CHECK(as_text(as_bytes(text)) == text);
  CHECK(as_text({}).empty());
}

TEST_CASE("appending and comparing") {
  Bytes out = {1};
  append(out, Bytes{2, 3});
  append(out, {});
  CHECK(out == Bytes{1, 2, 3});
  CHECK(equal(out, Bytes{1, 2, 3}));
  CHECK_FALSE(equal(out, Bytes{1, 2}));
  CHECK_FALSE(equal(out, Bytes{1, 2, 4}));
  CHECK(equal({}, {}));
}

}  // namespace
}  // namespace coffre
