#include "net/transfer_watch.h"

#include <catch2/catch.hpp>
#include <stdexcept>

using namespace std::chrono_literals;
using coffre::AuthScheme;
using coffre::ErrorCode;
using coffre::TransferWatch;

namespace {

constexpr std::string_view kPlainHead = "GET / HTTP/1.1\r\nHost: nvr\r\n\r\n";
constexpr std::string_view kLoginHead = "GET / HTTP/1.1\r\nAuthorization: Digest x\r\n\r\n";

// One exchange with times that the test chooses; the clock starts at zero.
struct Scene {
  coffre::Request request;
  coffre::Credentials credentials;
  coffre::Limits limits;
  coffre::MemorySink sink;
  TransferWatch::Time start{1000s};
  TransferWatch watch;

  explicit Scene(AuthScheme scheme = AuthScheme::none, coffre::Limits with = {})
      : credentials{scheme, "backup", {}},
        limits(with),
        watch(request, credentials, limits, sink, "asking the device") {}

  bool head(const std::vector<std::string>& lines) {
    bool go_on = true;
    for (const std::string& line : lines) go_on = watch.head_line(line + "\r\n");
    return watch.head_line("\r\n") && go_on;
  }
  void ask(std::string_view head_text) {
    REQUIRE(watch.request_starts(start));
    watch.head_sent(head_text, start);
  }
  [[nodiscard]] std::string category() const { return watch.failure() ? watch.failure()->category() : "none"; }
};

}  // namespace

TEST_CASE("An answer is collected with its facts") {
  Scene scene;
  scene.ask(kPlainHead);
  CHECK(scene.head({"HTTP/1.1 200 OK", "Content-Length: 3", "X-A: 1", "X-A: 2"}));
  CHECK(scene.watch.body(coffre::as_bytes("abc"), scene.start));
  const coffre::Response response = scene.watch.finish();
  CHECK(response.status == 200);
  CHECK(response.declared_length == 3U);
  CHECK(response.body_bytes == 3);
  CHECK(response.header("x-a") == "1");
  CHECK(response.header("absent").empty());
  CHECK_FALSE(response.credentials_sent);
}

TEST_CASE("Only answers to requests that carried credentials count, and a password goes out once") {
  Scene scene(AuthScheme::digest);
  scene.ask(kPlainHead);
  CHECK(scene.head({"HTTP/1.1 401 Unauthorized", "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", stale=true"}));
  scene.ask(kLoginHead);
  CHECK(scene.head(
      {"HTTP/1.1 401 Unauthorized", "WWW-Authenticate: Digest realm=\"r\", nonce=\"n2\"", "Content-Length: 0"}));
  CHECK_FALSE(scene.watch.request_starts(scene.start));
  CHECK(scene.watch.ended_at_second_use());
  const coffre::Response response = scene.watch.finish();
  CHECK(response.status == 401);
  CHECK(response.credentials_sent);
  CHECK_FALSE(response.challenge_stale);  // the last one did not say so
  CHECK(response.offered_auth == "digest");
}

TEST_CASE("A bearer token may be sent again when a kept connection died") {
  Scene scene(AuthScheme::bearer);
  scene.ask(kLoginHead);
  CHECK(scene.watch.request_starts(scene.start));
}

TEST_CASE("A header that only looks like Authorization is none") {
  Scene scene(AuthScheme::digest);
  scene.ask("GET /?authorization:x HTTP/1.1\r\nX-Authorization: y\r\nX: Authorization: z\r\n\r\n");
  CHECK(scene.head({"HTTP/1.1 401 Unauthorized"}));
  CHECK_FALSE(scene.watch.finish().credentials_sent);
}

TEST_CASE("Heads that end the exchange") {
  struct Row {
    const char* name;
    std::vector<std::string> lines;
    const char* category;
  };
  const auto row = GENERATE(values<Row>({
      {"ordinary", {"HTTP/1.1 200 OK", "Content-Length: 5"}, "none"},
      {"not modified", {"HTTP/1.1 304 Not Modified"}, "none"},
      {"redirect", {"HTTP/1.1 302 Found", "Location: http://169.254.169.254/"}, "REDIRECT"},
      {"redirect without a place", {"HTTP/1.1 308 Permanent"}, "REDIRECT"},
      {"gzip", {"HTTP/1.1 200 OK", "Content-Encoding: gzip"}, "ENCODING"},
      {"identity", {"HTTP/1.1 200 OK", "Content-Encoding: identity"}, "none"},
      {"gzip of an error is the caller's matter", {"HTTP/1.1 403 No", "Content-Encoding: gzip"}, "none"},
      {"transfer gzip", {"HTTP/1.1 200 OK", "Transfer-Encoding: gzip, chunked"}, "ENCODING"},
      {"chunked", {"HTTP/1.1 200 OK", "Transfer-Encoding: Chunked"}, "none"},
      {"two lengths", {"HTTP/1.1 200 OK", "Content-Length: 5", "Content-Length: 6"}, "LENGTH"},
      {"one length twice", {"HTTP/1.1 200 OK", "Content-Length: 5", "Content-Length: 5"}, "none"},
      {"negative length", {"HTTP/1.1 200 OK", "Content-Length: -5"}, "LENGTH"},
      {"too long", {"HTTP/1.1 200 OK", "Content-Length: 300000000"}, "TOO_LARGE"},
  }));
  CAPTURE(row.name);
  Scene scene;
  scene.ask(kPlainHead);
  const bool go_on = scene.head(row.lines);
  CHECK(scene.category() == row.category);
  CHECK(go_on == !scene.watch.failure());
}

TEST_CASE("Headers are limited over all the heads of one answer") {
  coffre::Limits limits;
  limits.max_header_bytes = 100;
  Scene scene(AuthScheme::none, limits);
  scene.ask(kPlainHead);
  CHECK(scene.head({"HTTP/1.1 100 Continue"}));
  CHECK(scene.head({"HTTP/1.1 103 Early Hints"}));
  CHECK_FALSE(scene.head({"HTTP/1.1 200 OK", std::string(60, 'x') + ": y"}));
  CHECK(scene.category() == "TOO_LARGE");
}

TEST_CASE("Trailers neither replace headers nor start an answer") {
  Scene scene;
  scene.ask(kPlainHead);
  CHECK(scene.head({"HTTP/1.1 200 OK", "Transfer-Encoding: chunked"}));
  CHECK(scene.watch.head_line("HTTP/1.1 500 no\r\n"));
  CHECK(scene.watch.head_line("X-Trailer: 1\r\n"));
  const coffre::Response response = scene.watch.finish();
  CHECK(response.status == 200);
  CHECK(response.header("x-trailer").empty());
}

TEST_CASE("The body is capped, whatever was declared") {
  coffre::Limits limits;
  limits.max_body_bytes = 10;
  Scene scene(AuthScheme::none, limits);
  scene.ask(kPlainHead);
  CHECK(scene.head({"HTTP/1.1 200 OK"}));
  CHECK(scene.watch.body(coffre::as_bytes("0123456789"), scene.start));
  CHECK_FALSE(scene.watch.body(coffre::as_bytes("x"), scene.start));
  CHECK(scene.category() == "TOO_LARGE");
  CHECK(scene.sink.bytes().size() == 10);
}

TEST_CASE("More or fewer bytes than declared is a lie") {
  Scene more;
  more.ask(kPlainHead);
  CHECK(more.head({"HTTP/1.1 200 OK", "Content-Length: 3"}));
  CHECK_FALSE(more.watch.body_received(4, more.start));
  CHECK(more.category() == "LENGTH");

  Scene fewer;
  fewer.ask(kPlainHead);
  CHECK(fewer.head({"HTTP/1.1 200 OK", "Content-Length: 3"}));
  CHECK(fewer.watch.body(coffre::as_bytes("ab"), fewer.start));
  CHECK_THROWS_AS(fewer.watch.finish(), coffre::Error);
}

TEST_CASE("A challenge's body is thrown away, but not for ever") {
  Scene scene(AuthScheme::digest);
  scene.ask(kPlainHead);
  CHECK(scene.head({"HTTP/1.1 401 Unauthorized", "Transfer-Encoding: chunked"}));
  CHECK(scene.watch.body_received(1024 * 1024, scene.start));
  CHECK_FALSE(scene.watch.body_received(1, scene.start));
  CHECK(scene.category() == "TOO_LARGE");
}

TEST_CASE("The first byte has a limit of its own, counted from the request's end") {
  Scene scene;
  scene.request.body = {'a', 'b', 'c'};
  scene.ask(kPlainHead);
  CHECK(scene.watch.in_time(scene.start + 29s));
  scene.watch.body_sent(3, scene.start + 29s);
  CHECK(scene.watch.next_check() == scene.start + 149s);
  CHECK(scene.watch.in_time(scene.start + 148s));
  CHECK_FALSE(scene.watch.in_time(scene.start + 149s));
  CHECK(scene.category() == "TIMEOUT");
  CHECK(scene.watch.failure()->code() == ErrorCode::unreachable);
}

TEST_CASE("With digest, the request that fetches the challenge has no body to wait for") {
  Scene scene(AuthScheme::digest);
  scene.request.body = {'a'};
  scene.ask(kPlainHead);
  CHECK(scene.watch.next_check() == scene.start + 120s);
}

TEST_CASE("A body that trickles is ended, a slow but steady one is not") {
  Scene scene;
  scene.ask(kPlainHead);
  CHECK(scene.watch.head_received(100, scene.start));
  for (int second = 1; second <= 300; ++second) {
    CHECK(scene.watch.body_received(70, scene.start + std::chrono::seconds(second)));
    CHECK(scene.watch.in_time(scene.start + std::chrono::seconds(second)));
  }
  bool go_on = true;
  for (int second = 301; second <= 390 && go_on; ++second) {
    static_cast<void>(scene.watch.body_received(1, scene.start + std::chrono::seconds(second)));
    go_on = scene.watch.in_time(scene.start + std::chrono::seconds(second));
  }
  CHECK_FALSE(go_on);
  CHECK(scene.category() == "TIMEOUT");
}

TEST_CASE("Before a connection is up nothing is measured here") {
  Scene scene;
  CHECK(scene.watch.in_time(scene.start + 10000s));
  CHECK(scene.watch.next_check() == TransferWatch::Time::max());
}

TEST_CASE("The sink's own failure comes through unchanged") {
  struct Full final : coffre::ByteSink {
    void write(coffre::ByteView /*bytes*/) override { throw std::runtime_error("disk full"); }
  };
  Full full;
  const coffre::Request request;
  const coffre::Credentials nobody;
  const coffre::Limits limits;
  TransferWatch watch(request, nobody, limits, full, "asking");
  CHECK_FALSE(watch.body(coffre::as_bytes("a"), {}));
  CHECK_THROWS_WITH(watch.rethrow_sink_failure(), "disk full");
}
