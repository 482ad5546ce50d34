#include "cli/suggestion.h"

#include <catch2/catch.hpp>

namespace coffre::cli {
namespace {

struct Row {
  const char* name;
  const char* typed;
  const char* expected;  // "" = no suggestion
};

TEST_CASE("the nearest known word is suggested, and none when all are far") {
  const std::vector<std::string> known = {"list", "show", "verify", "extract", "--device", "rebuild-catalog"};
  const auto row = GENERATE(values<Row>({{"a letter missing", "lst", "list"},
                                         {"two letters swapped", "shwo", "show"},
                                         {"a wrong letter", "verifi", "verify"},
                                         {"a letter too many", "--devicee", "--device"},
                                         {"several mistakes in a long word", "rebuildcatalgo", "rebuild-catalog"},
                                         {"exact", "extract", "extract"},
                                         {"nothing alike", "frobnicate", ""},
                                         {"two changes in four letters", "sits", ""},
                                         {"empty", "", ""}}));
  DYNAMIC_SECTION(row.name) {
    CHECK(nearest(row.typed, known).value_or("") == row.expected);
  }
}

TEST_CASE("of equally near words the first is suggested") {
  CHECK(nearest("lis", {"list", "lisp"}) == "list");
}

}  // namespace
}  // namespace coffre::cli
