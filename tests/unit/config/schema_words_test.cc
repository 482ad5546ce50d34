#include "config/schema_words.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <regex>

#include "config/embedded_file.h"

namespace coffre {

TEST_CASE("every phrase of our schemas is known to translators") {
  const std::vector<std::string_view> known = schema_phrases();
  std::size_t found = 0;
  for (const char* const name : {"config.schema.json", "driver.schema.json", "inventory.schema.json"}) {
    const std::string schema(embedded_file(name));
    // The phrase of "x-form", with \" for quotation marks inside.
    const std::regex phrase(R"re("x-form": "((\\.|[^"\\])*)")re");
    for (std::sregex_iterator at(schema.begin(), schema.end(), phrase), end; at != end; ++at) {
      const std::string text = std::regex_replace((*at)[1].str(), std::regex(R"(\\")"), "\"");
      INFO(text);
      CHECK(std::find(known.begin(), known.end(), text) != known.end());
      ++found;
    }
  }
  CHECK(found >= 21);
}

TEST_CASE("values are shown short, in quotes when they are texts") {
  const Document document =
      Document::parse("[abc, 12, 1.5, true, [x], " + std::string(50, 'a') + ", " + std::string(39, 'b') + "é]", "f");
  std::vector<std::string> shown_values;
  for (const YamlValue& item : document.root().items()) shown_values.push_back(shown(item));
  CHECK(shown_values == std::vector<std::string>{"\"abc\"", "12", "1.5", "true", "a list (lines `- value`)",
                                                 "\"" + std::string(40, 'a') + "...\"",
                                                 "\"" + std::string(39, 'b') + "...\""});
}

TEST_CASE("whole numbers satisfy both number types, others only one") {
  CHECK(satisfies(YamlType::integer, "integer"));
  CHECK(satisfies(YamlType::integer, "number"));
  CHECK(satisfies(YamlType::real, "number"));
  CHECK_FALSE(satisfies(YamlType::real, "integer"));
  CHECK_FALSE(satisfies(YamlType::text, "number"));
  CHECK_FALSE(satisfies(YamlType::null, "string"));
}

}  // namespace coffre
