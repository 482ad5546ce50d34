#include "model/fact_word.h"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "base/translate.h"
#include "support/source_tree.h"

namespace coffre {
namespace {

class InFrench {
 public:
  InFrench() { set_language(Language::french, coffre::test::binary_dir() + "/share/locale"); }
  ~InFrench() { set_language(Language::english, "/nonexistent"); }
};

TEST_CASE("facts and counts are called as people call them") {
  CHECK(fact_word("channels") == "channels");
  const InFrench french;
  CHECK(fact_word("serial") == "n° de série");
  CHECK(fact_word("channels") == "voies");
}

TEST_CASE("a count that nobody knows keeps its name, without control characters") {
  CHECK(fact_word("doors") == "doors");
  CHECK(fact_word("a\nb") == "a\\x0ab");
}

TEST_CASE("every count of the shipped definitions has a French word") {
  const InFrench french;
  const std::regex counts(R"(counts: \{(\w+):)");
  std::size_t found = 0;
  for (const auto& file :
       std::filesystem::directory_iterator(coffre::test::source_dir() + "/lib/drivers/definitions")) {
    std::ostringstream text;
    text << std::ifstream(file.path()).rdbuf();
    const std::string definition = text.str();
    for (std::sregex_iterator at(definition.begin(), definition.end(), counts), end; at != end; ++at) {
      const std::string name = (*at)[1];
      INFO(file.path().filename().string() << ": " << name);
      if (name != "zones") CHECK(fact_word(name) != name);  // the same word in French
      ++found;
    }
  }
  CHECK(found >= 10);
}

}  // namespace
}  // namespace coffre
