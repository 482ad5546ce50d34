#include "replicas/s3/s3_wire.h"

#include <catch2/catch.hpp>
#include <thread>

#include "scripted_bucket.h"
#include "support/fixed_clock.h"

using namespace coffre;
using namespace coffre::test;
using namespace coffre::simulator;

TEST_CASE("A place that cannot be a bucket is refused before anything is asked") {
  const SystemClock clock;
  struct Row {
    const char* name;
    S3Location at;
    const char* text;
  };
  const auto row = GENERATE(values<Row>({
      {"plain http", {"http://s3.example", "gra", "bucket"}, "https only"},
      {"a path behind it", {"https://s3.example/x", "gra", "bucket"}, "https://host[:port]"},
      {"no region", {"https://s3.example", "", "bucket"}, "no region"},
      {"a short name", {"https://s3.example", "gra", "ab"}, "no name of a bucket"},
      {"capitals", {"https://s3.example", "gra", "Bucket"}, "no name of a bucket"},
      {"a way out", {"https://s3.example", "gra", "../other"}, "no name of a bucket"},
      {"a dash at its end", {"https://s3.example", "gra", "bucket-"}, "no name of a bucket"},
  }));
  CAPTURE(row.name);
  const Error error = error_of([&] { S3Wire(row.at, {"A", SecretString::copy_of("S")}, clock); });
  CHECK(error.code() == ErrorCode::usage);
  CHECK(std::string(error.what()).find(row.text) != std::string::npos);
}

TEST_CASE("A request is signed as it is sent, and says nothing that would give the key away") {
  ScriptedBucket bucket({plain(200), plain(200)});
  const S3Client client = bucket.client();
  static_cast<void>(client.wire().send({.key = "a b/\xc3\xa9[1]", .query = {{"versionId", "v+1"}, {"acl", ""}}}));
  static_cast<void>(client.wire().send({}));
  const auto requests = bucket.store().requests();
  REQUIRE(requests.size() == 2);
  CHECK(requests[0].target == "/bucket/a%20b/%C3%A9%5B1%5D?acl=&versionId=v%2B1");
  CHECK(requests[1].target == "/bucket");
  CHECK(requests[0].header("host") == bucket.location().endpoint.substr(8));
  CHECK(requests[0].header("x-amz-content-sha256") == std::string(kEmptySha256));
  const std::string authorization = requests[0].header("authorization");
  CHECK(authorization.find("SignedHeaders=host;x-amz-content-sha256;x-amz-date, ") != std::string::npos);
  CHECK(authorization.find("/fr-test/s3/aws4_request") != std::string::npos);
  for (const auto& [name, value] : requests[0].headers) CHECK(value.find(kSecret) == std::string::npos);
}

TEST_CASE("The key of a day is kept for that day alone: each request is signed as one by itself would be") {
  ScriptedBucket bucket({plain(200), plain(200), plain(200)});
  FixedClock clock("2026-12-31T23:59:50Z");
  const S3Wire wire(bucket.location(), {kAccess, SecretString::copy_of(kSecret)}, clock);
  std::vector<std::string> expected;
  for (const int seconds : {5, 10, -20}) {  // the same day, the next one, and a clock that was set back
    clock.advance(Seconds(seconds));
    const UnsignedRequest alone{"GET",
                                "/bucket/k",
                                {},
                                {{"Host", bucket.location().endpoint.substr(8)},
                                 {"x-amz-content-sha256", std::string(kEmptySha256)},
                                 {"x-amz-date", amz_date(clock.now())}},
                                std::string(kEmptySha256)};
    expected.push_back(s3_authorization(alone, {clock.now(), "fr-test"}, {kAccess, SecretString::copy_of(kSecret)}));
    static_cast<void>(wire.send({.key = "k"}));
  }
  std::vector<std::string> sent;
  for (const HttpRequest& request : bucket.store().requests()) sent.push_back(request.header("authorization"));
  CHECK(sent == expected);
}

TEST_CASE("With names of hosts the bucket stands in the host, not in the path") {
  const SystemClock clock;
  ScriptedBucket bucket({plain(200)});
  S3Location at = bucket.location();
  at.addressing = S3Addressing::virtual_host;
  at.endpoint.replace(8, 9, "localhost");
  at.networks = {"127.0.0.0/8"};
  const S3Wire wire(at, {"A", SecretString::copy_of("S")}, clock);
  // bucket.localhost is not in the scripted store's certificate: the name is asked for, and checked.
  const Error error = error_of([&] { static_cast<void>(wire.send({.key = "k"})); });
  CHECK(error.category() == "CERTIFICATE");
  CHECK(std::string(error.what()).find("https://bucket.localhost:") != std::string::npos);
  CHECK(std::string(error.what()).find("/bucket/") == std::string::npos);
  CHECK(bucket.store().requests().empty());
}

TEST_CASE("A redirect to another region is a refusal that says so; nothing goes there") {
  ScriptedBucket target({plain(200)});
  ScriptedBucket bucket({{307, {{"Location", target.store().url() + "/bucket/k"}}}});
  const Error error = error_of([&] { static_cast<void>(bucket.client().head("k")); });
  CHECK(error.code() == ErrorCode::refused);
  CHECK(error.category() == "REDIRECT");
  CHECK(error.hint().find("region:") != std::string::npos);
  CHECK(target.store().requests().empty());
}

TEST_CASE("Many threads ask at once, each on a connection of its own") {
  std::vector<StoreAnswer> answers(64, StoreAnswer{200, {}, "answer"});
  ScriptedBucket bucket(std::move(answers));
  const S3Client client = bucket.client();
  std::vector<std::thread> threads;
  std::atomic<int> good{0};
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 8; ++j) good += static_cast<int>(as_text(client.wire().send({.key = "k"}).body) == "answer");
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(good == 64);
}
