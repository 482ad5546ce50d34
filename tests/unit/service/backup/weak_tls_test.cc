#include <catch2/catch.hpp>

#include "service/backup/device_access.h"
#include "unit/service/opening_samples.h"

using namespace coffre;
using namespace coffre::test;

TEST_CASE("an exception for a weak key holds for its device, through its last day in the installation's zone") {
  struct Row {
    const char* name;
    const char* now;
    Date until;
    const char* device;
    bool allowed;
  };
  const auto row = GENERATE(values<Row>({
      {"days before", "2026-11-21T02:00:00Z", {2027, 6, 30}, kHall.data(), true},
      {"on the last day", "2026-11-21T02:00:00Z", {2026, 11, 21}, kHall.data(), true},
      {"last minute, Paris", "2026-11-21T22:59:00Z", {2026, 11, 21}, kHall.data(), true},
      {"over, Paris", "2026-11-21T23:00:00Z", {2026, 11, 21}, kHall.data(), false},
      {"another device's", "2026-11-21T02:00:00Z", {2027, 6, 30}, kQuai.data(), false},
  }));
  DYNAMIC_SECTION(row.name) {
    InstallationFixture fixture({.start = row.now});
    const Device& device = fixture.at().inventory.devices.at(InstallationFixture::key(kHall));
    CHECK_FALSE(access_for(fixture.at(), device).allow_weak_key);
    fixture.at().policy.exceptions = {
        {ExceptionKind::weak_tls, InstallationFixture::key(row.device), row.until, "A. Martin", "replacement ordered"}};
    CHECK(access_for(fixture.at(), device).allow_weak_key == row.allowed);
  }
}
