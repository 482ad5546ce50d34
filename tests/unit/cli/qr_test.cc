#include "cli/qr.h"

#include <catch2/catch.hpp>
#include <regex>
#include <vector>

#include "base/error.h"
#include "base/text.h"

namespace coffre::cli {
namespace {

using Rows = std::vector<std::string>;  // '#' dark, '.' light, quiet zone included

Rows rows_of_blocks(const std::string& blocks) {
  Rows rows;
  for (const std::string_view line : split(blocks, '\n')) {
    if (line.empty()) continue;
    std::string upper;
    std::string lower;
    for (std::size_t i = 0; i < line.size();) {
      const std::size_t length = line[i] == ' ' ? 1 : 3;
      const std::string_view cell = line.substr(i, length);
      upper += cell == "\u2588" || cell == "\u2580" ? '.' : '#';
      lower += cell == "\u2588" || cell == "\u2584" ? '.' : '#';
      i += length;
    }
    rows.push_back(upper);
    rows.push_back(lower);
  }
  rows.resize(rows.front().size());  // an odd height has half a line more
  return rows;
}

Rows rows_of_svg(const std::string& svg) {
  std::smatch found;
  REQUIRE(std::regex_search(svg, found, std::regex("viewBox=\"0 0 ([0-9]+) \\1\"")));
  const auto width = static_cast<std::size_t>(std::stoul(found[1]));
  Rows rows(width, std::string(width, '.'));
  const std::regex run("M([0-9]+) ([0-9]+)h([0-9]+)v1h-\\3z");
  for (std::sregex_iterator it(svg.begin(), svg.end(), run), end; it != end; ++it) {
    rows.at(std::stoul((*it)[2])).replace(std::stoul((*it)[1]), std::stoul((*it)[3]), std::stoul((*it)[3]), '#');
  }
  return rows;
}

constexpr std::size_t kQuiet = 4;

TEST_CASE("both forms draw the same modules, with finders in three corners and a quiet zone") {
  const std::string text = "coffre-recipient x25519 full 00ff";
  const Rows rows = rows_of_svg(qr_svg(text, "key"));
  CHECK(rows == rows_of_blocks(qr_blocks(text)));

  const std::size_t width = rows.size() - 2 * kQuiet;
  REQUIRE((width - 17) % 4 == 0);
  for (std::size_t i = 0; i < kQuiet; ++i) CHECK(rows[i].find('#') == std::string::npos);
  const auto finder_at = [&](std::size_t row, std::size_t column) {
    return rows[kQuiet + row].substr(kQuiet + column, 7) == "#######" &&
           rows[kQuiet + row + 3].substr(kQuiet + column, 7) == "#.###.#";
  };
  CHECK(finder_at(0, 0));
  CHECK(finder_at(0, width - 7));
  CHECK(finder_at(width - 7, 0));
  CHECK_FALSE(finder_at(width - 7, width - 7));
  // Not mirrored: the module that is always dark (ISO/IEC 18004 section 7.9.1) is in column 8.
  CHECK(rows[kQuiet + width - 8][kQuiet + 8] == '#');
}

TEST_CASE("a code is never mirrored: the always-dark module stands where it should for many texts") {
  bool seen_light_mirror = false;
  for (int i = 0; i < 20; ++i) {
    const Rows rows = rows_of_svg(qr_svg("text " + std::to_string(i), ""));
    const std::size_t far = rows.size() - kQuiet - 8;
    CHECK(rows[far][kQuiet + 8] == '#');
    seen_light_mirror = seen_light_mirror || rows[kQuiet + 8][far] == '.';
  }
  CHECK(seen_light_mirror);
}

TEST_CASE("the title is text, not markup") {
  CHECK(qr_svg("x", "a<b>&c").find("<title>a&lt;b&gt;&amp;c</title>") != std::string::npos);
}

TEST_CASE("the longest text is drawn, a longer one and none are refused") {
  CHECK(rows_of_svg(qr_svg(std::string(kLongestQrText, 'x'), "")).size() == 177 + 2 * kQuiet);
  CHECK_THROWS_AS(qr_svg(std::string(kLongestQrText + 1, 'x'), ""), Error);
  CHECK_THROWS_AS(qr_blocks(""), Error);
}

}  // namespace
}  // namespace coffre::cli
