#include "drivers/request_builder.h"

#include <catch2/catch.hpp>

#include "scripted_device.h"
#include "small_definition.h"

using namespace coffre;

TEST_CASE("every wrong line of a request is named with line and column") {
  struct Row {
    const char* name;
    const char* from;
    const char* to;
    const char* finding;
  };
  const auto row = GENERATE(values<Row>({
      {"destructive GET", "get: /export", "get: /ISAPI/System/factoryReset",
       "d.yaml:20:10: /requests/2/get: \"factoryreset\" changes or destroys a device; a definition may only read"},
      {"destructive, encoded", "get: /export", "get: /x?action%3Drestore",
       "\"action=restore\" changes or destroys a device"},
      {"POST without a promise", "get: /export", "post: /export",
       "d.yaml:20:5: /requests/2/post: a POST is refused unless a person states `reads: true`: it only reads"},
      {"destructive body", "get: /export", "post: /export\n    reads: true\n    json: {method: factoryDefault}",
       "d.yaml:22:20: /requests/2/json/method: \"factorydefault\" changes or destroys a device"},
      {"PUT", "get: /export", "put: /export", "d.yaml:20:5: /requests/2/put: "},
      {"neither GET nor POST", "get: /export\n    part", "part", "exactly one of `get` and `post` is needed"},
      {"both", "get: /export", "get: /export\n    post: /export\n    reads: true",
       "exactly one of `get` and `post` is needed"},
      {"body with GET", "get: /export", "get: /export\n    body: x", "at most one of `form`, `json`, `body`"},
      {"relative path", "get: /export", "get: export", "d.yaml:20:10: /requests/2/get: "},
      {"bad pointer", "present: [/model]", "present: [model]",
       "d.yaml:11:38: /requests/0/expect/present/0: \"model\": not a JSON pointer (RFC 6901)"},
      {"bad XPath", "format: json, present: [/model]", "format: xml, present: ['/a[']", "d.yaml:11:37: "},
      {"path of binary", "expect: {format: json, present: [/model]}", "expect: {}",
       "a path needs `format:` text, xml or json"},
      {"root of JSON", "present: [/model]", "root: Info", "`root` belongs to `format: xml`"},
      {"at and const", "model: {at: /model}", "model: {at: /model, const: X}",
       "exactly one of `at` and `const` is needed"},
      {"unknown fact", "facts: {model", "facts: {colour: {at: /c}, model", "/requests/0/facts/colour: "},
      {"facts that are not stored", "part: inspect/info.json\n    ", "", "name the `part` to store"},
      {"part outside", "restore/export.bin", "backup/export.bin", "d.yaml:21:11: /requests/2/part: "},
      {"part with ..", "restore/export.bin", "restore/../x", "not a part name (schemas/manifest.md)"},
      {"part twice", "restore/export.bin", "inspect/info.json", "another request has this part"},
      {"unknown placeholder", "get: /export", "get: '/export?k={key}'",
       "\"key\" is neither a setting nor a value that some request gives"},
      {"unclosed placeholder", "get: /export", "get: '/export?k={key'", "is neither a setting nor a value"},
      {"unknown setting in when", "get: /export", "get: /export\n    when: [{setting: mode, is: [x]}]",
       "\"mode\" is neither a setting nor a value that some request gives"},
      {"pages without {page}", "get: /info", "get: /info\n    pages: {more: /next}",
       "the path of a paged request holds {page}"},
      {"paged part without {page}", "get: /info", "get: '/info/{page}'\n    pages: {more: /next}",
       "the name of a paged part, and only of one, holds {page}"},
      {"beside first_of", "  - id: export\n", "  - id: export\n    first_of: [{get: /a}, {get: /b}]\n",
       "beside `first_of` only `id` and `optional` may stand"},
      {"status out of range", "unavailable: [403, 404]", "unavailable: [40]", "d.yaml:16:19: "},
      {"password too short", "get: /export", "get: /export\n    compute: [{name: p, random_password: 4}]",
       "d.yaml:21:42: "},
      {"unknown container", "min_bytes: 4", "container: tar", "/requests/2/expect/container: "},
  }));
  DYNAMIC_SECTION(row.name) {
    std::vector<Finding> findings;
    CHECK_FALSE(parse_definition(test::small_with(row.from, row.to), "d.yaml", findings).has_value());
    CHECK_THAT(test::lines_of(findings), Catch::Contains(row.finding));
    for (const Finding& finding : findings) CHECK(finding.at.line > 0);
  }
}

TEST_CASE("a POST that a person marked as reading keeps its body") {
  const Definition definition = test::definition_of(
      test::small_with("get: /export", "post: /export\n    reads: true\n    json: {method: getAll, n: 3, b: true}"));
  const RequestSpec& request = definition.requests[2].alternatives[0];
  CHECK(request.method == "POST");
  CHECK(request.body.content_type == "application/json");
  REQUIRE(request.body.json.size() == 3);
  CHECK(request.body.json[0].is_text);
  CHECK(request.body.json[1].value == "3");
  CHECK(request.body.json[2].value == "true");
}
