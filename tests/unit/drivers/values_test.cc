#include "drivers/values.h"

#include <catch2/catch.hpp>

#include "bundle_of.h"

using namespace coffre;

namespace {

Definition definition_with_settings() {
  Definition definition;
  definition.name = "test";
  definition.settings["base"] = {"/zm", {}, true};
  definition.settings["export"] = {"auto", {"auto", "plain"}, false};
  return definition;
}

const Definition kDefinition = definition_with_settings();

}  // namespace

TEST_CASE("values are percent-encoded into paths, and a path setting keeps its slashes") {
  Values values(kDefinition, {{"base", "/a b/zm"}});
  values.set("token", "x/y&z=\xc3\xa9");
  CHECK(values.path("{base}/api?t={token}&v=1") == "/a%20b/zm/api?t=x%2Fy%26z%3D%C3%A9&v=1");
  CHECK(test::failure_of([&] { (void)values.path("/{salt}"); }) == "unsupported: the device has not said its \"salt\"");
}

TEST_CASE("a path is shown to people with the inventory's settings, and with nothing that a device or a person told") {
  Values values(kDefinition, {{"base", "/a b/zm"}});
  values.set("token", "very secret");
  CHECK(values.shown_path("{base}/api?t={token}&v=1") == "/a b/zm/api?t={token}&v=1");
  CHECK(values.shown_path("/{salt}") == "/{salt}");
}

TEST_CASE("an empty base path stays empty") {
  CHECK(Values(kDefinition, {{"base", ""}}).path("{base}/api") == "/api");
}

TEST_CASE("bodies are encoded by their kind, so that no password can break out of its field") {
  Values values(kDefinition, {});
  values.set("password", "a\"b\\c&d=e\n");
  RequestBody form;
  form.form = {{"user", "me"}, {"pass", "{password}"}};
  CHECK(as_text(values.body(form)) == "user=me&pass=a%22b%5Cc%26d%3De%0A");
  RequestBody json;
  json.json = {{"password", "{password}", true}, {"setCookie", "false", false}};
  CHECK(as_text(values.body(json)) == "{\"password\":\"a\\\"b\\\\c&d=e\\u000a\",\"setCookie\":false}");
  RequestBody text;
  text.text = "<a>{not a placeholder}</a>";
  CHECK(as_text(values.body(text)) == "<a>{not a placeholder}</a>");
}

TEST_CASE("settings of the inventory are checked against the definition") {
  const auto failure = [](std::map<std::string, std::string> settings) {
    return test::failure_of([&] { const Values values(kDefinition, settings); });
  };
  CHECK(failure({{"export", "plain"}}).empty());
  CHECK(failure({{"export", "both"}}) == "usage: \"export\" has to be one of: auto, plain");
  CHECK(failure({{"exprot", "plain"}}) == "usage: the driver test has no setting \"exprot\"");
  CHECK(failure({{"base", "zm"}}) == "usage: \"base\" has to start with /");
}

TEST_CASE("conditions: all of them, one of `any`, present or not") {
  Values values(kDefinition, {});
  values.set("salt", "00");
  const auto condition = [](std::string setting, std::string value) {
    Condition c;
    c.setting = std::move(setting);
    c.value = std::move(value);
    return c;
  };
  Condition is_auto = condition("export", "");
  is_auto.is = {"auto"};
  Condition not_auto = condition("export", "");
  not_auto.is_not = {"auto"};
  Condition salted = condition("", "salt");
  salted.present = true;
  Condition no_iv = condition("", "iv");
  no_iv.present = false;
  Condition either;
  either.any = {not_auto, salted};
  CHECK(values.holds(std::vector<Condition>()));
  CHECK(values.holds(std::vector<Condition>{is_auto, salted, no_iv, either}));
  CHECK_FALSE(values.holds(std::vector<Condition>{is_auto, not_auto}));
  either.any = {not_auto, not_auto};
  CHECK_FALSE(values.holds(std::vector<Condition>{either}));
}

TEST_CASE("computed values: a random password, random hex, and the Hikvision encoding of them") {
  Values values(kDefinition, {});
  values.set("salt", std::string(64, '0'));
  values.set("iterations", "100");
  values.set("irreversible", "true");
  test::CountingRandom random;
  std::vector<Computation> computations(3);
  computations[0] = {Computation::Kind::random_password, "export_password", 24, {}};
  computations[1] = {Computation::Kind::random_hex, "iv", 16, {}};
  computations[2] = {Computation::Kind::hikvision_sensitive,
                     "secretkey",
                     0,
                     {{"secret", "export_password"},
                      {"iv", "iv"},
                      {"salt", "salt"},
                      {"iterations", "iterations"},
                      {"irreversible", "irreversible"}}};
  const SecretString login = SecretString::copy_of("Passw0rd!");
  compute(computations, "admin", login, random, values);
  const std::string first(values.get("export_password").reveal_text());
  CHECK(first.size() == 24);
  CHECK(values.get("iv").reveal_text() == "000102030405060708090a0b0c0d0e0f");
  CHECK(values.get("secretkey").size() == 96);
  compute(computations, "admin", login, random, values);
  CHECK(values.get("export_password").reveal_text() != first);
}
