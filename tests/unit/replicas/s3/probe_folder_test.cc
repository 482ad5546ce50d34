#include "replicas/s3/probe_folder.h"

#include <catch2/catch.hpp>

#include "probe_samples.h"

using namespace coffre;
using namespace coffre::test;

TEST_CASE("A probe puts below its own folder, a new one each time, and clears that one alone") {
  AskedStore asked;
  const StoreProbe probe = asked.probe();
  const ProbeFolder one(probe);
  const ProbeFolder two(probe);
  CHECK(one.prefix().starts_with("_coffre/probe/"));
  CHECK(one.prefix() != two.prefix());
  REQUIRE(one.put("a", "1").has_value());
  REQUIRE(one.put("a", "2").has_value());
  REQUIRE(two.put("a", "3").has_value());
  one.clear();
  REQUIRE(asked.store().holds().size() == 1);
  CHECK(asked.store().holds()[0].starts_with(two.prefix()));
}

TEST_CASE("What earlier probes left goes when it is old, except what is locked") {
  AskedStore asked;
  const StoreProbe probe = asked.probe();
  const ProbeFolder earlier(probe);
  const Instant now = probe.clock.now();
  REQUIRE(earlier.put("free", "1").has_value());
  REQUIRE(earlier.put("locked", "2", {.metadata = {}, .lock = S3Retention{S3LockMode::compliance, now + Seconds(600)}})
              .has_value());
  const ProbeFolder later(probe);
  CHECK(later.remove_old(now) == 0);
  CHECK(asked.store().holds().size() == 2);  // another probe may be at work there
  asked.store().age(Seconds(120));
  CHECK(later.remove_old(now) == 1);
  REQUIRE(asked.store().holds().size() == 1);
  CHECK(asked.store().holds()[0].starts_with(earlier.key("locked")));
}
