// Damage in a real bucket, and its repair: the damaged version stays for whoever looks into it, the good one is found.
#include <catch2/catch.hpp>

#include "integration/s3/gateway.h"
#include "support/error_of.h"
#include "support/print_instant.h"

using namespace coffre;
using namespace coffre::test;

namespace {

const std::string kPath = "CLI/SITE/NVR_A/CLI_SITE_NVR_A_20261126_0300_HEBDO.bak";

Instant in(Seconds time) {
  return std::chrono::floor<Seconds>(std::chrono::system_clock::now()) + time;
}

PutResult put(Bucket& bucket, const std::string& content, const PutOptions& options = {}) {
  return bucket.put_if_absent(kPath, MemoryReader(as_bytes(content)), sha256(as_bytes(content)), options);
}

std::string repair(Bucket& bucket, const std::string& content, const PutOptions& options = {}) {
  return bucket.repair(kPath, MemoryReader(as_bytes(content)), sha256(as_bytes(content)), options);
}

std::string text_of(const RandomReader& reader) {
  Bytes bytes(static_cast<std::size_t>(reader.size()));
  reader.read_at(0, bytes);
  return std::string(as_text(bytes));
}

std::vector<std::string> others(Bucket& bucket) {
  std::vector<std::string> contents;
  bucket.open_others(kPath, [&](const std::unique_ptr<RandomReader>& content) {
    contents.push_back(text_of(*content));
    return false;
  });
  return contents;
}

}  // namespace

TEST_CASE("An object of somebody else's under our name is kept as the older version, and the good one is locked") {
  const Place place(gateway());
  const auto bucket = place.open();
  const Instant until = in(Seconds(3600));
  // Locked by whoever got hold of the key: nobody could remove it, and nobody needs to.
  REQUIRE(put(*bucket, "a stranger's", {.locked_until = until}) == PutResult::stored);
  CHECK(put(*bucket, "good") == PutResult::conflict_other_content);
  const std::string kept = repair(*bucket, "good", {.locked_until = until});
  CHECK(kept.starts_with(kPath + "?versionId="));
  CHECK(text_of(*bucket->open(kPath)) == "a stranger's");
  CHECK(others(*bucket) == std::vector<std::string>{"good"});

  const S3Page page = place.client().versions(kPath, "", "");
  REQUIRE(page.entries.size() == 2);
  for (const S3Entry& entry : page.entries) CHECK(place.client().head(kPath, entry.version)->lock.until == until);
}

TEST_CASE("Repairing again puts no third version; it carries the lock of the good one on") {
  const Place place(gateway());
  const auto bucket = place.open();
  REQUIRE(put(*bucket, "a stranger's") == PutResult::stored);
  repair(*bucket, "good", {.locked_until = in(Seconds(60))});
  const Instant later = in(Seconds(7200));
  repair(*bucket, "good", {.locked_until = later});
  const S3Page page = place.client().versions(kPath, "", "");
  REQUIRE(page.entries.size() == 2);
  CHECK(place.client().head(kPath, page.entries.front().version)->lock.until == later);
}

TEST_CASE("A delete marker hides neither version; what was deleted for good is put again") {
  const Place place(gateway(), BucketKind::versioned);
  const auto bucket = place.open();
  REQUIRE(put(*bucket, "good") == PutResult::stored);
  place.client().remove(kPath, "");  // a delete marker
  CHECK(text_of(*bucket->open(kPath)) == "good");
  CHECK(repair(*bucket, "good").empty());  // nothing was in the way, and nothing new was put
  CHECK(others(*bucket).empty());
  for (const S3Entry& entry : place.client().versions(kPath, "", "").entries)
    place.client().remove(kPath, entry.version);
  CHECK(bucket->open(kPath) == nullptr);
  CHECK(repair(*bucket, "good").empty());
  CHECK(text_of(*bucket->open(kPath)) == "good");
}

TEST_CASE("A bucket without versions keeps what lies there: a repair would lose it") {
  const Place place(gateway(), BucketKind::plain);
  const auto bucket = place.open();
  REQUIRE(put(*bucket, "a stranger's") == PutResult::stored);
  CHECK(error_of([&] { repair(*bucket, "good"); }).code() == ErrorCode::unsupported);
  CHECK(text_of(*bucket->open(kPath)) == "a stranger's");
}
