#include "cli/json.h"

#include <catch2/catch.hpp>
#include <limits>

#include "base/error.h"

namespace coffre::cli {
namespace {

struct Row {
  const char* name;
  Json value;
  const char* line;
};

TEST_CASE("each kind of value has one text") {
  const auto row =
      GENERATE(values<Row>({{"null", Json(), "null"},
                            {"nothing", Json(std::optional<int>()), "null"},
                            {"something", Json(std::optional<int>(7)), "7"},
                            {"true", Json(true), "true"},
                            {"text from a literal", Json("a"), "\"a\""},
                            {"text from a view", Json(std::string_view("a")), "\"a\""},
                            {"number", Json(-5), "-5"},
                            {"size", Json(std::size_t{5}), "5"},
                            {"largest", Json(std::numeric_limits<std::int64_t>::max()), "9223372036854775807"},
                            {"smallest", Json(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808"},
                            {"empty array", Json::array(), "[]"},
                            {"empty object", Json::object(), "{}"},
                            {"texts", Json::array_of({"a", "b"}), "[\"a\",\"b\"]"},
                            {"quotes and controls", Json("\"\\\n\x01"), "\"\\\"\\\\\\n\\u0001\""},
                            {"accents stay", Json("équipement"), "\"équipement\""},
                            {"not UTF-8",
                             Json("a\xFF"
                                  "b"),
                             "\"a\xEF\xBF\xBD"
                             "b\""}}));
  DYNAMIC_SECTION(row.name) {
    CHECK(row.value.line() == row.line);
  }
}

TEST_CASE("keys keep the order in which they were set; setting again replaces in place") {
  Json object = Json::object().set("z", 1).set("a", Json::array().add(nullptr).add(false));
  object.set("z", 2);
  CHECK(object.line() == R"({"z":2,"a":[null,false]})");
  CHECK(object.text() == "{\n  \"z\": 2,\n  \"a\": [\n    null,\n    false\n  ]\n}\n");
}

TEST_CASE("what does not fit is our own mistake, not wrong output") {
  CHECK_THROWS_AS(Json(std::numeric_limits<std::uint64_t>::max()), Error);
  CHECK_THROWS_AS(Json(1).set("a", 1), Error);
  CHECK_THROWS_AS(Json::object().add(1), Error);
}

}  // namespace
}  // namespace coffre::cli
