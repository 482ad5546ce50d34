// What the client asks, header by header, and what it does not believe. What real stores answer: tests/integration/s3.
#include "replicas/s3/s3_client.h"

#include <catch2/catch.hpp>

#include "scripted_bucket.h"
#include "support/print_instant.h"

using namespace coffre;
using namespace coffre::test;
using namespace coffre::simulator;

namespace {

const Instant kUntil = from_rfc3339("2027-01-31T00:00:00Z").value();

struct Content {
  std::string text = "content";
  MemoryReader reader{as_bytes(text)};
  UploadDigests digests = upload_digests(reader);
};

}  // namespace

TEST_CASE("A put carries both digests, its metadata, and the lock that was asked for") {
  ScriptedBucket bucket({{200, {{"ETag", "\"9a0364b9e99bb480dd25e1f0284c8555\""}, {"x-amz-version-id", "v1"}}}});
  const Content content;
  S3Upload upload{"A/k", content.reader, content.digests, {{"coffre-a", "1"}, {"coffre-a-b", ""}}};
  upload.lock = S3Retention{S3LockMode::compliance, kUntil};
  upload.only_if_absent = true;
  const auto stored = bucket.client().put(upload);
  REQUIRE(stored.has_value());
  CHECK(stored->version == "v1");
  CHECK(stored->etag == content.digests.md5_hex);
  CHECK_FALSE(stored->encrypted_by_store);
  const HttpRequest seen = bucket.store().requests().at(0);
  CHECK(seen.body == "content");
  CHECK(seen.header("content-md5") == "mgNkuembtIDdJeHwKEyFVQ==");
  CHECK(seen.header("x-amz-content-sha256") == to_hex(content.digests.sha256));
  CHECK(seen.header("x-amz-meta-coffre-a") == "1");
  CHECK(seen.headers.count("x-amz-meta-coffre-a-b") == 1);
  CHECK(seen.header("x-amz-object-lock-mode") == "COMPLIANCE");
  CHECK(seen.header("x-amz-object-lock-retain-until-date") == "2027-01-31T00:00:00Z");
  CHECK(seen.header("if-none-match") == "*");
  CHECK(seen.header("authorization").find(";x-amz-meta-coffre-a;x-amz-meta-coffre-a-b;x-amz-object-lock-mode;") !=
        std::string::npos);
}

TEST_CASE("412 is an answer only to a put that asked for it") {
  ScriptedBucket bucket({failure(412, "PreconditionFailed"), failure(412, "PreconditionFailed")});
  const Content content;
  const S3Client client = bucket.client();
  S3Upload upload{"k", content.reader, content.digests};
  upload.only_if_absent = true;
  CHECK_FALSE(client.put(upload).has_value());
  upload.only_if_absent = false;
  CHECK(error_of([&] { static_cast<void>(client.put(upload)); }).category() == "PreconditionFailed");
}

TEST_CASE("A look tells version, size, lock and metadata, and the store's time also of what is absent") {
  StoreAnswer answer = locked(found(7, "v1"), "GOVERNANCE", "2027-01-31T00:00:00.000000000Z");
  answer.headers.insert(answer.headers.end(), {{"ETag", "\"abc\""},
                                               {"x-amz-object-lock-legal-hold", "ON"},
                                               {"x-amz-meta-coffre-sha256", "ff"},
                                               {"Date", "Thu, 26 Nov 2026 12:00:00 GMT"}});
  StoreAnswer nothing = absent();
  nothing.headers = {{"Date", "Thu, 26 Nov 2026 12:00:01 GMT"}};
  ScriptedBucket bucket({answer, nothing});
  const S3Client client = bucket.client();
  const S3Look look = client.look("k", "v1");
  REQUIRE(look.object.has_value());
  CHECK(look.object->version == "v1");
  CHECK(look.object->size == 7);
  CHECK(look.object->etag == "abc");
  CHECK(look.object->lock.mode == S3LockMode::governance);
  CHECK(look.object->lock.until == kUntil);
  CHECK(look.object->legal_hold);
  CHECK(look.object->metadata == Fields{{"coffre-sha256", "ff"}});
  const S3Look gone = client.look("k");
  CHECK_FALSE(gone.object.has_value());
  CHECK(gone.store_time == from_rfc3339("2026-11-26T12:00:01Z").value());
  CHECK(bucket.store().seen() == std::vector<std::string>{"HEAD k?versionId", "HEAD k"});
}

TEST_CASE("A part that is not the one that was asked for is damage, never data") {
  struct Row {
    const char* name;
    StoreAnswer answer;
    ErrorCode code;
  };
  const auto part = [](const std::string& range, const std::string& body) {
    return StoreAnswer{206, {{"Content-Range", range}}, body};
  };
  StoreAnswer shorter = part("bytes 2-5/10", "cd");
  shorter.declared = 4;
  StoreAnswer longer = part("bytes 2-5/10", "cdefgh");
  longer.declared = 4;
  const auto row = GENERATE_COPY(values<Row>({
      {"the whole object", {200, {}, "abcdefghij"}, ErrorCode::damaged},
      {"another range", part("bytes 3-6/10", "defg"), ErrorCode::damaged},
      {"of another size", part("bytes 2-5/11", "cdef"), ErrorCode::damaged},
      {"fewer bytes", part("bytes 2-5/10", "cde"), ErrorCode::damaged},
      {"no range", {206, {}, "cdef"}, ErrorCode::damaged},
      {"fewer than declared", shorter, ErrorCode::unreachable},
      {"more than declared", longer, ErrorCode::implausible},
      {"gone", failure(404, "NoSuchVersion"), ErrorCode::unreachable},
      {"refused", failure(403, "AccessDenied"), ErrorCode::refused},
      {"busy", failure(503, "SlowDown"), ErrorCode::unreachable},
      {"nothing at all", hung_up(), ErrorCode::unreachable},
  }));
  CAPTURE(row.name);
  ScriptedBucket bucket({row.answer, hung_up()});
  Bytes out(4, std::uint8_t{'-'});
  const Error error = error_of([&] { bucket.client().read("k", "v1", 10, 2, out); });
  CAPTURE(error.what());
  CHECK(error.code() == row.code);
  CHECK(as_text(out) == "----");
  CHECK(bucket.store().requests().at(0).header("range") == "bytes=2-5");
}

TEST_CASE("Pages are asked for with encoded keys, and go on where the last one ended") {
  ScriptedBucket bucket({versions({{"a", "1", 1}}), versions({}), {200, {}, "<ListBucketResult/>"}});
  const S3Client client = bucket.client();
  CHECK(client.versions("A/", "", "").entries.size() == 1);
  static_cast<void>(client.versions("A/", "A/x y", "v1", 2));
  static_cast<void>(client.objects("A/", "pg/0009", 3));
  const auto requests = bucket.store().requests();
  CHECK(requests[0].target == "/bucket?encoding-type=url&prefix=A%2F&versions=");
  CHECK(requests[1].target ==
        "/bucket?encoding-type=url&key-marker=A%2Fx%20y&max-keys=2&prefix=A%2F&version-id-marker=v1&versions=");
  CHECK(requests[2].target ==
        "/bucket?continuation-token=pg%2F0009&encoding-type=url&list-type=2&max-keys=3&prefix=A%2F");
}

TEST_CASE("Removing takes one version; an absent one is removed already, a locked one refused") {
  ScriptedBucket bucket({plain(204), failure(404, "NoSuchVersion"), failure(403, "AccessDenied")});
  const S3Client client = bucket.client();
  client.remove("k", "v1");
  client.remove("k", "v1");
  CHECK(error_of([&] { client.remove("k", "v2"); }).code() == ErrorCode::refused);
  CHECK(bucket.store().requests()[0].query.at("versionId") == "v1");
}

TEST_CASE("A lock is read and set on one version") {
  const S3Retention wanted{S3LockMode::compliance, kUntil};
  ScriptedBucket bucket({{200, {}, s3_retention_document(wanted)},
                         failure(404, "NoSuchObjectLockConfiguration"),

                         plain(200),
                         failure(403, "AccessDenied")});
  const S3Client client = bucket.client();
  const auto present = client.retention("k", "v1");
  REQUIRE(present.has_value());
  CHECK(present->until == kUntil);
  CHECK_FALSE(client.retention("k", "v1").has_value());
  client.set_retention("k", "v1", wanted);
  CHECK(error_of([&] { client.set_retention("k", "v1", wanted); }).code() == ErrorCode::refused);
  const auto requests = bucket.store().requests();
  CHECK(requests[2].body == s3_retention_document(wanted));
  CHECK_FALSE(requests[2].header("content-md5").empty());
  CHECK(requests[2].target == "/bucket/k?retention=&versionId=v1");
}

TEST_CASE("A store that knows no locks has none; one that will not say is an error") {
  ScriptedBucket bucket({failure(404, "ObjectLockConfigurationNotFoundError"), failure(501, "NotImplemented"),
                         plain(405), lock_enabled(), failure(403, "AccessDenied"), versioning_enabled()});
  const S3Client client = bucket.client();
  for (int i = 0; i < 3; ++i) CHECK_FALSE(client.lock_setup().enabled);
  CHECK(client.lock_setup().enabled);
  CHECK(error_of([&] { static_cast<void>(client.lock_setup()); }).code() == ErrorCode::refused);
  CHECK(client.versioning() == S3Versioning::enabled);
}

TEST_CASE("No error shows a key, a signature or a query") {
  ScriptedBucket bucket({failure(403, "SignatureDoesNotMatch"), hung_up()});
  const S3Client client = bucket.client();
  for (int i = 0; i < 2; ++i) {
    const std::string text = error_of([&] { static_cast<void>(client.versions("prefix-x", "", "")); }).what();
    for (const std::string& hidden : {kAccess, kSecret, std::string("Signature="), std::string("prefix-x")}) {
      CHECK(text.find(hidden) == std::string::npos);
    }
  }
}
