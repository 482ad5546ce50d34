#include "vault/key_lines.h"

#include <catch2/catch.hpp>

using namespace coffre;

TEST_CASE("lines are split into words; comments and empty lines vanish; numbers stay") {
  const auto lines = key_lines("# head\n\n a\tb  c # end\r\nd", {"file", ErrorCode::usage, ""});
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].number == 3);
  CHECK(lines[0].words == std::vector<std::string_view>{"a", "b", "c"});
  CHECK(lines[1].number == 4);
  CHECK(lines[1].words == std::vector<std::string_view>{"d"});
}

TEST_CASE(
    "an error names source, line and the number of the word, carries the origin's code and category, and no word of "
    "the line") {
  const auto lines = key_lines("\nsecretword", {"keys.txt", ErrorCode::rule, "E_LIST"});
  try {
    lines.front().fail("because");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::rule);
    CHECK(error.category() == "E_LIST");
    CHECK(std::string(error.what()) == "keys.txt:2: reading keys: because");
  }
  CHECK_THROWS_WITH(lines.front().fail_at(0, "because"), "keys.txt:2: reading keys: word 1: because");
}

TEST_CASE("hex must have exactly the right length and alphabet") {
  const auto read = [](const char* text) {
    std::array<std::uint8_t, 2> out{};
    key_lines(text, {"f", ErrorCode::usage, ""}).front().read_hex(0, out);
    return out[0] * 256 + out[1];
  };
  CHECK(read("01ff") == 0x01ff);
  for (const char* const bad : {"01f", "01ff0", "01FF", "01fg", "0x01"}) CHECK_THROWS_AS(read(bad), Error);
}
