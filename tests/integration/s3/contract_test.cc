// The contract of a replica, kept by the bucket class on a real store.
#include <catch2/catch.hpp>

#include "integration/s3/gateway.h"
#include "replica_contract.h"

using namespace coffre;
using namespace coffre::test;

TEST_CASE("A bucket with versions and locks keeps the contract of a replica") {
  const Place place(gateway(), BucketKind::locked);
  check_replica_contract([&] { return place.open(); });
}

TEST_CASE("A bucket with versions and without locks keeps the contract of a replica") {
  const Place place(gateway(), BucketKind::versioned);
  check_replica_contract([&] { return place.open(); });
}

TEST_CASE("A bucket without versions keeps the contract where the store enforces If-None-Match") {
  const Place place(gateway(), BucketKind::plain);
  BucketOptions options = place.options();
  options.conditional_put = ConditionalPut::enforced;
  check_replica_contract([&] { return Place::open(options); });
}

TEST_CASE("A bucket loses nothing that was acknowledged while calls fail") {
  const auto kind = GENERATE(BucketKind::locked, BucketKind::plain);
  check_replica_survives_faults(
      [&]() -> OpenReplica { return [place = Place(gateway(), kind)] { return place.open(); }; });
}
