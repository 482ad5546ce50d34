#include "config/schema_check.h"

#include <catch2/catch.hpp>

namespace coffre {
namespace {

std::vector<std::string> lines_of(std::string_view schema, std::string_view yaml) {
  std::vector<std::string> out;
  for (const Finding& finding : Schema::from_text(schema).check(Document::parse(yaml, "f")))
    out.push_back(finding.line());
  return out;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("a document that fits has no findings") {
  CHECK(
      lines_of(R"({"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}})", "a: 1\n").empty());
  CHECK(lines_of("true", "a: 1\n").empty());
  CHECK(lines_of(R"({"type": "number"})", "1").empty());
}

TEST_CASE("each violation is said in words, with its place") {
  struct Row {
    std::string name;
    std::string schema;
    std::string yaml;
    Lines lines;
  };
  const auto row = GENERATE(values<Row>({
      {"a number for a text",
       R"({"properties": {"a": {"type": "string"}}})",
       "a: 12\n",
       {"f:1:4: /a: is a whole number, but has to be a text; put it in quotes"}},
      {"a text for a number",
       R"({"properties": {"a": {"type": "integer"}}})",
       "a: \"12\"\n",
       {"f:1:4: /a: is a text, but has to be a whole number; write it without quotes and without leading zeros"}},
      {"one of two types",
       R"({"properties": {"a": {"type": ["string", "array"]}}})",
       "a: {b: 1}\n",
       {"f:1:4: /a: is a map (lines `key: value`), but has to be a text or a list (lines `- value`)"}},
      {"a list for the whole",
       R"({"type": "object"})",
       "- a\n",
       {"f:1:1: is a list (lines `- value`), but has to be a map (lines `key: value`)"}},
      {"an unknown key",
       R"({"additionalProperties": false, "properties": {"driver": {}, "pin": {}}})",
       "drivr: x\n",
       {"f:1:1: /drivr: unknown key, is \"driver\" meant? Allowed: driver, pin"}},
      {"an unknown key like no other",
       R"({"additionalProperties": false, "properties": {"driver": {}}})",
       "zzz: x\n",
       {"f:1:1: /zzz: unknown key; allowed: driver"}},
      {"nothing allowed",
       R"({"additionalProperties": false})",
       "a: x\n",
       {"f:1:1: /a: unknown key; nothing may stand here"}},
      {"a missing key",
       R"({"properties": {"m": {"required": ["a", "b"]}}})",
       "m:\n  b: 1\n",
       {"f:1:1: /m: the key \"a\" is missing"}},
      {"missing in an empty document",
       R"({"type": "object", "required": ["a"]})",
       "# nothing\n",
       {"f:1:1: the key \"a\" is missing"}},
      {"not in a list of values",
       R"({"properties": {"a": {"enum": ["standard", "reinforced"]}}})",
       "a: standrad\n",
       {"f:1:4: /a: \"standrad\" is not allowed, is \"standard\" meant? Allowed: standard, reinforced"}},
      {"another constant",
       R"({"properties": {"a": {"const": 3}}})",
       "a: 4\n",
       {"f:1:4: /a: 4 is not allowed; allowed: 3"}},
      {"a pattern without words",
       R"({"properties": {"a": {"pattern": "^x+$"}}})",
       "a: y\n",
       {"f:1:4: /a: has to be of the form ^x+$"}},
      {"a pattern with words",
       R"({"properties": {"a": {"pattern": "^x+$", "x-form": "not empty"}}})",
       "a: y\n",
       {"f:1:4: /a: has to be not empty"}},
      {"too small, too large",
       R"({"items": {"minimum": 1, "maximum": 5}})",
       "[0, 3, 6]",
       {"f:1:2: /0: has to lie between 1 and 5", "f:1:8: /2: has to lie between 1 and 5"}},
      {"one-sided bounds",
       R"({"properties": {"a": {"minimum": 2}, "b": {"maximum": 2.5}, "c": {"exclusiveMinimum": 0}}})",
       "a: 1\nb: 3\nc: 0\n",
       {"f:1:4: /a: has to be at least 2", "f:2:4: /b: has to be at most 2.5", "f:3:4: /c: has to be more than 0"}},
      {"empty text", R"({"properties": {"a": {"minLength": 1}}})", "a: \"\"\n", {"f:1:4: /a: must not be empty"}},
      {"lengths count characters",
       R"({"items": {"minLength": 2, "maxLength": 3}})",
       "[é, éé, ééé, éééé]",
       {"f:1:2: /0: is shorter than 2 characters", "f:1:14: /3: is longer than 3 characters"}},
      {"too few, too many",
       R"({"properties": {"a": {"minItems": 2}, "b": {"maxItems": 1}}})",
       "a: [1]\nb: [1, 2]\n",
       {"f:1:1: /a: needs at least 2 entries", "f:2:1: /b: may have at most 1 entries"}},
      {"twice in a list", R"({"uniqueItems": true})", "[a, b, a]", {"f:1:8: /2: \"a\" is in the list twice"}},
      {"patterns of keys",
       R"({"patternProperties": {"^x-": {"type": "integer"}}, "additionalProperties": false})",
       "x-a: 1\nx-b: t\ny: 1\n",
       {"f:2:6: /x-b: is a text, but has to be a whole number", "f:3:1: /y: unknown key; nothing may stand here"}},
      {"names of keys",
       R"({"propertyNames": {"pattern": "^[a-z]+$"}})",
       "A: 1\n",
       {"f:1:1: /A: the key has to be of the form ^[a-z]+$"}},
      {"other keys' values",
       R"({"additionalProperties": {"type": "string"}})",
       "a: x\nb: [1]\n",
       {"f:2:4: /b: is a list (lines `- value`), but has to be a text"}},
      {"never allowed",
       R"({"properties": {"a": false, "b": {"not": {}}}})",
       "a: 1\nb: 2\n",
       {"f:1:1: /a: is not allowed here", "f:2:1: /b: is not allowed here"}},
      {"behind a reference",
       R"({"properties": {"a": {"$ref": "#/definitions/d"}}, "definitions": {"d": {"type": "array"}}})",
       "a: 1\n",
       {"f:1:4: /a: is a whole number, but has to be a list (lines `- value`)"}},
      {"all of",
       R"({"allOf": [{"required": ["a"]}, {"required": ["b"]}]})",
       "c: 1\n",
       {"f:1:1: the key \"a\" is missing", "f:1:1: the key \"b\" is missing"}},
      {"if and then",
       R"({"if": {"properties": {"a": {"const": 1}}}, "then": {"required": ["b"]}, "else": {"required": ["c"]}})",
       "a: 1\n",
       {"f:1:1: the key \"b\" is missing"}},
      {"if and else",
       R"({"if": {"properties": {"a": {"const": 1}}}, "then": {"required": ["b"]}, "else": {"required": ["c"]}})",
       "a: 2\n",
       {"f:1:1: the key \"c\" is missing"}},
      {"a keyword without words",
       R"({"properties": {"a": {"contains": {"const": 1}}}})",
       "a: [2]\n",
       {"f:1:1: does not fit its schema (Failed to any values against subschema in 'contains' constraint.)"}},
      {"all at once",
       R"({"additionalProperties": false, "required": ["c"], "properties": {"a": {"type": "string"}, "c": {}}})",
       "b: 1\na: 2\n",
       {"f:1:1: the key \"c\" is missing", "f:1:1: /b: unknown key; allowed: a, c",
        "f:2:4: /a: is a whole number, but has to be a text; put it in quotes"}},
  }));
  DYNAMIC_SECTION(row.name) {
    CHECK(lines_of(row.schema, row.yaml) == row.lines);
  }
}

TEST_CASE("texts that would exhaust the stack of a pattern are refused first") {
  const std::string schema = R"({"additionalProperties": {"pattern": "^([a-z]|x)*$"}})";
  CHECK(lines_of(schema, "a: " + std::string(4096, 'x') + "\n").empty());
  CHECK(lines_of(schema, "a: " + std::string(4097, 'x') + "\n") == Lines{"f:1:4: /a: is longer than 4096 bytes"});
  CHECK(lines_of(schema, "? " + std::string(60'000, 'x') + "\n: a\n").at(0).ends_with(": is longer than 4096 bytes"));
  CHECK(lines_of(schema, "a: |\n  " + std::string(60'000, 'x') + "\n") ==
        Lines{"f:1:4: /a: is longer than 4096 bytes"});
}

TEST_CASE("what is no schema is our mistake") {
  for (const char* const bad :
       {"", "[", "3", R"({"type": 5})", R"({"$ref": "other.json"})", R"({"$ref": "#/definitions/none"})",
        R"({"properties": {"a": {"pattern": 3}}})", R"({"items": {"$ref": "http://x/y"}})"}) {
    INFO(bad);
    try {
      Schema::from_text(bad);
      FAIL("accepted");
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::internal);
    }
  }
  CHECK_THROWS_AS(Schema::embedded("nothing"), Error);
}

}  // namespace coffre
