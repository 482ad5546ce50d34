// Which connections come about at all: pin, address fence, CA file, TLS, and the first look at a certificate.
#include "net/curl_rules.h"

#include <catch2/catch.hpp>

#include "net_scene.h"

using namespace coffre::test;
using coffre::AuthScheme;
using coffre::ErrorCode;

TEST_CASE("An endpoint that must not be used is refused before any connection") {
  struct Row {
    const char* name;
    coffre::Endpoint endpoint;
    ErrorCode code;
    const char* category;
  };
  const std::string pin = "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  NetScene scene;
  const std::string url = scene.url();
  const auto row = GENERATE_COPY(values<Row>({
      {"no pin", {url, "", "", {}}, ErrorCode::refused, "PIN_MISSING"},
      {"short pin", {url, "sha256//AAAA", "", {}}, ErrorCode::refused, "PIN_MALFORMED"},
      {"pin of another hash", {url, "sha1//AAAAAAAAAAAAAAAAAAAAAAAAAAA=", "", {}}, ErrorCode::refused, "PIN_MALFORMED"},
      {"two pins", {url, pin + ";" + pin, "", {}}, ErrorCode::refused, "PIN_MALFORMED"},
      {"pin and blank", {url, pin + " ", "", {}}, ErrorCode::refused, "PIN_MALFORMED"},
      {"a file name as pin", {url, "/etc/ssl/key.pem", "", {}}, ErrorCode::refused, "PIN_MALFORMED"},
      {"spare bits set",
       {url, "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=", "", {}},
       ErrorCode::refused,
       "PIN_MALFORMED"},
      {"a device trusted by a CA file", {url, "", "/etc/ssl/ca.pem", {}}, ErrorCode::usage, ""},
      {"a pin beside a CA file", {url, pin, "/etc/ssl/ca.pem", {}}, ErrorCode::usage, ""},
      {"a store with a pin", {url, pin, "", {}, false, coffre::Trust::authorities}, ErrorCode::usage, ""},
      {"http", {"http://127.0.0.1", pin, "", {}}, ErrorCode::usage, ""},
      {"a path", {url + "/ISAPI", pin, "", {}}, ErrorCode::usage, ""},
      {"bad network", {url, pin, "", {"office"}}, ErrorCode::usage, ""},
  }));
  CAPTURE(row.name);
  try {
    coffre::HttpsClient client(row.endpoint, {});
    FAIL("accepted");
  } catch (const coffre::Error& error) {
    CHECK(error.code() == row.code);
    CHECK(error.category() == row.category);
  }
  CHECK(scene.counts().connections == 0);
}

TEST_CASE("Another certificate than the pinned one stops before any request") {
  NetScene scene;
  scene.recorder().new_certificate();
  const Outcome outcome = scene.ask(kExport);
  CHECK(outcome.code == ErrorCode::refused);
  CHECK(outcome.category == "PIN_MISMATCH");
  CHECK(scene.counts().connections == 1);
  CHECK(scene.counts().total == 0);
}

TEST_CASE("A name may not lead to loopback unless the site's networks say so") {
  NetScene scene;
  const std::string named = "https://localhost:" + std::to_string(scene.port());
  scene.connect({named, scene.recorder().pin(), "", {}});
  const Outcome outcome = scene.ask(kExport);
  CHECK(outcome.code == ErrorCode::refused);
  CHECK(outcome.category == "ADDRESS_FENCE");
  CHECK(scene.counts().connections == 0);

  scene.connect({named, scene.recorder().pin(), "", {"10.0.0.0/8"}});
  CHECK(scene.ask(kExport).category == "ADDRESS_FENCE");
  CHECK(scene.counts().connections == 0);

  scene.connect({named, scene.recorder().pin(), "", {"127.0.0.0/8"}});
  CHECK(scene.ask(kExport).response.status == 200);
}

TEST_CASE("A store is trusted by its CA file, and then name and chain must fit") {
  NetScene scene;
  const auto store = [&](const std::string& url, const std::string& ca) {
    scene.connect({url, "", ca, {"127.0.0.0/8"}, false, coffre::Trust::authorities});
  };
  const std::string ca = scene.ca_file();
  store(scene.url(), ca);
  CHECK(scene.ask(kExport).response.status == 200);

  scene.recorder().new_certificate();
  store(scene.url(), ca);
  const Outcome outcome = scene.ask(kExport);
  CHECK(outcome.code == ErrorCode::refused);
  CHECK(outcome.category == "CERTIFICATE");

  store("https://host.localhost:" + std::to_string(scene.port()), scene.ca_file());  // the certificate is for localhost
  CHECK(scene.ask(kExport).category == "CERTIFICATE");

  store(scene.url(), "/no/such/file.pem");
  CHECK(scene.ask(kExport).code == ErrorCode::usage);
  CHECK(scene.counts().total == 2);  // of the first one
}

TEST_CASE("A store without a CA file needs an authority of this machine") {
  NetScene scene;
  scene.connect({scene.url(), "", "", {}, false, coffre::Trust::authorities});
  CHECK(scene.ask(kExport).category == "CERTIFICATE");
  CHECK(scene.counts().total == 0);
}

TEST_CASE("A first look at a server sends nothing and tells what a person must compare") {
  NetScene scene;
  const auto certificate = coffre::probe_certificate(scene.url(), {}, {});
  CHECK(certificate.pin == scene.recorder().pin());
  CHECK(certificate.subject == "CN=NVR,O=Coffre simulators");
  CHECK(certificate.issuer == certificate.subject);
  CHECK(certificate.fingerprint.size() == 95);
  CHECK(certificate.fingerprint.find_first_not_of("0123456789ABCDEF:") == std::string::npos);
  CHECK(certificate.not_after.size() == 20);
  CHECK(certificate.key == "EC 256");
  CHECK_FALSE(certificate.weak_key);
  CHECK(scene.counts().connections == 1);
  CHECK(scene.counts().total == 0);
}

TEST_CASE("A first look measures weak keys, and has the same fences and limits") {
  NetScene scene;
  scene.set("key", "rsa1024");
  scene.recorder().new_certificate();
  const auto certificate = coffre::probe_certificate(scene.url(), {}, {});
  CHECK(certificate.key == "RSA 1024");
  CHECK(certificate.weak_key);
  const auto failure = [&](const std::string& url) {
    try {
      coffre::probe_certificate(url, {}, brief_limits());
    } catch (const coffre::Error& error) {
      return std::string(coffre::to_string(error.code())) + " " + error.category();
    }
    return std::string("none");
  };
  CHECK(failure("https://localhost:" + std::to_string(scene.port())) == "refused ADDRESS_FENCE");
  CHECK(failure("http://127.0.0.1") == "usage ");
  scene.fault("mute");
  CHECK(failure(scene.url()) == "unreachable TIMEOUT");
  scene.recorder().faults().clear();
  scene.fault("old-tls");
  CHECK(failure(scene.url()) == "refused TLS");
}
