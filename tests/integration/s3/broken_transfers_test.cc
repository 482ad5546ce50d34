// Transfers that end in the middle, on the real store: the gateway is killed or stands still, the sender dies. An
// object is absent or whole; a second run finishes the work.
#include <catch2/catch.hpp>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "integration/s3/gateway.h"
#include "support/error_of.h"

using namespace coffre;
using namespace coffre::test;

namespace {

constexpr std::uint64_t kSize = 24U * 1024 * 1024;
const std::string kPath = "CLI/SITE/NVR_A/large.bak";

// Bytes that depend on their place. A pass that gets to `pause_at` stops there until it is let go on: the first pass
// is that of the digests, the second is the upload.
class PausingReader final : public RandomReader {
 public:
  explicit PausingReader(std::uint64_t pause_at = UINT64_MAX, int pass = 2) : pause_at_(pause_at), pass_(pass) {}
  [[nodiscard]] std::uint64_t size() const override { return kSize; }
  void read_at(std::uint64_t offset, ByteSpan out) const override {
    {
      std::unique_lock lock(mutex_);
      if (offset == 0) ++passes_;
      if (passes_ == pass_ && offset >= pause_at_ && !reached_) {
        reached_ = true;
        changed_.notify_all();
        changed_.wait(lock, [&] { return released_; });
      }
    }
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::uint8_t>((offset + i) * 31 % 253);
  }
  void wait_reached() const {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return reached_; });
  }
  void release() const {
    const std::lock_guard lock(mutex_);
    released_ = true;
    changed_.notify_all();
  }

 private:
  std::uint64_t pause_at_;
  int pass_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  mutable int passes_ = 0;
  mutable bool reached_ = false;
  mutable bool released_ = false;
};

Digest right_digest() {
  static const Digest digest = content_digest(PausingReader());
  return digest;
}

BucketOptions without_retries(const Place& place) {
  BucketOptions options = place.options();
  options.retry.attempts = 1;
  return options;
}

// Starts a put, and does `meanwhile` when half of it has been handed over; the put's Error.
Error put_broken_by(Bucket& bucket, const std::function<void()>& meanwhile) {
  const PausingReader content(kSize / 2);
  std::optional<Error> error;
  std::thread putting([&] {
    try {
      static_cast<void>(bucket.put_if_absent(kPath, content, right_digest()));
    } catch (const Error& thrown) {
      error = thrown;
    }
  });
  content.wait_reached();
  meanwhile();
  content.release();
  putting.join();
  REQUIRE(error.has_value());
  return *error;
}

void require_absent_or_whole(Bucket& bucket) {
  const auto reader = bucket.open(kPath);
  if (reader) CHECK((content_digest(*reader) == right_digest()));
}

void require_second_run_finishes(Bucket& bucket) {
  const PutResult result = bucket.put_if_absent(kPath, PausingReader(), right_digest());
  CHECK((result == PutResult::stored || result == PutResult::already_same));
  CHECK((content_digest(*bucket.open(kPath)) == right_digest()));
}

}  // namespace

TEST_CASE("A gateway that is killed in the middle of an upload leaves the object absent or whole") {
  const Place place(gateway());
  const auto bucket = Place::open(without_retries(place));
  const Error error = put_broken_by(*bucket, [] { gateway().command("kill-gateway"); });
  CHECK(error.code() == ErrorCode::unreachable);
  CHECK(error.subject() == kPath);
  CHECK(error_of([&] { bucket->open(kPath); }).code() == ErrorCode::unreachable);
  gateway().command("start-gateway");
  require_absent_or_whole(*bucket);
  CHECK_FALSE(bucket->head(kPath).has_value());  // half of it is none
  require_second_run_finishes(*bucket);
}

TEST_CASE("A gateway that comes back within the budget is not noticed by whoever puts") {
  const Place place(gateway());
  BucketOptions options = place.options();
  options.retry.attempts = 100;
  options.retry.first_pause = options.retry.longest_pause = std::chrono::milliseconds(300);
  const auto bucket = Place::open(options);
  const PausingReader content(kSize / 2);
  PutResult result = PutResult::conflict_other_content;
  std::thread putting([&] { result = bucket->put_if_absent(kPath, content, right_digest()); });
  content.wait_reached();
  gateway().command("kill-gateway");
  content.release();
  gateway().command("start-gateway");
  putting.join();
  CHECK(result == PutResult::stored);
  CHECK((content_digest(*bucket->open(kPath)) == right_digest()));
  CHECK(place.client().versions("", "", "").entries.size() == 1);
}

TEST_CASE("A sender that dies in the middle leaves nothing") {
  const Place place(gateway());
  const auto bucket = Place::open(without_retries(place));
  class Dying final : public RandomReader {
   public:
    [[nodiscard]] std::uint64_t size() const override { return kSize; }
    void read_at(std::uint64_t offset, ByteSpan out) const override {
      if (offset == 0) ++passes_;
      if (passes_ == 2 && offset > kSize / 2) throw Error(ErrorCode::io, "reading the source", "it has gone");
      PausingReader().read_at(offset, out);
    }

   private:
    mutable int passes_ = 0;
  };
  CHECK(error_of([&] { static_cast<void>(bucket->put_if_absent(kPath, Dying(), right_digest())); }).code() ==
        ErrorCode::io);
  CHECK_FALSE(bucket->head(kPath).has_value());
  require_second_run_finishes(*bucket);
}

TEST_CASE("A download that is cut is an error, never a shorter object; within the budget it is taken up again") {
  const Place place(gateway());
  const auto bucket = Place::open(without_retries(place));
  REQUIRE(bucket->put_if_absent(kPath, PausingReader(), right_digest()) == PutResult::stored);
  const auto reader = bucket->open(kPath);
  Bytes part(1'000'000);
  reader->read_at(0, part);
  gateway().command("kill-gateway");
  CHECK(error_of([&] { reader->read_at(20'000'000, part); }).code() == ErrorCode::unreachable);
  gateway().command("start-gateway");
  CHECK((content_digest(*reader) == right_digest()));
}

TEST_CASE("A put that the store did not answer in time may be there: it is asked, and not put twice") {
  const Place place(gateway());
  BucketOptions options = place.options();
  options.limits.first_byte = std::chrono::milliseconds(1500);
  options.retry.attempts = 1;
  const auto bucket = Place::open(options);
  const MemoryReader content(as_bytes("content"));
  const S3Client client = place.client();
  REQUIRE_FALSE(client.head(kPath).has_value());  // whatever the gateway looks up at first, it has
  gateway().command("freeze-store");
  const Error error = error_of([&] {
    const UploadDigests digests = upload_digests(content);
    static_cast<void>(bucket->client().put({kPath, content, digests}));
  });
  gateway().command("thaw-store");
  CHECK(error.code() == ErrorCode::unreachable);
  CHECK(error.category() == "TIMEOUT");
  const auto stored = Place::open(place.options());
  while (!stored->head(kPath)) std::this_thread::sleep_for(std::chrono::milliseconds(50));  // the store works it off
  CHECK(stored->put_if_absent(kPath, content, sha256(as_bytes("content"))) == PutResult::already_same);
  CHECK(client.versions("", "", "").entries.size() == 1);
}

TEST_CASE("On disks, what was acknowledged outlives a SIGKILL of the whole store, and its lock does") {
  Gateway peer(GatewayStore::disk);
  const Place place(peer);
  const auto bucket = Place::open(without_retries(place));
  const MemoryReader small(as_bytes("content"));
  const Digest digest = sha256(as_bytes("content"));
  const Instant until = std::chrono::floor<Seconds>(std::chrono::system_clock::now()) + Seconds(3600);
  REQUIRE(bucket->put_if_absent("CLI/SITE/NVR_A/small.bak", small, digest, {until}) == PutResult::stored);
  const Error error = put_broken_by(*bucket, [&] { peer.command("kill-all"); });
  CHECK(error.code() == ErrorCode::unreachable);
  peer.command("start-all");
  CHECK(bucket->put_if_absent("CLI/SITE/NVR_A/small.bak", small, digest, {until}) == PutResult::already_same);
  const S3Client client = place.client();
  const S3Page page = client.versions("CLI/SITE/NVR_A/small.bak", "", "");
  REQUIRE(page.entries.size() == 1);
  CHECK(error_of([&] { client.remove(page.entries[0].key, page.entries[0].version); }).category() == "AccessDenied");
  require_absent_or_whole(*bucket);
  require_second_run_finishes(*bucket);
}
