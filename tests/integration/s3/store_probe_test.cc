// The questions of replicas/s3/store_probe.h asked of the real store, in each kind of bucket.
#include "replicas/s3/store_probe.h"

#include <catch2/catch.hpp>
#include <map>
#include <thread>

#include "integration/s3/gateway.h"

using namespace coffre;
using namespace coffre::test;

namespace {

const SystemClock kClock;
SystemRandom random_source;

StoreProbe probe_with(const S3Client& client) {
  return {
      .writer = client, .deleter = nullptr, .lock = S3LockMode::compliance, .clock = kClock, .random = random_source};
}

std::map<Capability, Ability> measure(const StoreProbe& probe) {
  std::map<Capability, Ability> all;
  for (const Measured& one : measure_store(probe).all) {
    UNSCOPED_INFO(to_string(one.what) << ": " << to_string(one.verdict) << ", " << one.found);
    all.emplace(one.what, one.verdict);
  }
  return all;
}

std::size_t probes_in(const S3Client& client) {
  return client.versions("_coffre/probe/", "", "").entries.size();
}

}  // namespace

TEST_CASE("A bucket with locks does what is required; the locked object goes at the next call, after its lock") {
  const Place place(gateway());
  const S3Client client = place.client();
  StoreProbe probe = probe_with(client);
  probe.lock_time = Seconds(3);
  const auto all = measure(probe);
  for (const Capability what : all_capabilities()) {
    CAPTURE(to_string(what));
    CHECK(all.at(what) == (what == Capability::conditional_put ? Ability::no : Ability::yes));
  }
  const S3Page left = client.versions("_coffre/probe/", "", "");
  REQUIRE(left.entries.size() == 1);
  const auto still_locked = [&] {
    const auto object = client.head(left.entries[0].key, left.entries[0].version);
    return object && object->lock.until + Seconds(1) >= std::chrono::system_clock::now();
  };
  while (still_locked()) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  CHECK(ask_canary(probe).finding.verdict == CanaryVerdict::held);
  CHECK(probes_in(client) == 1);
  CHECK_FALSE(client.head(left.entries[0].key, left.entries[0].version).has_value());
}

TEST_CASE("Buckets without locks: what they lack is a no, what they have is found, nothing is left") {
  const auto kind = GENERATE(BucketKind::versioned, BucketKind::plain);
  const Place place(gateway(), kind);
  const S3Client client = place.client();
  const bool versioned = kind == BucketKind::versioned;
  const auto all = measure(probe_with(client));
  CHECK(all.at(Capability::lock_read_back) == Ability::no);
  CHECK(all.at(Capability::lock_refuses) == Ability::not_measured);
  CHECK(all.at(Capability::versioning) == (versioned ? Ability::yes : Ability::no));
  CHECK(all.at(Capability::conditional_put) == (versioned ? Ability::no : Ability::yes));
  CHECK(all.at(Capability::pagination) == Ability::yes);
  CHECK(all.at(Capability::checksum) == Ability::yes);
  CHECK(probes_in(client) == 0);
}

TEST_CASE("A key that may not delete leaves the lock unmeasured") {
  const Place place(gateway());
  const S3Client client = place.client();
  const S3Client stranger(client.wire().location(), other_key(), kClock);
  StoreProbe probe = probe_with(client);
  probe.deleter = &stranger;
  const CanaryReport report = ask_canary(probe);
  INFO(report.finding.found);
  CHECK(report.finding.verdict == CanaryVerdict::not_measured);
  CHECK(report.lock_read_back.verdict == Ability::yes);
}
