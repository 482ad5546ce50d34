// Rule 5: a password goes out once, and only to who asks for it in the right way.
#include <catch2/catch.hpp>

#include "net_scene.h"

using namespace coffre::test;
using coffre::AuthScheme;
using coffre::ErrorCode;
using coffre::simulator::Wire;

TEST_CASE("A wrong password is sent exactly once, and its answer is returned") {
  NetScene scene;
  scene.fault("wrong-password");
  const Outcome outcome = scene.ask(kExport);
  CHECK(outcome.response.status == 401);
  CHECK(outcome.response.credentials_sent);
  CHECK_FALSE(outcome.response.challenge_stale);
  CHECK(outcome.response.offered_auth == "digest");
  CHECK_THAT(outcome.body, Catch::Contains("unauthorized"));
  CHECK(outcome.response.body_bytes == outcome.body.size());
  CHECK(scene.counts().total == 2);
  CHECK(scene.counts().with_credentials == 1);
  CHECK(scene.counts().wrong == 1);
}

TEST_CASE("A server that calls every nonce stale gets the password once") {
  NetScene scene;
  scene.fault("endless-401");
  const Outcome outcome = scene.ask(kExport);
  CHECK(outcome.response.status == 401);
  CHECK(outcome.response.credentials_sent);
  CHECK(outcome.response.challenge_stale);
  CHECK(scene.counts().with_credentials == 1);
  scene.recorder().faults().clear();
  CHECK(scene.ask(kExport).response.status == 200);
}

TEST_CASE("A stale nonce is told as such, and the next call succeeds") {
  NetScene scene;
  scene.fault("stale-once");
  const Outcome outcome = scene.ask(kExport);
  CHECK(outcome.response.status == 401);
  CHECK(outcome.response.challenge_stale);
  CHECK(scene.ask(kExport).response.status == 200);
  CHECK(scene.counts().wrong == 0);
}

TEST_CASE("A device that asks for Basic gets no password from a client with Digest") {
  NetScene scene;
  scene.fault("basic-offered");
  const Outcome outcome = scene.ask(kExport);
  CHECK(outcome.response.status == 401);
  CHECK_FALSE(outcome.response.credentials_sent);
  CHECK(outcome.response.offered_auth == "basic");
  CHECK(scene.counts().total == 1);
  CHECK(scene.counts().with_credentials == 0);

  const Outcome basic = scene.ask(kExport, {AuthScheme::basic, "backup", kPassword});
  CHECK(basic.response.status == 200);
  CHECK(basic.response.credentials_sent);
  CHECK(scene.counts().with_credentials == 1);
  CHECK(scene.ask(kExport, {AuthScheme::basic, "backup", "wrong"}).response.status == 401);
  CHECK(scene.counts().with_credentials == 2);
}

TEST_CASE("Digest works with MD5, SHA-256 and user names that need care") {
  NetScene scene;
  scene.set("digest", GENERATE("MD5", "SHA-256"));
  const std::string user = GENERATE("backup", "na:me", "quo\"te\\", "\xc3\xa9t\xc3\xa9");
  CAPTURE(user);
  scene.set("user", user);
  scene.set("password", "p:\"\\\xc3\xa9 x");
  const Outcome outcome = scene.ask(kExport, {AuthScheme::digest, user, "p:\"\\\xc3\xa9 x"});
  CHECK(outcome.response.status == 200);
  CHECK(outcome.body.size() == 200000);  // and nothing of the challenge's body
  CHECK(outcome.response.declared_length == 200000U);
}

TEST_CASE("Very long challenges do not get a second attempt") {
  const std::size_t length = GENERATE(300U, 2000U, 30000U);
  CAPTURE(length);
  ScriptedScene scene([&](const auto& /*request*/, Wire& wire) {
    return wire.write("HTTP/1.1 401 No\r\nWWW-Authenticate: Digest realm=\"" + std::string(length, 'r') +
                      "\", nonce=\"" + std::string(length, 'n') + "\", qop=\"auth\"\r\nContent-Length: 2\r\n\r\nno");
  });
  const Outcome outcome = scene.ask("/");
  CHECK(outcome.response.status == 401);
  CHECK(scene.counts().with_credentials <= 1);
  CHECK(outcome.response.credentials_sent == (scene.counts().with_credentials == 1));
}

TEST_CASE("A dead kept connection is replaced, but never to send a password again") {
  int requests = 0;
  ScriptedScene closing([&](const auto& /*request*/, Wire& wire) {
    return wire.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") && ++requests % 2 == 0;
  });
  for (int i = 0; i < 4; ++i) CHECK(closing.ask("/", {AuthScheme::none, "", ""}).body == "ok");

  // Closes without an answer when the password comes, as some do that have just locked the account.
  ScriptedScene hanging_up([](const auto& request, Wire& wire) {
    if (!request.header("authorization").empty()) return false;
    return wire.write(
        "HTTP/1.1 401 No\r\nWWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\"\r\n"
        "Content-Length: 0\r\n\r\n");
  });
  CHECK(hanging_up.ask("/").code == ErrorCode::unreachable);
  CHECK(hanging_up.counts().with_credentials == 1);
}
