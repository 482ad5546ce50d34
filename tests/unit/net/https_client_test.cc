#include "net/https_client.h"

#include <stdlib.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "net_scene.h"
#include "simulators/content.h"

using namespace coffre::test;
using coffre::AuthScheme;
using coffre::ErrorCode;
using coffre::Response;
using coffre::simulator::Wire;

TEST_CASE("Faults end the exchange with the error that tells what to do") {
  struct Row {
    std::string fault;
    ErrorCode code;
    std::string category;
  };
  const auto row = GENERATE(values<Row>({
      {"down", ErrorCode::unreachable, ""},
      {"refuse", ErrorCode::unreachable, ""},
      {"mute", ErrorCode::unreachable, "TIMEOUT"},
      {"old-tls", ErrorCode::refused, "TLS"},
      {"never-answer", ErrorCode::unreachable, "TIMEOUT"},
      {"delay 5000", ErrorCode::unreachable, "TIMEOUT"},
      {"endless-headers", ErrorCode::implausible, "TOO_LARGE"},
      {"slow 1", ErrorCode::unreachable, "TIMEOUT"},
      {"endless", ErrorCode::implausible, "TOO_LARGE"},
      {"endless declared", ErrorCode::implausible, "TOO_LARGE"},
      {"truncated", ErrorCode::unreachable, "SHORT_BODY"},
      {"lying-short", ErrorCode::implausible, "LENGTH"},
      {"chunked-cut", ErrorCode::unreachable, "SHORT_BODY"},
      {"gzip", ErrorCode::implausible, "ENCODING"},
      {"redirect http://127.0.0.1:1/", ErrorCode::implausible, "REDIRECT"},
      {"redirect https://example.invalid/", ErrorCode::implausible, "REDIRECT"},
      {"redirect http://169.254.169.254/latest", ErrorCode::implausible, "REDIRECT"},
      {"redirect file:///etc/passwd", ErrorCode::implausible, "REDIRECT"},
      {"redirect /elsewhere", ErrorCode::implausible, "REDIRECT"},
  }));
  CAPTURE(row.fault);
  NetScene scene(brief_limits());
  scene.fault(row.fault);
  const Outcome outcome = scene.ask(kExport);
  CAPTURE(outcome.text);
  CHECK(outcome.code == row.code);
  CHECK(outcome.category == row.category);
  CHECK(outcome.body.size() <= brief_limits().max_body_bytes);
  CHECK(scene.counts().with_credentials <= 1);
  scene.recorder().faults().clear();
  CHECK(scene.ask(kExport).response.status == 200);  // the same client goes on
}

TEST_CASE("A redirect to another server of ours reaches nobody") {
  NetScene target;
  NetScene scene;
  scene.fault("redirect " + target.url() + kExport);
  CHECK(scene.ask(kExport).category == "REDIRECT");
  CHECK(target.counts().connections == 0);
}

TEST_CASE("A small answer longer than declared is found as well") {
  NetScene scene;
  scene.set("size", "600");
  scene.fault("lying-short");
  CHECK(scene.ask(kExport).category == "LENGTH");
}

TEST_CASE("A body without length may end anywhere: the caller checks the content") {
  NetScene scene;
  scene.fault("no-length");
  const Outcome outcome = scene.ask(kExport);
  CHECK(outcome.response.status == 200);
  CHECK_FALSE(outcome.response.declared_length);
  CHECK(outcome.body.size() == 100000);
}

TEST_CASE("One connection is kept for many requests, and lock-outs and other statuses are returned") {
  NetScene scene;
  for (int i = 0; i < 5; ++i) CHECK(scene.ask("/ISAPI/System/deviceInfo").response.status == 200);
  CHECK(scene.counts().connections == 1);
  scene.fault("locked");
  CHECK(scene.ask(kExport).response.status == 403);
  scene.recorder().faults().clear();
  scene.fault("status 503");
  const Outcome outcome = scene.ask(kExport);
  CHECK(outcome.response.status == 503);
  CHECK(outcome.body.empty());
  CHECK(scene.ask("/ISAPI/none").response.status == 404);
}

TEST_CASE("The path arrives as written, and the environment's proxies and .netrc are not asked") {
  ::setenv("https_proxy", "http://127.0.0.1:1", 1);
  ::setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
  std::string target;
  std::string cookie;
  ScriptedScene scene([&](const auto& request, Wire& wire) {
    target = request.target;
    cookie = request.header("cookie") + "|" + request.header("accept-encoding") + "|" + request.header("expect") + "|" +
             request.header("content-type");
    return wire.write("HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n");
  });
  for (int i = 0; i < 2; ++i) {
    CHECK(scene.ask("/a/../b//./c?x=%2F%24&y=$&&z", {AuthScheme::none, "", ""}, "POST", "body").response.status == 200);
    CHECK(target == "/a/../b//./c?x=%2F%24&y=$&&z");
    CHECK(cookie == "|||");
  }
  ::unsetenv("https_proxy");
  ::unsetenv("ALL_PROXY");
}

TEST_CASE("A request that cannot be sent safely is a usage error") {
  NetScene scene;
  const std::string target = GENERATE("", "x", "/a b", "/a#b", "/a\r\nX: y", "/\xc3\xa9", "http://other/");
  CAPTURE(target);
  CHECK(scene.ask(target).code == ErrorCode::usage);
  CHECK(scene.ask("/", {AuthScheme::digest, "a\r\nb", "x"}).code == ErrorCode::usage);
  CHECK(scene.ask("/", {AuthScheme::bearer, "", "x\r\nHost: y"}).code == ErrorCode::usage);
  CHECK(scene.ask("/", {AuthScheme::basic, "a:b", "x"}).code == ErrorCode::usage);
  CHECK(scene.ask("/", {AuthScheme::none, "", ""}, "GET", "", {{"X", "a\r\nB: c"}}).code == ErrorCode::usage);
  CHECK(scene.ask("/", {AuthScheme::none, "", ""}, "GET", "", {{"X:", "a"}}).code == ErrorCode::usage);
  CHECK(scene.counts().connections == 0);
}

TEST_CASE("Methods, headers and bodies arrive as given") {
  std::vector<std::string> seen;
  std::string body;
  ScriptedScene scene([&](const auto& request, Wire& wire) {
    seen.push_back(request.method + " " + request.header("content-length") + " " + request.header("x-a") + " " +
                   request.header("content-type"));
    body = request.body;
    return wire.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  });
  const Login nobody{AuthScheme::none, "", ""};
  const std::string large = coffre::simulator::filler(1, 3'000'000);
  CHECK(scene.ask("/", nobody, "DELETE").response.status == 200);
  CHECK(scene.ask("/", nobody, "HEAD").response.status == 200);
  CHECK(scene.ask("/", nobody, "POST").response.status == 200);
  CHECK(scene.ask("/", nobody, "PUT", large, {{"X-A", "b"}, {"Content-Type", "application/octet-stream"}})
            .response.status == 200);
  CHECK(body == large);
  CHECK(scene.ask("/", nobody, "PATCH", "x", {{"X-A", ""}}).response.status == 200);
  CHECK(seen == std::vector<std::string>{"DELETE   ", "HEAD   ", "POST 0  ", "PUT 3000000 b application/octet-stream",
                                         "PATCH 1  "});
}

TEST_CASE("A large body goes out after the challenge only") {
  NetScene scene;
  const std::string file = scene.ask(kExport).body;
  CHECK(scene.ask(kExport, {AuthScheme::digest, "backup", kPassword}, "PUT", file).body.find("<statusCode>7") !=
        std::string::npos);
}

TEST_CASE("Answers that are not HTTP as agreed are implausible") {
  struct Row {
    const char* name;
    std::string bytes;
    const char* category;
  };
  const auto row = GENERATE(values<Row>({
      {"no HTTP at all", "SSH-2.0-OpenSSH_9\r\n\r\n", "PROTOCOL"},
      {"malformed chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "PROTOCOL"},
      {"compressed transfer", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "ENCODING"},
      {"two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "LENGTH"},
      {"chunks that are not the declared length",
       "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n", "LENGTH"},
      {"one header of 200 kB", "HTTP/1.1 200 OK\r\nX: " + std::string(200'000, 'a') + "\r\n\r\n", "PROTOCOL"},
  }));
  CAPTURE(row.name);
  ScriptedScene scene([&](const auto& /*request*/, Wire& wire) { return wire.write(row.bytes) && false; });
  const Outcome outcome = scene.ask("/", {AuthScheme::none, "", ""});
  CAPTURE(outcome.text);
  CHECK(outcome.code == ErrorCode::implausible);
  CHECK(outcome.category == row.category);
}

TEST_CASE("Endless interim answers and an endless challenge are ended") {
  ScriptedScene interim([](const auto& /*request*/, Wire& wire) {
    while (wire.write("HTTP/1.1 100 Continue\r\n\r\n")) {
    }
    return false;
  });
  CHECK(interim.ask("/").category == "TOO_LARGE");
  ScriptedScene challenge([](const auto& /*request*/, Wire& wire) {
    const std::string block = "4000\r\n" + std::string(0x4000, 'x') + "\r\n";
    if (!wire.write("HTTP/1.1 401 No\r\nWWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\"\r\n"
                    "Transfer-Encoding: chunked\r\n\r\n")) {
      return false;
    }
    while (wire.write(block)) {
    }
    return false;
  });
  const Outcome outcome = challenge.ask("/");
  CHECK(outcome.category == "TOO_LARGE");
  CHECK(outcome.body.empty());
  CHECK(challenge.counts().with_credentials == 0);
}

TEST_CASE("What the sink throws reaches the caller, and the client can be used again") {
  struct Full final : coffre::ByteSink {
    void write(coffre::ByteView /*bytes*/) override { throw coffre::Error(ErrorCode::no_space, "sealing", "full"); }
  };
  NetScene scene;
  Full full;
  CHECK_THROWS_MATCHES(scene.client().send({"GET", kExport}, scene.credentials(), full), coffre::Error,
                       Catch::Predicate<coffre::Error>([](const auto& e) { return e.code() == ErrorCode::no_space; }));
  CHECK(scene.ask(kExport).response.status == 200);
}

TEST_CASE("No error text shows a query, a password or a token") {
  NetScene scene(brief_limits());
  scene.fault("truncated");
  const Outcome outcome = scene.ask(std::string(kExport) + "?secretkey=S3CRET&iv=00");
  CHECK(outcome.code == ErrorCode::unreachable);
  CHECK_THAT(outcome.text, Catch::Contains(scene.url() + kExport));
  CHECK_THAT(outcome.text, !Catch::Contains("S3CRET"));
  CHECK_THAT(outcome.text, !Catch::Contains(kPassword));
}

TEST_CASE("Many clients work at the same time, one a thread") {
  constexpr int kThreads = 8;
  NetScene scene;
  std::vector<std::thread> threads;
  std::atomic<int> good = 0;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      coffre::HttpsClient client({scene.url(), scene.recorder().pin(), "", {}}, {});
      for (int j = 0; j < 5; ++j) {
        coffre::CountingSink sink;
        const Response response = client.send({"GET", kExport}, scene.credentials(), sink);
        if (response.status == 200 && sink.count() == 200000) ++good;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(good == kThreads * 5);
}

TEST_CASE("Percent-encoding leaves unreserved characters") {
  CHECK(coffre::percent_encode("AZaz09-._~") == "AZaz09-._~");
  CHECK(coffre::percent_encode("a b/c?&=%+\xc3\xa9") == "a%20b%2Fc%3F%26%3D%25%2B%C3%A9");
}

TEST_CASE("A weak key ends the request before anything is sent, unless the endpoint has an exception") {
  NetScene scene;
  scene.set("key", "rsa1024");
  scene.recorder().new_certificate();
  scene.connect({scene.url(), scene.recorder().pin(), "", {}});
  const Outcome refused = scene.ask(kExport);
  CHECK(refused.code == ErrorCode::refused);
  CHECK(refused.category == "WEAK_KEY");
  CHECK_THAT(refused.text, Catch::Contains("RSA 1024") && Catch::Contains("weak-tls"));
  CHECK(scene.counts().connections == 1);
  CHECK(scene.counts().total == 0);

  scene.connect({scene.url(), scene.recorder().pin(), "", {}, true});
  CHECK(scene.ask(kExport).response.status == 200);
  CHECK(scene.ask(kExport).response.status == 200);  // the same connection, looked at again
  CHECK(scene.counts().connections == 2);
}
