#include "config/yaml_lines.h"

#include <catch2/catch.hpp>

namespace coffre {

TEST_CASE("lines joined again are the same text") {
  for (const char* const text : {"", "a", "a\n", "a\r\nb", "\n\n", "a\n\n"}) CHECK(YamlLines(text).text() == text);
}

TEST_CASE("a block ends where something as deep follows") {
  const YamlLines lines(
      "a:\n"          // 1
      "  b:\n"        // 2
      "    c: 1\n"    // 3
      "    # deep\n"  // 4
      "\n"            // 5
      "  # next\n"    // 6
      "  d: 2\n"      // 7
      "\n"            // 8
      "# far\n"       // 9
      "e: 3\n");      // 10
  CHECK(lines.end_of_block(2, 2) == 5);
  CHECK(lines.end_of_block(1, 0) == 8);
  CHECK(lines.end_of_block(10, 0) == 11);
  CHECK(lines.end_of_block(7, 2) == 8);
}

TEST_CASE("a comment without indentation inside a block does not end it") {
  CHECK(YamlLines("a:\n  b: 1\n# aside\n  c: 2\nd: 3\n").end_of_block(1, 0) == 5);
}

TEST_CASE("replacing keeps the other lines and the kind of line end") {
  YamlLines unix_lines("a\nb\nc\n");
  unix_lines.replace(2, 3, {"x", "y"});
  CHECK(unix_lines.text() == "a\nx\ny\nc\n");
  YamlLines windows_lines("a\r\nb");
  windows_lines.replace(3, 3, {"c"});
  CHECK(windows_lines.text() == "a\r\nb\r\nc\r\n");
  YamlLines nothing("");
  nothing.replace(1, 1, {"a"});
  CHECK(nothing.text() == "a\n");
  YamlLines removed("a\nb\n");
  removed.replace(1, 2, {});
  CHECK(removed.text() == "b\n");
}

TEST_CASE("columns count characters, indentation counts blanks") {
  CHECK(byte_of_column("éa: b", 1) == 0);
  CHECK(byte_of_column("éa: b", 2) == 2);
  CHECK(byte_of_column("éa: b", 99) == 6);
  CHECK(indent_of("  a") == 2);
  CHECK(indent_of("") == 0);
  CHECK(indent_of("   ") == 3);
}

}  // namespace coffre
