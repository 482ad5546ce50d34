// schema_explainer.h through schema_check.h: of several allowed forms, the one that was meant is explained.
#include "config/schema_explainer.h"

#include <catch2/catch.hpp>

#include "config/schema_check.h"

namespace coffre {
namespace {

constexpr const char* kLogins = R"({
  "properties": {"login": {"oneOf": [
    {"type": "object", "additionalProperties": false, "required": ["scheme"], "properties": {"scheme": {"const": "digest"}}},
    {"type": "object", "additionalProperties": false, "required": ["scheme", "path"],
     "properties": {"scheme": {"const": "bearer"}, "path": {"type": "string"}}}]}}})";

std::vector<std::string> lines_of(std::string_view schema, std::string_view yaml) {
  std::vector<std::string> out;
  for (const Finding& finding : Schema::from_text(schema).check(Document::parse(yaml, "f")))
    out.push_back(finding.line());
  return out;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("the form whose marker fits is the one that was meant") {
  CHECK(lines_of(kLogins, "login: {scheme: digest}\n").empty());
  CHECK(lines_of(kLogins, "login: {scheme: bearer}\n") == Lines{"f:1:1: /login: the key \"path\" is missing"});
  CHECK(lines_of(kLogins, "login: {scheme: bearer, path: 3}\n") ==
        Lines{"f:1:31: /login/path: is a whole number, but has to be a text; put it in quotes"});
  CHECK(lines_of(kLogins, "login: {scheme: digest, path: x}\n") ==
        Lines{"f:1:25: /login/path: unknown key; allowed: scheme"});
}

TEST_CASE("forms that differ by type only are named together") {
  const char* const schema = R"({"items": {"anyOf": [{"type": "string"}, {"type": "integer"}]}})";
  CHECK(lines_of(schema, "[a, 1, [x]]") ==
        Lines{"f:1:8: /2: is a list (lines `- value`), but has to be a text or a whole number"});
}

TEST_CASE("references in circles end") {
  const char* const schema = R"({"type": "object", "properties": {"a": {"$ref": "#"}}, "additionalProperties": false})";
  CHECK(lines_of(schema, "a: {a: {a: {b: 1}}}\n") == Lines{"f:1:13: /a/a/a/b: unknown key; allowed: a"});
}

}  // namespace coffre
