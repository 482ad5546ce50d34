#include "drivers/declarative_driver.h"

#include <catch2/catch.hpp>

#include "bundle_of.h"
#include "drivers/driver_registry.h"
#include "recorded_dialogue.h"
#include "support/source_tree.h"

using namespace coffre;

namespace {

std::vector<std::string> names_of(const std::map<std::string, std::string>& parts) {
  std::vector<std::string> names;
  for (const auto& [name, data] : parts) names.push_back(name);
  return names;
}

std::unique_ptr<Driver> shipped(const std::string& name, test::ScriptedDevice& device) {
  std::vector<Finding> findings;
  auto driver = load_driver(test::shipped_definition(name), findings, test::transport_to(device));
  INFO(test::lines_of(findings));
  REQUIRE(driver != nullptr);
  return driver;
}

}  // namespace

TEST_CASE("every recorded dialogue becomes a backup with the expected identity, parts and understanding") {
  const auto files = test::dialogue_files();
  REQUIRE(files.size() >= 7);
  for (const auto& file : files) {
    test::RecordedDialogue dialogue = test::read_dialogue(file);
    DYNAMIC_SECTION(dialogue.name) {
      const auto driver = shipped(dialogue.driver, dialogue.device);
      test::CountingRandom random;
      std::string steps;
      const auto session = driver->open(test::access(dialogue.settings), random, [&steps](const StepReport& report) {
        steps += report.step + " " + std::to_string(report.status) + " " + report.verdict + "\n";
      });
      const test::Backup backup = test::back_up(*driver, *session);
      INFO(steps);
      CHECK(backup.before == dialogue.identity);
      CHECK(backup.after == dialogue.identity);
      CHECK(names_of(backup.parts) == dialogue.parts);
      CHECK(backup.understood.identity == dialogue.identity);
      CHECK(backup.understood.understood_by == dialogue.understood_by);
      CHECK(backup.understood.problems.empty());
      CHECK(backup.collected.restore_bytes > 0);
      CHECK(steps.find("Passw0rd") == std::string::npos);
      CHECK(steps.find("invented") == std::string::npos);
      CHECK(steps.find('?') == std::string::npos);
      // Rule 5: only reads, and what a login needs.
      for (const auto& sent : dialogue.device.sent) {
        const bool login = sent.target.find("login") != std::string::npos;
        const bool axis_read = sent.target.find("/axis-cgi/") == 0;
        CAPTURE(sent.method, sent.target);
        CHECK((sent.method == "GET" || login || axis_read));
      }
    }
  }
}

TEST_CASE("a driver describes itself, and what its backups do not hold") {
  test::ScriptedDevice device;
  const auto driver = shipped("zoneminder", device);
  CHECK(driver->description().name == "zoneminder");
  CHECK(driver->description().vendor == "ZoneMinder");
  CHECK(driver->description().needs_credential);
  REQUIRE(driver->description().notes.size() >= 4);
  CHECK(driver->description().notes[1].find("user passwords") == 0);
}

TEST_CASE(
    "the encrypted Hikvision export carries a fresh password that reaches the manifest, and never the clear one") {
  test::RecordedDialogue dialogue = test::read_dialogue(std::filesystem::path(test::source_dir()) /
                                                        "tests/devices/hikvision/DS-2CD2386-X_V5.7.10/dialogue.yaml");
  const auto driver = shipped("hikvision-isapi", dialogue.device);
  test::CountingRandom random;
  const auto session = driver->open(test::access({{"export", "encrypted"}}), random, {});
  const test::Backup backup = test::back_up(*driver, *session);
  CHECK(backup.collected.export_password.size() == 24);
  std::size_t exports = 0;
  for (const auto& sent : dialogue.device.sent) {
    if (sent.target.find("configurationData") == std::string::npos) continue;
    ++exports;
    CHECK(sent.target.find("secretkey=") != std::string::npos);
    CHECK(sent.target.find(backup.collected.export_password.reveal_text()) == std::string::npos);
  }
  CHECK(exports == 1);
}

TEST_CASE("a recorder that gives no salt cannot be exported encrypted, and says so") {
  test::RecordedDialogue dialogue = test::read_dialogue(std::filesystem::path(test::source_dir()) /
                                                        "tests/devices/hikvision/DS-7616NI-X_V4.50.000/dialogue.yaml");
  const auto driver = shipped("hikvision-isapi", dialogue.device);
  test::CountingRandom random;
  const auto session = driver->open(test::access({{"export", "encrypted"}}), random, {});
  CHECK(test::failure_of([&] { test::back_up(*driver, *session); }) ==
        "unsupported: the device has not said its \"salt\"");
}

TEST_CASE("Nx logs in anew right before the database, and logs out") {
  test::RecordedDialogue dialogue = test::read_dialogue(std::filesystem::path(test::source_dir()) /
                                                        "tests/devices/nx-witness/Nx-v4_6.1.0.1/dialogue.yaml");
  const auto driver = shipped("nx-witness", dialogue.device);
  test::CountingRandom random;
  const auto session = driver->open(test::access(), random, {});
  test::back_up(*driver, *session);
  const auto& sent = dialogue.device.sent;
  bool found = false;
  for (std::size_t i = 1; i < sent.size(); ++i) {
    if (sent[i].target != "/rest/v4/site/database") continue;
    found = true;
    CHECK(sent[i - 1].target == "/rest/v4/login/sessions");
    CHECK(sent[i - 1].body == R"({"username":"backup","password":"Passw0rd!","setCookie":false})");
    CHECK(sent[i].secret == "vms-invented");
    CHECK(sent[i].headers.at("Accept") == "application/octet-stream");
  }
  CHECK(found);
  CHECK(sent.back().method == "DELETE");
}

TEST_CASE("ZoneMinder with authentication switched off is backed up without a token") {
  test::RecordedDialogue dialogue = test::read_dialogue(std::filesystem::path(test::source_dir()) /
                                                        "tests/devices/zoneminder/ZoneMinder_1.36.33/dialogue.yaml");
  dialogue.device.replace("POST /zm/api/host/login.json",
                          {200, R"({"access_token":null,"version":"1.36.33"})", "application/json", "", false});
  for (auto& [pattern, answers] : dialogue.device.answers) pattern = pattern.substr(0, pattern.find('?'));
  const auto driver = shipped("zoneminder", dialogue.device);
  test::CountingRandom random;
  const auto session = driver->open(test::access(), random, {});
  CHECK(session->identify() == dialogue.identity);
}

TEST_CASE("answers with HTTP 200 that failed are seen, for every make") {
  struct Row {
    const char* name;
    const char* dialogue;
    const char* request;
    const char* body;
    const char* auth;
    const char* failure;
  };
  const auto row = GENERATE(values<Row>({
      {"Hikvision: ResponseStatus instead of the users", "hikvision/DS-7616NI-X_V4.50.000", "GET /ISAPI/Security/users",
       "<ResponseStatus><statusCode>3</statusCode></ResponseStatus>", "digest",
       "implausible: <ResponseStatus> instead of <UserList>"},
      {"Hikvision: ResponseStatus instead of the export", "hikvision/DS-7616NI-X_V4.50.000",
       "GET /ISAPI/System/configurationData", "<?xml version='1.0'?><ResponseStatus/>", "digest",
       "implausible: it begins like an error message, not like what was asked for"},
      {"Hikvision: JSON error instead of the export", "hikvision/DS-7616NI-X_V4.50.000",
       "GET /ISAPI/System/configurationData", "{\"statusCode\":3,\"subStatusCode\":\"deviceError\"}", "digest",
       "implausible: it begins like an error message, not like what was asked for"},
      {"Hikvision: busy", "hikvision/DS-7616NI-X_V4.50.000", "GET /ISAPI/System/configurationData",
       "<ResponseStatus><subStatusCode>deviceBusy</subStatusCode></ResponseStatus>", "digest",
       "unreachable: the device is busy; try again later"},
      {"Axis: error member", "axis/S3008-X_12.1.60", "POST /axis-cgi/basicdeviceinfo.cgi",
       "{\"apiVersion\":\"1.0\",\"error\":{\"code\":8000,\"message\":\"Internal\"}}", "digest",
       "implausible: it lacks /data/propertyList"},
      {"Axis: status error", "axis/S3008-X_12.1.60", "GET /config/rest/$export",
       "{\"status\":\"error\",\"data\":{},\"error\":{\"code\":1,\"message\":\"the export failed, so it is long\"}}",
       "digest", "implausible: it holds /error"},
      {"Axis: a line # Error", "axis/S3008-X_12.1.60", "GET /axis-cgi/pwdgrp.cgi?action=get", "# Error: no access",
       "digest", "implausible: the device reports a failure inside a successful answer"},
      {"Nx: empty database", "nx-witness/Nx-v4_6.1.0.1", "GET /rest/v4/site/database", "", "bearer",
       "implausible: the answer is empty"},
      {"Nx: error instead of the database", "nx-witness/Nx-v1_5.0.0.9", "GET /rest/v1/system/database",
       "{\"error\":\"0\",\"errorId\":\"forbidden\"}", "bearer",
       "implausible: the device reports a failure inside a successful answer"},
      {"Nx: error instead of the users", "nx-witness/Nx-v2_5.1.3.2", "GET /rest/v2/users",
       "{\"error\":\"0\",\"errorId\":\"forbidden\"}", "bearer", "implausible: it holds /errorId"},
      {"ZoneMinder: database down", "zoneminder/ZoneMinder_1.36.33", "GET /zm/api/monitors.json?token=invented.jwt", "",
       "", "implausible: the answer is empty"},
      {"ZoneMinder: another list", "zoneminder/ZoneMinder_1.36.33", "GET /zm/api/zones.json?token=invented.jwt",
       "{\"monitors\":[]}", "", "implausible: it lacks /zones"},
      {"ZoneMinder: a PHP page", "zoneminder/ZoneMinder_1.36.33", "GET /zm/api/configs.json?token=invented.jwt",
       "<!DOCTYPE html><html>Error</html>", "",
       "implausible: an HTML page (a login or error page?) instead of what was asked for"},
      {"ZoneMinder: database down at login", "zoneminder/ZoneMinder_1.36.33", "POST /zm/api/host/login.json", "", "",
       "implausible: the answer is empty"},
  }));
  DYNAMIC_SECTION(row.name) {
    test::RecordedDialogue dialogue = test::read_dialogue(std::filesystem::path(test::source_dir()) / "tests/devices" /
                                                          row.dialogue / "dialogue.yaml");
    dialogue.device.replace(row.request, {200, row.body, "application/json", row.auth, false});
    const auto driver = shipped(dialogue.driver, dialogue.device);
    test::CountingRandom random;
    const auto session = driver->open(test::access(), random, {});
    CHECK(test::failure_of([&] { test::back_up(*driver, *session); }) == row.failure);
  }
}

TEST_CASE("missing rights at ZoneMinder are 401 and still no wrong password") {
  test::RecordedDialogue dialogue = test::read_dialogue(std::filesystem::path(test::source_dir()) /
                                                        "tests/devices/zoneminder/ZoneMinder_1.36.33/dialogue.yaml");
  const auto driver = shipped("zoneminder", dialogue.device);
  test::CountingRandom random;
  const char* where = GENERATE("POST /zm/api/host/login.json", "GET /zm/api/configs.json?token=invented.jwt");
  dialogue.device.replace(where,
                          {401, R"({"data":{"message":"API disabled for: backup"}})", "application/json", "", false});
  const auto session = driver->open(test::access(), random, {});
  CHECK(test::failure_of([&] { session->identify(); }) == "refused: the account may not read this");
}
