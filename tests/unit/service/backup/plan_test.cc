#include "service/backup/plan.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "support/error_of.h"
#include "support/paris_zone.h"
#include "support/print_instant.h"

namespace coffre {
namespace {

const std::string kId(32, 'a');

DeviceKey key_of(std::string_view path) {
  return DeviceKey::from_path(path).value();
}

// One site whose window is Sunday 01:00-05:00, with two devices.
Inventory two_devices() {
  Inventory inventory;
  const DeviceKey hall = key_of("CLI/SITE/NVR_HALL");
  Client client{.code = hall.client};
  inventory.clients.emplace(hall.client, client);
  inventory.sites.emplace("CLI/SITE", Site{.client = hall.client, .code = hall.site});
  for (const char* const path : {"CLI/SITE/NVR_HALL", "CLI/SITE/NVR_QUAI"}) {
    Device device{.key = key_of(path)};
    device.pin = "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    inventory.devices.emplace(device.key, device);
  }
  return inventory;
}

Zones paris() {
  return {.installation = &test::paris_zone(),
          .of_site = [](const Site&) -> const Zone& { return test::paris_zone(); }};
}

DeviceHistory history(std::optional<Instant> last, std::optional<Instant> mensuel = std::nullopt) {
  DeviceHistory result;
  result.device_id = kId;
  result.last_non_suspect = last;
  result.newest_non_suspect_mensuel = mensuel;
  return result;
}

const Instant kSaturday = from_rfc3339("2026-11-21T02:00:00Z").value();

TEST_CASE("a device that was never backed up is due at once, as the month's MENSUEL") {
  const auto lines = plan_run(
      two_devices(), [](const DeviceKey&) { return history(std::nullopt); }, {}, paris(), kSaturday);
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].action == PlanAction::back_up);
  CHECK(lines[0].kind == Kind::mensuel);
}

TEST_CASE("a device whose slot is done is left alone, and says when it is expected") {
  const Instant last_sunday = from_rfc3339("2026-11-15T03:30:00Z").value();
  const auto lines = plan_run(
      two_devices(), [&](const DeviceKey&) { return history(last_sunday, last_sunday); }, {}, paris(), kSaturday);
  CHECK(lines[0].action == PlanAction::not_due);
  REQUIRE(lines[0].next_expected);
  CHECK(*lines[0].next_expected > kSaturday);
  CHECK(*lines[0].next_expected < kSaturday + std::chrono::days{2});
}

TEST_CASE("a second backup of the month is HEBDO") {
  const Instant earlier = from_rfc3339("2026-11-08T02:00:00Z").value();
  const auto lines = plan_run(
      two_devices(), [&](const DeviceKey&) { return history(earlier, earlier); }, {}, paris(), kSaturday);
  CHECK(lines[0].action == PlanAction::back_up);
  CHECK(lines[0].kind == Kind::hebdo);
}

TEST_CASE("what a person names is backed up whether due or not; the rest of the fleet is not in the plan") {
  const auto done = [](const DeviceKey&) { return history(kSaturday, kSaturday); };
  const Selection one{.scope = Selection::Scope::device, .name = "CLI/SITE/NVR_QUAI"};
  const auto lines = plan_run(two_devices(), done, one, paris(), kSaturday);
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].device == key_of("CLI/SITE/NVR_QUAI"));
  CHECK(lines[0].action == PlanAction::back_up);
}

TEST_CASE("a new collection that a person asked for is due at the next run") {
  const auto asked = [](const DeviceKey&) {
    DeviceHistory result = history(kSaturday, kSaturday);
    result.collect_requested = true;
    return result;
  };
  CHECK(plan_run(two_devices(), asked, {}, paris(), kSaturday)[0].action == PlanAction::back_up);
}

TEST_CASE("retired, manual and unconfirmed devices are never asked, even when named") {
  Inventory inventory = two_devices();
  Device& hall = inventory.devices.at(key_of("CLI/SITE/NVR_HALL"));
  Device& quai = inventory.devices.at(key_of("CLI/SITE/NVR_QUAI"));
  const auto never = [](const DeviceKey&) { return history(std::nullopt); };
  const Selection all{.scope = Selection::Scope::everything, .name = {}};
  hall.retired = Retired{};
  quai.collection = Collection::manual;
  auto lines = plan_run(inventory, never, all, paris(), kSaturday);
  CHECK(lines[0].action == PlanAction::retired);
  CHECK(lines[1].action == PlanAction::manual);
  quai.collection = Collection::automatic;
  quai.pin.clear();
  lines = plan_run(inventory, never, all, paris(), kSaturday);
  CHECK(lines[1].action == PlanAction::not_confirmed);
}

TEST_CASE("a name that the inventory does not have is refused, not an empty plan") {
  const Selection wrong{.scope = Selection::Scope::site, .name = "CLI/ELSEWHERE"};
  const auto never = [](const DeviceKey&) { return history(std::nullopt); };
  CHECK_THROWS_AS(plan_run(two_devices(), never, wrong, paris(), kSaturday), Error);
}

}  // namespace
}  // namespace coffre
