#include "base/text.h"

#include <catch2/catch.hpp>

namespace coffre {
namespace {

using Parts = std::vector<std::string_view>;

struct Row {
  std::string name;
  std::string text;
  std::string shown;
};

TEST_CASE("what would move the cursor, reorder the line or is no text is shown as an escape") {
  const std::vector<Row> rows = {
      {"plain", "NVR-HALL (étage 2) 日本 😀", "NVR-HALL (étage 2) 日本 😀"},
      {"empty", "", ""},
      {"escape sequence", "\x1b[31mred", "\\x1b[31mred"},
      {"line breaks", "a\r\nb", "a\\x0d\\x0ab"},
      {"tab", "a\tb", "a\\x09b"},
      {"NUL", std::string("a\0b", 3), "a\\x00b"},
      {"DEL", "\x7f", "\\x7f"},
      {"C1 control as UTF-8 (CSI)", "\xC2\x9B", "\\u{009b}"},
      {"next line", "\xC2\x85", "\\u{0085}"},
      {"C1 control as a bare byte", "\x9B", "\\x9b"},
      {"right-to-left override",
       "a\xE2\x80\xAE"
       "bak.exe",
       "a\\u{202e}bak.exe"},
      {"left-to-right mark", "\xE2\x80\x8E", "\\u{200e}"},
      {"Arabic letter mark", "\xD8\x9C", "\\u{061c}"},
      {"isolates", "\xE2\x81\xA6\xE2\x81\xA9", "\\u{2066}\\u{2069}"},
      {"line separator", "\xE2\x80\xA8", "\\u{2028}"},
      {"byte order mark", "\xEF\xBB\xBF", "\\u{feff}"},
      {"Latin-1 e acute", "\xE9t\xE9", "\\xe9t\\xe9"},
      {"cut sequence", "\xE2\x82", "\\xe2\\x82"},
      {"surrogate", "\xED\xA0\x80", "\\xed\\xa0\\x80"},
      {"non-breaking space stays", "a\xC2\xA0z", "a\xC2\xA0z"},
      {"smallest text after C1 stays", "\xC2\xA0", "\xC2\xA0"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      CHECK(printable(row.text) == row.shown);
      CHECK(printable(row.shown) == row.shown);
      CHECK(is_utf8(row.shown));
    }
  }
}

TEST_CASE("each byte alone becomes one printable line") {
  for (unsigned value = 0; value < 256; ++value) {
    const std::string shown = printable(std::string(1, static_cast<char>(value)));
    CAPTURE(value, shown);
    CHECK(is_utf8(shown));
    CHECK(shown.find_first_of("\n\r\x1b") == std::string::npos);
    CHECK((shown.size() == 1) == (value >= 0x20 && value < 0x7F));
  }
}

TEST_CASE("UTF-8 is accepted at the edges of each length and refused beyond") {
  struct Edge {
    std::string name;
    std::string bytes;
    bool well_formed;
  };
  const std::vector<Edge> edges = {
      {"empty", "", true},
      {"NUL", std::string(1, '\0'), true},
      {"U+007F", "\x7F", true},
      {"lone continuation 80", "\x80", false},
      {"lone continuation BF", "\xBF", false},
      {"overlong C0 80", "\xC0\x80", false},
      {"overlong C1 BF", "\xC1\xBF", false},
      {"U+0080", "\xC2\x80", true},
      {"U+07FF", "\xDF\xBF", true},
      {"C2 alone", "\xC2", false},
      {"C2 and ASCII", "\xC2\x41", false},
      {"C2 C0", "\xC2\xC0", false},
      {"overlong E0 9F BF", "\xE0\x9F\xBF", false},
      {"U+0800", "\xE0\xA0\x80", true},
      {"U+D7FF", "\xED\x9F\xBF", true},
      {"surrogate D800", "\xED\xA0\x80", false},
      {"surrogate DFFF", "\xED\xBF\xBF", false},
      {"U+E000", "\xEE\x80\x80", true},
      {"U+FFFF", "\xEF\xBF\xBF", true},
      {"E2 82 cut", "\xE2\x82", false},
      {"overlong F0 8F BF BF", "\xF0\x8F\xBF\xBF", false},
      {"U+10000", "\xF0\x90\x80\x80", true},
      {"U+10FFFF", "\xF4\x8F\xBF\xBF", true},
      {"U+110000", "\xF4\x90\x80\x80", false},
      {"F5", "\xF5\x80\x80\x80", false},
      {"F8", "\xF8\x88\x80\x80\x80", false},
      {"FE", "\xFE", false},
      {"FF", "\xFF", false},
      {"F0 90 80 cut", "\xF0\x90\x80", false},
      {"good then bad", "caf\xC3\xA9\xE9", false},
  };
  for (const Edge& edge : edges) {
    DYNAMIC_SECTION(edge.name) {
      CHECK(is_utf8(edge.bytes) == edge.well_formed);
    }
  }
}

TEST_CASE("blanks at both ends are trimmed") {
  CHECK(trim("  a b\t\r\n") == "a b");
  CHECK(trim("a") == "a");
  CHECK(trim(" \t\r\n").empty());
  CHECK(trim("").empty());
}

TEST_CASE("splitting keeps empty parts") {
  CHECK(split("a/b/c", '/') == Parts{"a", "b", "c"});
  CHECK(split("/a//", '/') == Parts{"", "a", "", ""});
  CHECK(split("abc", '/') == Parts{"abc"});
  CHECK(split("", '/') == Parts{""});
}

TEST_CASE("joining is the way back") {
  CHECK(join({"a", "", "b"}, ", ") == "a, , b");
  CHECK(join({}, ", ").empty());
  CHECK(join({"a"}, ", ") == "a");
}

TEST_CASE("only ASCII letters change case") {
  CHECK(to_upper_ascii("az-é[{@`") == "AZ-é[{@`");
  CHECK(to_lower_ascii("AZ-É[{@`") == "az-É[{@`");
}

TEST_CASE("globs match whole texts") {
  struct Glob {
    std::string pattern;
    std::string text;
    bool matches;
  };
  const std::vector<Glob> globs = {
      {"", "", true},
      {"", "a", false},
      {"*", "", true},
      {"*", "anything/at all", true},
      {"**", "", true},
      {"?", "", false},
      {"?", "a", true},
      {"?", "ab", false},
      {"?", "é", true},
      {"??", "é", false},
      {"*??", "é", false},
      {"*?*é", "aé", true},
      {"?b", "éb", true},
      {"CLI*/SITE/*", "CLIEXEMP/SITE/NVR_A", true},
      {"CLI*/SITE/*", "CLIEXEMP/SITES/NVR_A", false},
      {"*_NVR-?", "X/Y/NVR_NVR-1", true},
      {"*_NVR-?", "X/Y/NVR_NVR-12", false},
      {"a*b*c", "aXbXbYc", true},
      {"a*b*c", "aXbXbY", false},
      {"*aab", "aaaab", true},
      {"*a", "ab", false},
      {"[a]", "a", false},
      {"[a]", "[a]", true},
      {"\\*", "*", false},
      {"abc", "ABC", false},
      {"a", "", false},
  };
  for (const Glob& glob : globs) {
    CAPTURE(glob.pattern, glob.text);
    CHECK(matches_glob(glob.pattern, glob.text) == glob.matches);
  }
}

TEST_CASE("a hostile glob ends soon") {
  std::string pattern;
  for (int i = 0; i < 50; ++i) pattern += "*a";
  CHECK_FALSE(matches_glob(pattern + "b", std::string(5000, 'a')));
}

}  // namespace
}  // namespace coffre
