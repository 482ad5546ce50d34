#include "model/inventory.h"

#include <catch2/catch.hpp>

#include "base/error.h"

namespace coffre {
namespace {

Inventory one_site() {
  const DeviceKey key = DeviceKey::from_path("ACME/LYON/NVR_HALL").value();
  Inventory inventory;
  Site site{.client = key.client, .code = key.site, .name = "Lyon"};
  inventory.sites.emplace(site_key(key.client, key.site), site);
  inventory.devices.emplace(key, Device{.key = key});
  return inventory;
}

TEST_CASE("a device's site is found by client and site code") {
  const Inventory inventory = one_site();
  CHECK(inventory.site_of(DeviceKey::from_path("ACME/LYON/NVR_HALL").value()).name == "Lyon");
  CHECK(site_key(Code::create("ACME").value(), Code::create("LYON").value()) == "ACME/LYON");
}

TEST_CASE("asking for the site of a foreign device is our own mistake and says which device") {
  const Inventory inventory = one_site();
  const DeviceKey foreign = DeviceKey::from_path("ACME/PARIS/NVR_HALL").value();
  try {
    static_cast<void>(inventory.site_of(foreign));
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::internal);
    CHECK(error.subject() == "ACME/PARIS/NVR_HALL");
  }
}

TEST_CASE("a window is Sunday from 01:00 to 05:00 unless the inventory says otherwise") {
  const Window window;
  CHECK(window.iso_weekday == 7);
  CHECK(window.from_minute == 60);
  CHECK(window.to_minute == 300);
}

}  // namespace
}  // namespace coffre
