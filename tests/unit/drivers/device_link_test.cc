#include "drivers/device_link.h"

#include <catch2/catch.hpp>

#include "bundle_of.h"
#include "small_definition.h"

using namespace coffre;

namespace {

// A link to a scripted device, and what happened.
struct Linked {
  test::ScriptedDevice device;
  Definition definition;
  test::CountingRandom random;
  std::vector<StepReport> steps;
  std::unique_ptr<DeviceLink> link;

  explicit Linked(std::string_view yaml) : definition(test::definition_of(yaml)) {
    link = std::make_unique<DeviceLink>(
        definition, test::access(), random, [this](const StepReport& step) { steps.push_back(step); },
        test::transport_to(device));
  }
  std::string fetch(std::size_t request) {
    AnswerBody body(1 << 20);
    return test::failure_of([&] {
      const RequestGroup& group = definition.requests.at(request);
      link->fetch(group.id, group.alternatives[0], body);
    });
  }
};

constexpr std::string_view kToken =
    "{scheme: bearer, token: /token, request: {post: /login, reads: true, json: {u: '{user}', p: '{password}'}, "
    "expect: {format: json}}, logout: {method: DELETE, path: '/login/{token}'}}";

const test::ScriptedAnswer kInfo{200, R"({"model":"M","users":[]})", "application/json", "digest", false};

std::string with_token() {
  return test::small_with("{scheme: digest}", kToken);
}

}  // namespace

TEST_CASE("a wrong password is sent once, then never again by this session") {
  Linked linked(test::kSmallDefinition);
  linked.device.on("GET /info", {401, "", "text/html", "digest", false});
  CHECK(linked.fetch(0).find("refused WRONG_PASSWORD") == 0);
  CHECK(linked.fetch(0) == "refused: not sent: the device refused this password before");
  CHECK(linked.fetch(2) == "refused: not sent: the device refused this password before");
  CHECK(linked.device.sent.size() == 1);
}

TEST_CASE("a locked account is not tried again either") {
  Linked linked(
      test::small_with("login:", "answers: [{status: [403], contains: [locked], means: locked_out}]\nlogin:"));
  linked.device.on("GET /info", {403, "locked", "text/plain", "digest", false});
  CHECK(linked.fetch(0).find("locked_out") == 0);
  CHECK(linked.fetch(0).find("refused: not sent") == 0);
  CHECK(linked.device.sent.size() == 1);
}

TEST_CASE("a device that offers Basic where digest is expected gets no password") {
  Linked linked(test::kSmallDefinition);
  linked.device.on("GET /info", {200, kInfo.body, "application/json", "basic", false});
  CHECK(linked.fetch(0).find("refused AUTH_DOWNGRADED") == 0);
}

TEST_CASE("a stale challenge does not count as a wrong password") {
  Linked linked(test::kSmallDefinition);
  linked.device.on("GET /info", {401, "", "text/html", "digest", true});
  linked.device.on("GET /info", kInfo);
  CHECK(linked.fetch(0).find("unreachable") == 0);
  CHECK(linked.fetch(0).empty());
}

TEST_CASE("a refused login of a token scheme is one request, and a wrong password") {
  Linked linked(with_token());
  linked.device.on("POST /login", {401, "{}", "application/json", "", false});
  CHECK(linked.fetch(0).find("refused WRONG_PASSWORD") == 0);
  CHECK(linked.fetch(0).find("refused: not sent") == 0);
  CHECK(linked.device.sent.size() == 1);
}

TEST_CASE("a token is fetched once, used, and given back") {
  Linked linked(with_token());
  linked.device.on("POST /login", {200, R"({"token":"t/1"})", "application/json", "", false});
  linked.device.on("GET /info", kInfo);
  CHECK(linked.fetch(0).empty());
  CHECK(linked.fetch(0).empty());
  linked.link->logout();
  linked.link->logout();
  REQUIRE(linked.device.sent.size() == 4);
  CHECK(linked.device.sent[0].body == R"({"u":"backup","p":"Passw0rd!"})");
  CHECK(linked.device.sent[1].scheme == AuthScheme::bearer);
  CHECK(linked.device.sent[1].secret == "t/1");
  CHECK(linked.device.sent[3].method == "DELETE");
  CHECK(linked.device.sent[3].target == "/login/t%2F1");
}

TEST_CASE(
    "a login that succeeds without a token is implausible, and an open service only where the definition says so") {
  for (const bool open : {false, true}) {
    std::string yaml = with_token();
    if (open) yaml.replace(yaml.find("token: /token"), 13, "open_when_null: true, token: /token");
    Linked linked(yaml);
    linked.device.on("POST /login", {200, R"({"token":null})", "application/json", "", false});
    linked.device.on("GET /info", {200, kInfo.body, "application/json", "", false});
    CHECK(linked.fetch(0) == (open ? "" : "implausible: the device accepted the login, but gave no token"));
  }
}

TEST_CASE("a token in the query never reaches a report") {
  Linked linked(test::small_with("{scheme: digest}",
                                 "{scheme: token-in-query, parameter: tok, token: /token, request: {post: /login, "
                                 "reads: true, form: {u: '{user}'}, "
                                 "expect: {format: json}}}"));
  linked.device.on("POST /login", {200, R"({"token":"se cret"})", "application/json", "", false});
  linked.device.on("GET /info?tok=se%20cret", {200, kInfo.body, "application/json", "", false});
  CHECK(linked.fetch(0).empty());
  REQUIRE(linked.steps.size() == 2);
  CHECK(linked.steps[0].step == "login: POST /login");
  CHECK(linked.steps[1].step == "info: GET /info");
  CHECK(linked.steps[1].verdict == "as expected");
  CHECK(linked.steps[1].status == 200);
  CHECK(linked.steps[1].bytes == kInfo.body.size());
}

TEST_CASE("a value from a device cannot turn a read into something else") {
  Linked linked(test::small_with("get: /export",
                                 "get: '/x?{info}={extra}'\n    values: {info: {const: action}, extra: "
                                 "{const: restoreAll}}"));
  linked.link->values().set("info", "action");
  linked.link->values().set("extra", "restoreAll");
  CHECK(linked.fetch(2) == "rule: \"action=restore\" changes or destroys a device; it was not sent");
  CHECK(linked.device.sent.empty());
}

TEST_CASE("answers with status 200 that are no answers are implausible, and reported") {
  struct Row {
    const char* name;
    const char* body;
    const char* reason;
  };
  const auto row = GENERATE(values<Row>({
      {"login page", "<!DOCTYPE html><html></html>",
       "an HTML page (a login or error page?) instead of what was asked for"},
      {"empty", "", "the answer is empty"},
      {"other JSON", "{\"error\":1}", "it lacks /model"},
      {"cut", "{\"model\":\"M\"", "it is not JSON"},
  }));
  DYNAMIC_SECTION(row.name) {
    Linked linked(test::kSmallDefinition);
    linked.device.on("GET /info", {200, row.body, "application/json", "digest", false});
    CHECK(linked.fetch(0) == "implausible: " + std::string(row.reason));
    REQUIRE(linked.steps.size() == 1);
    CHECK(linked.steps[0].verdict == row.reason);
  }
}

TEST_CASE("a wrong content type is implausible where the definition names one") {
  Linked linked(test::small_with("{format: json, ", "{format: json, content_type: [application/json], "));
  linked.device.on("GET /info", {200, kInfo.body, "Application/JSON; charset=utf-8", "digest", false});
  linked.device.on("GET /info", {200, kInfo.body, "text/html", "digest", false});
  CHECK(linked.fetch(0).empty());
  CHECK(linked.fetch(0) == "implausible: its type is \"text/html\"");
}
