// The simulators' own short test: each make over real HTTPS through the program, as the other suites use it.
#include <catch2/catch.hpp>

#include "net/https_client.h"
#include "simulators/content.h"
#include "simulators/hikvision_recorder.h"
#include "support/child_process.h"
#include "support/simulator_process.h"

namespace {

using coffre::AuthScheme;
using coffre::ByteView;
using coffre::Credentials;
using coffre::HttpsClient;
using coffre::MemorySink;
using coffre::Request;
using coffre::Response;
using coffre::SecretString;
using coffre::test::SimulatedDevice;
using coffre::test::SimulatorProcess;

struct Answer {
  Response response;
  std::string body;
};

Credentials with(AuthScheme scheme, std::string_view secret) {
  return {scheme, std::string(coffre::test::kSimulatorUser), SecretString::copy_of(secret)};
}

Credentials digest() {
  return with(AuthScheme::digest, coffre::test::kSimulatorPassword);
}

class Client {
 public:
  explicit Client(const SimulatedDevice& device) : client_({device.url, device.pin, {}, {}}, {}) {}

  Answer ask(std::string method, std::string target, const Credentials& credentials, std::string_view body = {},
             std::vector<std::pair<std::string, std::string>> headers = {}) {
    const ByteView bytes = coffre::as_bytes(body);
    MemorySink sink;
    const Request request{std::move(method), std::move(target), std::move(headers), {bytes.begin(), bytes.end()}};
    Response response = client_.send(request, credentials, sink);
    return {std::move(response), std::string(coffre::as_text(sink.bytes()))};
  }
  Answer get(std::string target, const Credentials& credentials) { return ask("GET", std::move(target), credentials); }

 private:
  HttpsClient client_;
};

std::string between(const std::string& text, const std::string& from, const std::string& to) {
  const std::size_t found = text.find(from);
  if (found == std::string::npos) return {};
  const std::size_t start = found + from.size();
  return text.substr(start, text.find(to, start) - start);
}

}  // namespace

TEST_CASE("The program lists its devices, counts, takes commands, and ends when its stdin closes") {
  SimulatorProcess fleet(
      {"--make", "hikvision", "--name", "NVR", "--devices", "3", "--and", "--make", "axis", "--name", "AXIS"});
  REQUIRE(fleet.devices().size() == 4);
  CHECK(fleet.devices()[0].name == "NVR-1");
  CHECK(fleet.device("AXIS").url.starts_with("https://127.0.0.1:"));
  CHECK(coffre::is_pin(fleet.device("NVR-3").pin));
  CHECK_THROWS_WITH(fleet.fault("NVR-1", "no-such-fault"), Catch::Contains("no fault"));
  CHECK_THROWS_WITH(fleet.fault("NVR-9", "down"), Catch::Contains("no recorder named NVR-9"));

  Client client(fleet.device("NVR-2"));
  CHECK(client.get("/ISAPI/System/deviceInfo?x=1", digest()).response.status == 200);
  const auto counts = fleet.counts("NVR-2");
  CHECK(counts.connections == 1);
  CHECK(counts.total == 2);  // the challenge is one
  CHECK(counts.with_credentials == 1);
  CHECK(counts.wrong == 0);
  CHECK(counts.paths.at("/ISAPI/System/deviceInfo") == 2);
  CHECK(fleet.counts("*").total == 2);
  fleet.reset_counts("*");
  CHECK(fleet.counts("NVR-2").total == 0);
  CHECK(fleet.stop() == 0);
}

TEST_CASE("A usage error names the option and starts nothing") {
  const auto result = coffre::test::run_child({.arguments = {"recorder-simulator", "--size", "huge"}});
  CHECK(result.exit_code == 2);
  CHECK_THAT(result.err, Catch::Contains("--size huge"));
  CHECK_THAT(coffre::test::run_child({.arguments = {"recorder-simulator", "--help"}}).out,
             Catch::Contains("truncated"));
}

TEST_CASE("A Hikvision recorder exports its container and takes it back") {
  const std::string algorithm = GENERATE("MD5", "SHA-256");
  SimulatorProcess fleet({"--make", "hikvision", "--digest", algorithm, "--size", "120000", "--canary", "Canary-1"});
  Client client(fleet.device("NVR"));
  CHECK_THAT(client.get("/ISAPI/Security/users", digest()).body, Catch::Contains("Canary-1"));
  CHECK_THAT(client.get("/ISAPI/ContentMgmt/InputProxy/channels", digest()).body, Catch::Contains("<id>8</id>"));
  const Answer file = client.get("/ISAPI/System/configurationData", digest());
  CHECK(file.response.status == 200);
  REQUIRE(file.body.size() == 120000);
  CHECK(file.body.substr(0, 4) == std::string("\1\0\0\0", 4));
  CHECK_THAT(file.body, Catch::Contains("Canary-1"));

  fleet.set("NVR", "channels", "12");
  fleet.set("NVR", "canary", "changed");
  const Answer imported = client.ask("PUT", "/ISAPI/System/configurationData", digest(), file.body,
                                     {{"Content-Type", "application/octet-stream"}});
  CHECK_THAT(imported.body, Catch::Contains("<statusCode>7</statusCode>"));
  CHECK(client.get("/ISAPI/System/configurationData", digest()).body == file.body);
  std::string damaged = file.body;
  damaged[5000] = static_cast<char>(damaged[5000] ^ 1);
  CHECK(client.ask("PUT", "/ISAPI/System/configurationData", digest(), damaged).response.status == 400);
}

TEST_CASE("The secret's key follows the documented rule") {
  // vendor-apis.md section 3: the self-consistency vector.
  const std::string key = coffre::simulator::isapi_secret_key_hex("admin", std::string(64, '0'), "Passw0rd!", 100);
  CHECK(key == "ed0a41a9cad10b3781ceff0f95f350c8");
  CHECK(coffre::simulator::isapi_open_secret(key, "59e7a2d58097df83a0bde2e7f2e6bb58a77a482b4ff1cf776a22dbf87130270c",
                                             "00112233445566778899aabbccddeeff") == "Backup&Key1");
}

TEST_CASE("A Hikvision recorder in encrypted mode wants the secret and hides the canary") {
  using namespace coffre::simulator;
  SimulatorProcess fleet({"--export", "encrypted", "--canary", "Canary-2"});
  Client client(fleet.device("NVR"));
  const std::string path = "/ISAPI/System/configurationData";
  CHECK_THAT(client.get(path, digest()).body, Catch::Contains("<subStatusCode>invalidOperation</subStatusCode>"));
  CHECK_THAT(client.get(path + "?secretkey=test&security=1&iv=00", digest()).body, Catch::Contains("ResponseStatus"));

  const std::string salt = between(client.get("/ISAPI/Security/capabilities", digest()).body, "<salt>", "</salt>");
  const std::string key =
      isapi_secret_key_hex(coffre::test::kSimulatorUser, salt, coffre::test::kSimulatorPassword, 100);
  const std::string iv = "0102030405060708090a0b0c0d0e0f10";
  const std::string sealed = aes_cbc_encrypt(bytes_from_hex(key), bytes_from_hex(iv), to_base64("Export-Secret"));
  const std::string query = "?secretkey=" + coffre::to_hex(coffre::as_bytes(sealed)) + "&security=1&iv=" + iv;
  const Answer file = client.get(path + query, digest());
  CHECK(file.body.size() == 200000);
  CHECK_THAT(file.body, !Catch::Contains("Canary-2"));
  CHECK_THAT(client.ask("PUT", path + query, digest(), file.body).body, Catch::Contains("<statusCode>7</statusCode>"));
}

TEST_CASE("A Hikvision recorder locks after five wrong passwords, and does nothing before activation") {
  SimulatorProcess fleet({"--name", "A", "--and", "--name", "B", "--state", "fresh"});
  Client locked(fleet.device("A"));
  for (int i = 0; i < 5; ++i) {
    CHECK(locked.get("/ISAPI/System/deviceInfo", with(AuthScheme::digest, "wrong")).response.status == 401);
  }
  const Answer answer = locked.get("/ISAPI/System/deviceInfo", digest());
  CHECK(answer.response.status == 403);
  CHECK_THAT(answer.body, Catch::Contains("<lockStatus>lock</lockStatus>"));
  fleet.command("unlock A");
  CHECK(locked.get("/ISAPI/System/deviceInfo", digest()).response.status == 200);

  Client fresh(fleet.device("B"));
  CHECK_THAT(fresh.get("/ISAPI/System/deviceInfo", digest()).body, Catch::Contains("notActivated"));
  CHECK(fleet.counts("B").with_credentials == 0);
}

TEST_CASE("An Nx server gives its database to a fresh session only") {
  SimulatorProcess fleet({"--make", "nx",    "--api", "v1",     "--name", "V1",       "--and",    "--make",
                          "nx",     "--api", "v2",    "--name", "V2",     "--canary", "Canary-3", "--and",
                          "--make", "nx",    "--api", "v4",     "--name", "V4"});
  const auto log_in = [](Client& client, const std::string& api) {
    const Answer answer = client.ask("POST", "/rest/" + api + "/login/sessions", {},
                                     R"({"username":"backup","password":"Simulated-Pass-1","setCookie":false})",
                                     {{"Content-Type", "application/json"}});
    REQUIRE(answer.response.status == 200);
    return with(AuthScheme::bearer, between(answer.body, "\"token\":\"", "\""));
  };
  Client v1(fleet.device("V1"));
  const Credentials token1 = log_in(v1, "v1");
  const std::string data = between(v1.get("/rest/v1/system/database", token1).body, "\"data\":\"", "\"");
  CHECK(coffre::simulator::from_base64(data).starts_with("SQLite format 3"));
  CHECK(v1.get("/rest/v2/system/info", {}).response.status == 404);

  Client v2(fleet.device("V2"));
  CHECK_THAT(v2.get("/rest/v2/system/info", {}).body, Catch::Contains("localId"));
  const Credentials token2 = log_in(v2, "v2");
  const Answer dump = v2.ask("GET", "/rest/v2/system/database", token2, {}, {{"Accept", "application/octet-stream"}});
  CHECK(dump.body.starts_with("SQLite format 3"));
  CHECK_THAT(dump.body, Catch::Contains("Canary-3"));
  CHECK_THAT(v2.get("/rest/v2/users", token2).body, Catch::Contains("Canary-3"));
  CHECK(v2.get("/rest/v2/devices", token2).response.status == 200);
  fleet.set("V2", "fresh-ms", "-1");
  CHECK(v2.get("/rest/v2/system/database", token2).response.status == 403);
  CHECK(v2.get("/rest/v2/users", with(AuthScheme::bearer, "vms-wrong")).response.status == 401);

  Client v4(fleet.device("V4"));
  CHECK(v4.get("/rest/v4/site/database", log_in(v4, "v4")).body.size() == 200000);
  CHECK(fleet.counts("V4").with_credentials == 2);  // the login's body counts
}

TEST_CASE("An Axis recorder exports its configuration as JSON and takes it back") {
  SimulatorProcess fleet({"--make", "axis", "--name", "AXIS", "--canary", "Canary-4", "--digest", "SHA-256"});
  Client client(fleet.device("AXIS"));
  const Answer info = client.ask("POST", "/axis-cgi/basicdeviceinfo.cgi", digest(),
                                 R"({"apiVersion":"1.0","method":"getAllProperties"})");
  CHECK_THAT(info.body, Catch::Contains("\"SerialNumber\":\"ACCC8E"));
  CHECK_THAT(client.ask("POST", "/axis-cgi/systemready.cgi", {}, "{}").body, Catch::Contains("bootid"));
  CHECK_THAT(client.get("/axis-cgi/pwdgrp.cgi?action=get", digest()).body, Catch::Contains("Canary-4"));
  const Answer file = client.get("/config/rest/$export", digest());
  CHECK(file.body.starts_with("{\"data\":"));
  CHECK(file.body.size() > 199'000);
  CHECK(file.body.size() < 201'000);
  fleet.set("AXIS", "channels", "2");
  CHECK(client.ask("PATCH", "/config/rest/$import", digest(), file.body).response.status == 200);
  CHECK(client.get("/config/rest/$export", digest()).body == file.body);
}

TEST_CASE("Faults of facts and content show in the answers") {
  SimulatorProcess fleet({"--canary", "c"});
  Client client(fleet.device("NVR"));
  const std::string identify = "/ISAPI/System/deviceInfo";
  const std::string path = "/ISAPI/System/configurationData";
  fleet.fault("NVR", "other-serial", "OTHER-7");
  CHECK_THAT(client.get(identify, digest()).body, Catch::Contains("OTHER-7"));
  fleet.heal("NVR");
  fleet.fault("NVR", "identity-changes");
  CHECK(client.get(identify, digest()).body != client.get(identify, digest()).body);
  fleet.heal("NVR");
  fleet.fault("NVR", "half-size");
  CHECK(client.get(path, digest()).body.size() == 100000);
  fleet.heal("NVR");
  fleet.fault("NVR", "error-in-200");
  CHECK_THAT(client.get(path, digest()).body, Catch::Contains("deviceError"));
  CHECK_THAT(client.get(identify, digest()).body, Catch::Contains("DeviceInfo"));
  fleet.heal("NVR");
  fleet.fault("NVR", "login-page", "times=1");
  CHECK_THAT(client.get(path, digest()).body, Catch::Contains("<html>"));
  CHECK(client.get(path, digest()).body.size() == 200000);
  fleet.fault("NVR", "xml-bomb");
  CHECK_THAT(client.get(identify, digest()).body, Catch::Contains("<!ENTITY"));
}
