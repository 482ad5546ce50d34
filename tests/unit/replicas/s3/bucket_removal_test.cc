#include "replicas/s3/bucket_removal.h"

#include <catch2/catch.hpp>

#include "scripted_bucket.h"
#include "support/error_of.h"

using namespace coffre;
using namespace coffre::test;
using namespace coffre::simulator;

// What the real store does: tests/integration/s3/lock_test.cc. Here is what it cannot be brought to do.
namespace {

const EachRequest kOnce = [](const std::function<void()>& ask) { ask(); };
const Instant kNow = from_unix(1'800'000'000);  // 2027-01-15

Removal remove_x(ScriptedBucket& bucket) {
  return remove_from_bucket(bucket.client(), "A/X.bak", true, kNow, kOnce);
}

}  // namespace

TEST_CASE("The object that counts goes last, and what belongs to it after that") {
  ScriptedBucket bucket(
      {versions({{"A/X.7.rwk", "s1", 1}, {"A/X.bak", "d3", 0, true}, {"A/X.bak", "v2", 5}, {"A/X.bak", "v1", 4}}),
       found(5, "v2"), found(4, "v1"), plain(204), plain(204), plain(204), found(1, "s1"), plain(204)});
  CHECK(remove_x(bucket).state == Removal::State::removed);
  const auto requests = bucket.store().requests();
  REQUIRE(requests.size() == 8);
  CHECK(requests[3].query.at("versionId") == "d3");
  CHECK(requests[4].query.at("versionId") == "v2");
  CHECK(requests[5].query.at("versionId") == "v1");
  CHECK(requests[7].query.at("versionId") == "s1");
}

TEST_CASE("One version under lock keeps them all") {
  ScriptedBucket bucket({versions({{"A/X.bak", "v2", 5}, {"A/X.bak", "v1", 4}}),
                         locked(found(5, "v2"), "COMPLIANCE", "2027-02-01T00:00:00Z")});
  CHECK(remove_x(bucket) == Removal{Removal::State::locked, from_rfc3339("2027-02-01T00:00:00Z")});
}

TEST_CASE("A lock that has just ended for our clock and not for the store's is a lock") {
  const char* const until = "2027-01-15T07:56:00Z";  // 4 minutes ago
  ScriptedBucket bucket({versions({{"A/X.bak", "v1", 4}}), locked(found(4, "v1"), "COMPLIANCE", until),
                         failure(403, "AccessDenied"), locked(found(4, "v1"), "COMPLIANCE", until)});
  CHECK(remove_x(bucket) == Removal{Removal::State::locked, from_rfc3339(until)});
}

TEST_CASE("Refused long after its lock has ended: the key lacks the right, and nobody waits for a date of the past") {
  const char* const until = "2027-01-15T07:54:00Z";  // 6 minutes ago
  ScriptedBucket bucket({versions({{"A/X.bak", "v1", 4}}), locked(found(4, "v1"), "COMPLIANCE", until),
                         failure(403, "AccessDenied"), locked(found(4, "v1"), "COMPLIANCE", until)});
  const Error error = error_of([&] { remove_x(bucket); });
  CHECK(error.code() == ErrorCode::refused);
  CHECK_THAT(error.hint(), Catch::Contains("DeleteObjectVersion"));
}

TEST_CASE("Refused without a lock: the key lacks the right, and the error says which") {
  ScriptedBucket bucket(
      {versions({{"A/X.bak", "v1", 4}}), found(4, "v1"), failure(403, "AccessDenied"), found(4, "v1")});
  const Error error = error_of([&] { remove_x(bucket); });
  CHECK(error.code() == ErrorCode::refused);
  CHECK_THAT(error.hint(), Catch::Contains("DeleteObjectVersion"));
}

TEST_CASE("A sidecar under lock stays, and does not keep its backup") {
  ScriptedBucket bucket({versions({{"A/X.7.rwk", "s1", 1}, {"A/X.bak", "v1", 4}}), found(4, "v1"), plain(204),
                         locked(found(1, "s1"), "COMPLIANCE", "2027-02-01T00:00:00Z")});
  CHECK(remove_x(bucket).state == Removal::State::removed);
}

TEST_CASE("Nothing there is absent") {
  ScriptedBucket bucket({versions({})});
  CHECK(remove_x(bucket).state == Removal::State::absent);
}
