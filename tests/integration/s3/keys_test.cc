// Keys of any bytes, and listings longer than a page, on the real store.
#include <fmt/format.h>
#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "integration/s3/gateway.h"
#include "replicas/s3/version_walk.h"

using namespace coffre;
using namespace coffre::test;

namespace {

constexpr std::size_t kMany = 1050;  // more than the 1000 of a page
constexpr std::size_t kWorkers = 8;

const EachPage kOnce = [](const std::function<S3Page()>& ask) { return ask(); };

void put(const S3Client& client, const std::string& key, const std::string& content) {
  const MemoryReader reader(as_bytes(content));
  const UploadDigests digests = upload_digests(reader);
  REQUIRE(client.put({key, reader, digests}).has_value());
}

std::string name_of(std::size_t number) {
  return fmt::format("M/S/NVR_A/{:05}.bak", number);
}

}  // namespace

TEST_CASE("Awkward keys come back from put, get, both listings and their pages") {
  const std::vector<std::string> keys{"space here",
                                      "[1]",
                                      "\xc3\xa9\xc3\xa0",
                                      "a+b&c=d",
                                      "e:f@g$h;i,j",
                                      "k?l#m%n\\o",
                                      "line\nend",
                                      "p//q",
                                      "r/../s",
                                      "t/./u",
                                      "%41",
                                      "%2F",
                                      "\xe4\xb8\xad\xe6\x96\x87",
                                      "tail/",
                                      "~-._",
                                      "(v)!*'w",
                                      "\xf0\x9f\x94\x91",
                                      "ctrl\x01x",
                                      "x&#65;<y>\"z\""};
  const auto kind = GENERATE(BucketKind::locked, BucketKind::plain);
  const Place place(gateway(), kind);
  const S3Client client = place.client();
  for (const std::string& key : keys) {
    INFO(key);
    put(client, key, key);
    CHECK(client.head(key)->size == key.size());
    Bytes bytes(key.size());
    client.read(key, "", key.size(), 0, bytes);
    CHECK(as_text(bytes) == key);
  }
  std::vector<std::string> sorted = keys;
  std::sort(sorted.begin(), sorted.end());
  std::vector<std::string> listed;
  walk_objects(client, "", kOnce, [&](const S3Entry& entry) { listed.push_back(entry.key); });
  CHECK(listed == sorted);
  listed.clear();
  walk_oldest_versions(client, "", kOnce, [&](const S3Entry& entry) { listed.push_back(entry.key); });
  CHECK(listed == sorted);

  // One key a page: each of them is a marker once.
  listed.clear();
  S3Page page;
  do {
    page = client.versions("", page.next_key, page.next_version, 1);
    for (const S3Entry& entry : page.entries) listed.push_back(entry.key);
  } while (page.truncated);
  CHECK(listed == sorted);
  listed.clear();
  do {
    page = client.objects("", page.next_token, 1);
    for (const S3Entry& entry : page.entries) listed.push_back(entry.key);
  } while (page.truncated);
  CHECK(listed == sorted);
}

TEST_CASE("More than a page of objects is listed whole, in order, whatever the bucket keeps") {
  const auto kind = GENERATE(BucketKind::locked, BucketKind::plain);
  const Place place(gateway(), kind);
  const S3Client client = place.client();
  std::vector<std::thread> workers;
  std::atomic<std::size_t> next{0};
  std::atomic<bool> failed{false};
  for (std::size_t i = 0; i < kWorkers; ++i) {
    workers.emplace_back([&] {
      for (std::size_t number = next++; number < kMany && !failed; number = next++) {
        const std::string content = name_of(number);
        const MemoryReader reader(as_bytes(content));
        const UploadDigests digests = upload_digests(reader);
        try {
          static_cast<void>(client.put({content, reader, digests}));
        } catch (const Error&) {
          failed = true;
        }
      }
    });
  }
  for (std::thread& worker : workers) worker.join();
  REQUIRE_FALSE(failed);
  put(client, "M/S/NVR_A-2/x.bak", "not below the folder");
  std::size_t count = 0;
  bool in_order = true;
  place.open()->list("M/S/NVR_A", [&](const ObjectInfo& object) { in_order &= object.path == name_of(count++); });
  CHECK(count == kMany);
  CHECK(in_order);
}

TEST_CASE("Metadata comes back, also names that begin alike and values that are empty") {
  const Place place(gateway());
  const S3Client client = place.client();
  const MemoryReader reader(as_bytes("content"));
  const UploadDigests digests = upload_digests(reader);
  Fields metadata{{"k", "a"}, {"k-1", "b"}, {"k.x", "\xc3\xa9"}, {"sha256", to_hex(digests.sha256)}};
  REQUIRE(client.put({"k", reader, digests, metadata}).has_value());
  Fields back = client.head("k")->metadata;
  std::sort(back.begin(), back.end());
  std::sort(metadata.begin(), metadata.end());
  CHECK(back == metadata);
}

TEST_CASE("If-None-Match is enforced where the store keeps no versions, and not where it does") {
  const MemoryReader reader(as_bytes("content"));
  const UploadDigests digests = upload_digests(reader);
  S3Upload upload{"k", reader, digests};
  upload.only_if_absent = true;
  const S3Client plain = Place(gateway(), BucketKind::plain).client();
  CHECK(plain.put(upload).has_value());
  CHECK_FALSE(plain.put(upload).has_value());
  const S3Client versioned = Place(gateway(), BucketKind::versioned).client();
  CHECK(versioned.put(upload).has_value());
  CHECK(versioned.put(upload).has_value());  // the reason why Bucket does not rely on it there
}
