#include "drivers/definition_loader.h"

#include <catch2/catch.hpp>

#include "scripted_device.h"
#include "small_definition.h"
#include "support/source_tree.h"
#include "support/temp_dir.h"

using namespace coffre;

namespace {

std::string findings_of(const std::string& yaml) {
  std::vector<Finding> findings;
  const auto definition = parse_definition(yaml, "d.yaml", findings);
  CHECK(definition.has_value() == findings.empty());
  return test::lines_of(findings);
}

}  // namespace

TEST_CASE("the four shipped definitions load without a finding, and have at most 120 lines") {
  for (const char* name : {"hikvision-isapi", "nx-witness", "axis-dca", "zoneminder"}) {
    CAPTURE(name);
    std::vector<Finding> findings;
    const auto definition = read_definition(test::shipped_definition(name), findings);
    INFO(test::lines_of(findings));
    REQUIRE(definition.has_value());
    CHECK(definition->name == name);
    CHECK_FALSE(definition->tested.empty());
    CHECK_FALSE(definition->notes.empty());
    CHECK_FALSE(definition->confidence.empty());
    const std::string text = test::read_file(test::shipped_definition(name));
    CHECK(std::count(text.begin(), text.end(), '\n') <= 120);
  }
}

TEST_CASE("a definition becomes the values that it says") {
  const Definition small = test::definition_of(test::kSmallDefinition);
  CHECK(small.name == "small");
  CHECK(small.vendor == "Invented");
  CHECK(small.login.scheme == LoginScheme::digest);
  REQUIRE(small.requests.size() == 3);
  const RequestSpec& info = small.requests[0].alternatives.at(0);
  CHECK(info.method == "GET");
  CHECK(info.path == "/info");
  CHECK(info.media_type == "application/json");
  CHECK(info.facts.at("model").path == "/model");
  CHECK(info.counts.at("users").path == "/users");
  CHECK(small.requests[1].optional);
  CHECK(small.requests[1].alternatives.at(0).unavailable == std::vector<int>{403, 404});
  CHECK(small.requests[2].alternatives.at(0).role == PartRole::restore);
  CHECK(small.requests[2].alternatives.at(0).expect.min_bytes == 4);
}

TEST_CASE("the worked example of schemas/driver-definitions.md is a valid definition") {
  const std::string page =
      test::read_file(std::filesystem::path(test::source_dir()) / "schemas" / "driver-definitions.md");
  const auto from = page.find("```yaml\n") + 8;
  REQUIRE(from > 8);
  CHECK(findings_of(page.substr(from, page.find("```", from) - from)).empty());
}

TEST_CASE("volatile and secret paths are kept for the later comparison") {
  const Definition small = test::definition_of(test::small_with(
      "    facts: {model", "    volatile: [/uptime]\n    secrets: [/users/*/password]\n    facts: {model"));
  CHECK(small.requests[0].alternatives[0].volatile_paths == std::vector<std::string>{"/uptime"});
  CHECK(small.requests[0].alternatives[0].secret_paths == std::vector<std::string>{"/users/*/password"});
}

TEST_CASE("the place of restore steps is in the language, and not used yet") {
  CHECK(findings_of(std::string(test::kSmallDefinition) +
                    "restore:\n  steps: [{put: /import, part: restore/export.bin}]\n"
                    "  await_ready: {get: /info, at_least_s: 30, at_most_s: 600}\n")
            .empty());
}

TEST_CASE("wrong logins are refused with their place") {
  struct Row {
    const char* name;
    const char* login;
    const char* finding;
  };
  const auto row = GENERATE(values<Row>({
      {"unknown scheme", "{scheme: ntlm}", "d.yaml:6:17: /login/scheme: "},
      {"bearer without a request", "{scheme: bearer}",
       "d.yaml:6:8: /login: `request` and `token` belong to the schemes bearer and token-in-query, to both"},
      {"digest with a token", "{scheme: digest, token: /t, request: {post: /l, reads: true}}",
       "d.yaml:6:8: /login: `request` and `token` belong"},
      {"token-in-query without its parameter",
       "{scheme: token-in-query, token: /t, request: {post: /l, reads: true, expect: {format: json}}}",
       "d.yaml:6:8: /login: `parameter` belongs to the scheme token-in-query"},
      {"token not a pointer", "{scheme: bearer, token: t, request: {post: /l, reads: true, expect: {format: json}}}",
       "d.yaml:6:32: /login/token: not a JSON pointer (RFC 6901)"},
      {"answer not JSON", "{scheme: bearer, token: /t, request: {post: /l, reads: true}}",
       "/login/request: the answer of a login is `format: json`"},
      {"login by GET", "{scheme: bearer, token: /t, request: {get: /l, expect: {format: json}}}", "/login/request"},
      {"password in a path",
       "{scheme: bearer, token: /t, request: {post: '/l?p={secret}', reads: true, expect: {format: json}}}",
       "\"secret\" is neither a setting nor a value that some request gives"},
      {"destructive logout",
       "{scheme: bearer, token: /t, request: {post: /l, reads: true, expect: {format: json}}, logout: {method: POST, "
       "path: /reboot}}",
       "\"reboot\" changes or destroys a device; a definition may only read"},
  }));
  DYNAMIC_SECTION(row.name) {
    CHECK_THAT(findings_of(test::small_with("{scheme: digest}", row.login)), Catch::Contains(row.finding));
  }
}

TEST_CASE("wrong files are refused with line and column") {
  struct Row {
    const char* name;
    const char* from;
    const char* to;
    const char* finding;
  };
  const auto row = GENERATE(values<Row>({
      {"unknown key", "vendor: Invented", "vendor: Invented\nvendr: x", "d.yaml:5:1: /vendr: "},
      {"missing key", "vendor: Invented\n", "", "d.yaml:1:1: "},
      {"language of the future", "language: 1", "language: 2", "d.yaml:1:11: /language: "},
      {"version a number", "version: \"1\"", "version: 1", "d.yaml:3:10: /version: "},
      {"id twice", "id: extra", "id: info", "d.yaml:13:9: /requests/1/id: another request has this id"},
      {"default not allowed", "login: {", "settings: {mode: {default: c, values: [a, b]}}\nlogin: {",
       "the default is not one of `values`"},
      {"meaning unknown", "login: {", "answers: [{contains: [x], means: perhaps}]\nlogin: {", "/answers/0/means: "},
      {"not YAML", "language: 1", "language: [1", "d.yaml:"},
      {"key twice", "name: small", "name: small\nname: other", "d.yaml:3:1: "},
  }));
  DYNAMIC_SECTION(row.name) {
    CHECK_THAT(findings_of(test::small_with(row.from, row.to)),
               Catch::StartsWith(row.finding) || Catch::Contains(row.finding));
  }
}

TEST_CASE("a file that cannot be read is a finding") {
  std::vector<Finding> findings;
  CHECK_FALSE(read_definition("/nowhere/x.yaml", findings).has_value());
  CHECK(findings.size() == 1);
}
