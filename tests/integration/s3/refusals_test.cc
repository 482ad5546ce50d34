// A real store that says no, or is not the one that was meant: one line that tells what to do, and nothing sent in
// vain.
#include <catch2/catch.hpp>

#include "integration/s3/gateway.h"
#include "support/error_of.h"
#include "support/fixed_clock.h"

using namespace coffre;
using namespace coffre::test;

namespace {

PutResult put(Bucket& bucket, const std::string& path, const std::string& content = "content") {
  const MemoryReader reader(as_bytes(content));
  return bucket.put_if_absent(path, reader, sha256(as_bytes(content)));
}

// Opens with another key, place or clock.
Error refused_opening(const BucketOptions& options, S3Credentials key, const Clock& clock) {
  SystemRandom random;
  SystemSleeper sleeper;
  return error_of([&] { Bucket::open(options, std::move(key), {clock, random, sleeper}); });
}

bool says(const Error& error, std::string_view text) {
  INFO(error.what());
  const std::string line = error.what();
  CHECK(line.find('\n') == std::string::npos);
  CHECK(line.find("writer-secret") == std::string::npos);
  return line.find(text) != std::string::npos;
}

const SystemClock kClock;

}  // namespace

TEST_CASE("A wrong key, a wrong bucket and a suspended account are told apart") {
  const Place place(gateway());
  const BucketOptions options = place.options();
  struct Row {
    const char* name;
    S3Credentials key;
    std::string bucket;
    std::string category;
    std::string text;
  };
  std::vector<Row> rows;
  rows.push_back({"secret",
                  {"WRITERKEY0000000001", SecretString::copy_of("wrong")},
                  options.at.bucket,
                  "SignatureDoesNotMatch",
                  "backupd secret set"});
  rows.push_back({"access key",
                  {"NOSUCHKEY", SecretString::copy_of("wrong")},
                  options.at.bucket,
                  "InvalidAccessKeyId",
                  "does not know this access key"});
  rows.push_back({"somebody else's bucket", other_key(), options.at.bucket, "AccessDenied", "lacks the right"});
  rows.push_back({"no such bucket", writer_key(), "no-such-bucket", "NoSuchBucket", "there is no such bucket"});
  for (Row& row : rows) {
    CAPTURE(row.name);
    BucketOptions with = options;
    with.at.bucket = row.bucket;
    const Error error = refused_opening(with, std::move(row.key), kClock);
    CHECK(error.code() == ErrorCode::refused);
    CHECK(error.category() == row.category);
    CHECK(says(error, row.text));
  }
}

TEST_CASE("Rights that are withdrawn in the middle stop the work and come back without harm") {
  const Place place(gateway());
  const auto bucket = place.open();
  CHECK(put(*bucket, "A/S/N/1.bak") == PutResult::stored);
  gateway().command("suspend writer");
  const Error write = error_of([&] { put(*bucket, "A/S/N/2.bak"); });
  const Error read = error_of([&] { bucket->open("A/S/N/1.bak"); });
  gateway().command("enable writer");
  CHECK(write.code() == ErrorCode::refused);
  CHECK(read.category() == "UserSuspended");
  CHECK(says(read, "suspended"));
  CHECK(put(*bucket, "A/S/N/2.bak") == PutResult::stored);
}

TEST_CASE("A quota that is used up is no room, says so, and nothing is removed to make some") {
  const Place place(gateway());
  const auto bucket = place.open();
  CHECK(put(*bucket, "A/S/N/1.bak") == PutResult::stored);
  gateway().command("allow-only writer 1");
  const Error error = error_of([&] { put(*bucket, "A/S/N/2.bak"); });
  gateway().command("allow-only writer 0");
  CHECK(error.code() == ErrorCode::no_space);
  CHECK(error.category() == "QuotaExceeded");
  CHECK(says(error, "quota"));
  CHECK(bucket->head("A/S/N/1.bak").has_value());
  CHECK(put(*bucket, "A/S/N/2.bak") == PutResult::stored);
}

TEST_CASE("Another authority, another host name, and plain HTTP are refused before anything is sent") {
  const Place place(gateway());
  BucketOptions options = place.options();
  SECTION("the machine's own authorities do not know this one") {
    options.at.ca_file.clear();
    const Error error = refused_opening(options, writer_key(), kClock);
    CHECK(error.code() == ErrorCode::refused);
    CHECK(error.category() == "CERTIFICATE");
    CHECK(says(error, "Check the CA file"));
  }
  SECTION("another authority") {
    options.at.ca_file = (gateway().folder() / "pki" / "other.pem").string();
    CHECK(refused_opening(options, writer_key(), kClock).category() == "CERTIFICATE");
  }
  SECTION("a name that the certificate does not bear") {
    options.at.endpoint = "https://else.localhost:" + gateway().port();
    options.at.networks = {"127.0.0.0/8"};
    CHECK(refused_opening(options, writer_key(), kClock).category() == "CERTIFICATE");
  }
  SECTION("http") {
    options.at.endpoint = "http://127.0.0.1:" + gateway().port();
    const Error error = refused_opening(options, writer_key(), kClock);
    CHECK(error.code() == ErrorCode::usage);
    CHECK(says(error, "https only"));
  }
  SECTION("a name may lead to loopback only where the configuration says so") {
    options.at.endpoint = "https://localhost:" + gateway().port();
    CHECK(refused_opening(options, writer_key(), kClock).category() == "ADDRESS_FENCE");
  }
}

TEST_CASE("By name of host the bucket is found as by path") {
  S3Location at = gateway().location("virtual-1");
  const S3Client by_path(at, writer_key(), kClock);
  REQUIRE(by_path.wire().send({.method = "PUT"}).status == 200);
  at.addressing = S3Addressing::virtual_host;
  at.endpoint = "https://localhost:" + gateway().port();
  at.networks = {"127.0.0.0/8"};
  const S3Client by_name(at, writer_key(), kClock);
  const MemoryReader reader(as_bytes("content"));
  const UploadDigests digests = upload_digests(reader);
  REQUIRE(by_name.put({"A/k", reader, digests}).has_value());
  CHECK(by_path.head("A/k")->size == 7);
  CHECK(by_name.objects("A/", "").entries.size() == 1);
}

TEST_CASE("A clock that is off by more than the store bears is told by how much") {
  const Place place(gateway());
  FixedClock clock("2026-11-26T00:00:00Z");
  clock.set(kClock.now() + Seconds(16 * 60 + 30));
  const Error ahead = refused_opening(place.options(), writer_key(), clock);
  CHECK(ahead.code() == ErrorCode::refused);
  CHECK(ahead.category() == "RequestTimeTooSkewed");
  CHECK(says(ahead, "16 min "));
  CHECK(says(ahead, "ahead of the store's"));
  clock.set(kClock.now() - Seconds(3600));
  CHECK(says(refused_opening(place.options(), writer_key(), clock), "behind the store's"));
}

TEST_CASE("A clock that the store bears, but a lock does not, stores nothing") {
  const Place place(gateway());
  FixedClock clock("2026-11-26T00:00:00Z");
  clock.set(kClock.now() + Seconds(10 * 60));
  SystemRandom random;
  SystemSleeper sleeper;
  const auto bucket = Bucket::open(place.options(), writer_key(), {clock, random, sleeper});
  const MemoryReader reader(as_bytes("content"));
  const Error error = error_of(
      [&] { bucket->put_if_absent("A/k.bak", reader, sha256(as_bytes("content")), {clock.now() + Seconds(3600)}); });
  CHECK(error.code() == ErrorCode::rule);
  CHECK(error.category() == "CLOCK");
  CHECK(place.client().versions("", "", "").entries.empty());
  CHECK(bucket->put_if_absent("A/k.bak", reader, sha256(as_bytes("content"))) == PutResult::stored);
}

TEST_CASE("What the store counts wrong itself it refuses, and nothing is kept") {
  const Place place(gateway());
  const S3Client client = place.client();
  const MemoryReader reader(as_bytes("content"));
  UploadDigests digests = upload_digests(reader);
  SECTION("MD5") {
    digests.md5_base64 = upload_digests(MemoryReader(as_bytes("other"))).md5_base64;
  }
  SECTION("SHA-256") {
    digests.sha256 = sha256(as_bytes("other"));
  }
  const Error error = error_of([&] { static_cast<void>(client.put({"k", reader, digests})); });
  CHECK(error.code() == ErrorCode::unreachable);  // damaged on its way: worth another try
  CHECK(says(error, "arrived damaged"));
  CHECK_FALSE(client.head("k").has_value());
}
