// Object Lock on the real store: what must be refused is refused, what must be possible is.
#include <catch2/catch.hpp>
#include <thread>

#include "integration/s3/gateway.h"
#include "support/error_of.h"
#include "support/floor_permits.h"
#include "support/print_instant.h"

using namespace coffre;
using namespace coffre::test;

namespace {

const std::string kPath = "CLI/SITE/NVR_A/CLI_SITE_NVR_A_20261126_0300_HEBDO.bak";

Instant in(Seconds time) {
  return std::chrono::floor<Seconds>(std::chrono::system_clock::now()) + time;
}

PutResult put(Bucket& bucket, const std::string& content, Instant until) {
  const MemoryReader reader(as_bytes(content));
  return bucket.put_if_absent(kPath, reader, sha256(as_bytes(content)), {until});
}

std::string only_version(const S3Client& client) {
  const S3Page page = client.versions(kPath, "", "");
  REQUIRE(page.entries.size() == 1);
  return page.entries[0].version;
}

void require_refused(const std::function<void()>& call) {
  const Error error = error_of(call);
  CHECK(error.code() == ErrorCode::refused);
  CHECK(error.category() == "AccessDenied");
}

}  // namespace

TEST_CASE("A locked object is refused to whoever wants it gone before its date") {
  const Place place(gateway());
  const auto bucket = place.open();
  const S3Client client = place.client();
  const Instant until = in(Seconds(3600));
  CHECK(bucket->properties().locks);
  CHECK(bucket->properties().concerns.empty());
  CHECK(put(*bucket, "content", until) == PutResult::stored);
  const std::string version = only_version(client);
  CHECK(client.head(kPath, version)->lock.mode == S3LockMode::compliance);
  CHECK(client.head(kPath, version)->lock.until == until);
  CHECK(client.retention(kPath, version)->until == until);

  require_refused([&] { client.remove(kPath, version); });
  SECTION("extended, never shortened, never weakened") {
    client.set_retention(kPath, version, {S3LockMode::compliance, until + Seconds(60)});
    CHECK(client.head(kPath, version)->lock.until == until + Seconds(60));
    require_refused([&] { client.set_retention(kPath, version, {S3LockMode::compliance, until}); });
    require_refused([&] { client.set_retention(kPath, version, {S3LockMode::governance, until + Seconds(60)}); });
    CHECK(client.head(kPath, version)->lock.until == until + Seconds(60));
  }
  SECTION("putting it again with a later date extends it; with an earlier one it stays") {
    CHECK(put(*bucket, "content", until + Seconds(120)) == PutResult::already_same);
    CHECK(put(*bucket, "content", until) == PutResult::already_same);
    CHECK(client.head(kPath, version)->lock.until == until + Seconds(120));
    CHECK(only_version(client) == version);
  }
  SECTION("a delete marker or an overwrite hides nothing") {
    client.remove(kPath, "");
    CHECK_FALSE(client.head(kPath).has_value());  // for others it looks deleted
    CHECK(bucket->head(kPath)->size == 7);
    CHECK(bucket->open(kPath) != nullptr);
    const MemoryReader other(as_bytes("something else"));
    const UploadDigests digests = upload_digests(other);
    REQUIRE(client.put({kPath, other, digests}).has_value());
    CHECK(client.head(kPath)->size == 14);
    CHECK(bucket->head(kPath)->size == 7);
    CHECK((content_digest(*bucket->open(kPath)) == sha256(as_bytes("content"))));
    CHECK(put(*bucket, "something else", until) == PutResult::conflict_other_content);
    std::size_t listed = 0;
    bucket->list("", [&](const ObjectInfo& object) { listed += object.size; });
    CHECK(listed == 7);
  }
}

TEST_CASE("A lock ends at its date, not before") {
  const Place place(gateway());
  const auto bucket = place.open();
  const S3Client client = place.client();
  const Instant until = in(Seconds(4));
  REQUIRE(put(*bucket, "content", until) == PutResult::stored);
  const std::string version = only_version(client);
  require_refused([&] { client.remove(kPath, version); });
  const auto expired = [&] { return in(Seconds(0)) > until; };
  while (!expired()) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  client.remove(kPath, version);
  CHECK_FALSE(bucket->head(kPath).has_value());
}

TEST_CASE("An object under lock stays whoever asks; afterwards it goes with all that was put over it") {
  const Place place(gateway());
  const auto bucket = place.open();
  const S3Client client = place.client();
  const Instant until = in(Seconds(4));
  REQUIRE(put(*bucket, "content", until) == PutResult::stored);
  client.remove(kPath, "");  // a delete marker
  const MemoryReader other(as_bytes("something else"));
  const UploadDigests digests = upload_digests(other);
  REQUIRE(client.put({kPath, other, digests}).has_value());
  const auto remove = [&] { return bucket->remove(kPath, permit_for(kPath, ReplicaRole::cloud)); };
  CHECK(remove() == Removal{Removal::State::locked, until});
  CHECK(client.versions(kPath, "", "").entries.size() == 3);
  CHECK((content_digest(*bucket->open(kPath)) == sha256(as_bytes("content"))));

  while (in(Seconds(0)) <= until) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  CHECK(remove().state == Removal::State::removed);
  CHECK(client.versions(kPath, "", "").entries.empty());
  CHECK(remove().state == Removal::State::absent);
}

TEST_CASE("A legal hold keeps an object until it is lifted") {
  const Place place(gateway());
  const S3Client client = place.client();
  const MemoryReader reader(as_bytes("content"));
  const UploadDigests digests = upload_digests(reader);
  S3Upload upload{kPath, reader, digests};
  upload.legal_hold = true;
  const auto stored = client.put(upload);
  REQUIRE(stored.has_value());
  CHECK(client.head(kPath, stored->version)->legal_hold);
  CHECK(place.open()->remove(kPath, permit_for(kPath, ReplicaRole::cloud)) == Removal{Removal::State::locked, {}});
  require_refused([&] { client.remove(kPath, stored->version); });
}

TEST_CASE("A bucket without locks stores, and says that it does not lock") {
  const Place place(gateway(), BucketKind::versioned);
  const auto bucket = place.open();
  CHECK_FALSE(bucket->properties().locks);
  CHECK(bucket->properties().concerns.size() == 1);
  CHECK(put(*bucket, "content", in(Seconds(3600))) == PutResult::stored);
  place.client().remove(kPath, only_version(place.client()));
  CHECK_FALSE(bucket->head(kPath).has_value());
}
