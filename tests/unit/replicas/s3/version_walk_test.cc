#include "replicas/s3/version_walk.h"

#include <catch2/catch.hpp>

#include "scripted_bucket.h"

using namespace coffre;
using namespace coffre::test;
using namespace coffre::simulator;

namespace {

// A page that goes on after its last entry.
StoreAnswer page(const std::vector<StoreVersion>& entries, const std::string& next_key,
                 const std::string& next_version) {
  StoreAnswer answer = versions(entries);
  const std::string ends = "<IsTruncated>false</IsTruncated>";
  answer.body.replace(answer.body.find(ends), ends.size(),
                      "<IsTruncated>true</IsTruncated><NextKeyMarker>" + next_key +
                          "</NextKeyMarker><NextVersionIdMarker>" + next_version + "</NextVersionIdMarker>");
  return answer;
}

StoreAnswer objects(const std::vector<std::string>& keys, const std::string& next_token) {
  std::string body = "<ListBucketResult><IsTruncated>" + std::string(next_token.empty() ? "false" : "true") +
                     "</IsTruncated><NextContinuationToken>" + next_token + "</NextContinuationToken>";
  for (const std::string& key : keys) {
    body += "<Contents><Key>" + key + "</Key><LastModified>2026-11-26T11:49:31.000Z</LastModified><Size>1</Size>" +
            "</Contents>";
  }
  return {200, {}, body + "</ListBucketResult>"};
}

const EachPage kOnce = [](const std::function<S3Page()>& ask) { return ask(); };

std::vector<std::string> walked(ScriptedBucket& bucket) {
  std::vector<std::string> seen;
  walk_oldest_versions(bucket.client(), "A/", kOnce,
                       [&](const S3Entry& entry) { seen.push_back(entry.key + " " + entry.version); });
  return seen;
}

}  // namespace

TEST_CASE("Of each key the oldest version counts, whatever was put or deleted after it") {
  ScriptedBucket bucket({versions({{"A/1", "d3", 0, true},
                                   {"A/1", "v2", 5},
                                   {"A/1", "v1", 4},
                                   {"A/2", "v9", 4},
                                   {"A/3", "v8", 3},
                                   {"A/3", "d7", 0, true},
                                   {"A/4", "d6", 0, true}})});
  CHECK(walked(bucket) == std::vector<std::string>{"A/1 v1", "A/2 v9", "A/3 v8"});
}

TEST_CASE("The versions of a key may be spread over pages") {
  ScriptedBucket bucket({page({{"A/1", "v3", 1}, {"A/1", "v2", 1}}, "A/1", "v2"), page({{"A/1", "v1", 1}}, "A/1", "v1"),
                         versions({{"A/2", "v4", 1}})});
  CHECK(walked(bucket) == std::vector<std::string>{"A/1 v1", "A/2 v4"});
  const auto requests = bucket.store().requests();
  CHECK(requests[1].query.at("key-marker") == "A/1");
  CHECK(requests[1].query.at("version-id-marker") == "v2");
  CHECK(requests[2].query.at("version-id-marker") == "v1");
}

TEST_CASE("One key is found among longer ones that begin alike") {
  ScriptedBucket bucket({versions({{"A/k", "v2", 2}, {"A/k", "v1", 1}, {"A/k.rwk", "v0", 9}}),
                         versions({{"A/k.rwk", "v0", 9}}), versions({{"A/k", "d1", 0, true}}), versions({}),
                         page({{"A/k", "v3", 3}}, "A/k", "v3"), versions({{"A/k", "v2", 2}})});
  const S3Client client = bucket.client();
  CHECK(oldest_version(client, "A/k")->version == "v1");
  CHECK_FALSE(oldest_version(client, "A/k").has_value());
  CHECK_FALSE(oldest_version(client, "A/k").has_value());
  CHECK_FALSE(oldest_version(client, "A/k").has_value());
  CHECK(oldest_version(client, "A/k")->version == "v2");
}

TEST_CASE("Pages that stand still or run backwards end the walk") {
  SECTION("the same marker again") {
    ScriptedBucket bucket({page({{"A/1", "v1", 1}}, "A/1", "v1"), page({{"A/1", "v1", 1}}, "A/1", "v1")});
    CHECK(error_of([&] { walked(bucket); }).code() == ErrorCode::implausible);
  }
  SECTION("an earlier key") {
    ScriptedBucket bucket({versions({{"A/2", "v1", 1}, {"A/1", "v1", 1}})});
    CHECK(error_of([&] { walked(bucket); }).code() == ErrorCode::implausible);
  }
  SECTION("one key for ever") {
    ScriptedBucket bucket({page({{"A/1", "v1", 1}}, "A/1", "v1"), page({{"A/1", "v1", 1}}, "A/1", "v1")});
    CHECK(error_of([&] { static_cast<void>(oldest_version(bucket.client(), "A/1")); }).code() ==
          ErrorCode::implausible);
  }
  SECTION("objects, the same token again") {
    ScriptedBucket bucket({objects({"A/1"}, "t"), objects({"A/2"}, "t")});
    CHECK(error_of([&] { walk_objects(bucket.client(), "A/", kOnce, [](const S3Entry&) {}); }).code() ==
          ErrorCode::implausible);
  }
  SECTION("objects, a key twice") {
    ScriptedBucket bucket({objects({"A/1", "A/1"}, "")});
    CHECK(error_of([&] { walk_objects(bucket.client(), "A/", kOnce, [](const S3Entry&) {}); }).code() ==
          ErrorCode::implausible);
  }
}

TEST_CASE("Objects of a bucket without versions come page after page, each page by the caller's own rule") {
  ScriptedBucket bucket({objects({"A/1", "A/2"}, "t1"), objects({"A/3"}, "")});
  std::vector<std::string> seen;
  int pages = 0;
  walk_objects(
      bucket.client(), "A/",
      [&](const std::function<S3Page()>& ask) {
        ++pages;
        return ask();
      },
      [&](const S3Entry& entry) { seen.push_back(entry.key); });
  CHECK(seen == std::vector<std::string>{"A/1", "A/2", "A/3"});
  CHECK(pages == 2);
  CHECK(bucket.store().requests()[1].query.at("continuation-token") == "t1");
}
