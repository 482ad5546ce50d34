#include "service/estate/sync_inventory.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "catalog/anomalies.h"
#include "catalog/devices.h"
#include "catalog/journal.h"
#include "support/fixed_clock.h"
#include "support/temp_dir.h"

namespace coffre {
namespace {

DeviceKey key_of(std::string_view path) {
  return DeviceKey::from_path(path).value();
}

struct World {
  test::TempDir dir;
  test::FixedClock clock{"2026-11-21T02:00:00Z"};
  SystemRandom random;
  Database catalog = Database::open((dir / "catalog.sqlite").string(), clock);
  Inventory inventory;

  void add(std::string_view path) { inventory.devices.emplace(key_of(path), Device{.key = key_of(path)}); }
  InventorySync sync() { return sync_inventory(catalog, inventory, random, "tester", clock.now()); }
  std::vector<DeviceRow> rows() {
    std::vector<DeviceRow> found;
    catalog.read([&](Session& session) { found = list_devices(session); });
    return found;
  }
};

TEST_CASE("new devices get an id of their own, which stays") {
  World world;
  world.add("CLI/SITE/NVR_A");
  world.add("CLI/SITE/NVR_B");
  CHECK(world.sync().added.size() == 2);
  const auto first = world.rows();
  CHECK(world.sync().added.empty());
  const auto second = world.rows();
  REQUIRE(second.size() == 2);
  CHECK(first[0].id == second[0].id);
  CHECK(first[0].id != first[1].id);
  CHECK(first[0].id.size() == 32);
}

TEST_CASE("what comes, is renamed, retires or is back through the files leaves a journal row each, and no more") {
  World world;
  const auto rows_of = [&] {
    std::vector<std::string> rows;
    world.catalog.read([&](Session& session) {
      for (const JournalRow& row : journal_rows(session, 1, 100)) {
        CHECK(row.entry->action == "inventory_sync");
        CHECK(row.entry->account == "tester");
        rows.push_back(row.entry->subject + " " + row.entry->detail.at("change"));
      }
    });
    return rows;
  };
  world.add("CLI/SITE/NVR_A");
  world.sync();
  world.sync();
  CHECK(rows_of() == std::vector<std::string>{"CLI/SITE/NVR_A added"});

  world.inventory.devices.clear();
  world.add("CLI/SITE/NVR_B");
  Device& device = world.inventory.devices.begin()->second;
  device.renamed_from = key_of("CLI/SITE/NVR_A");
  world.sync();
  device.retired = Retired{.date = {}, .by = "A. Martin", .reason = "sold"};
  world.sync();
  device.retired.reset();
  world.sync();
  CHECK(rows_of() == std::vector<std::string>{"CLI/SITE/NVR_A added", "CLI/SITE/NVR_B renamed",
                                              "CLI/SITE/NVR_B retired", "CLI/SITE/NVR_B expected_again"});
}

TEST_CASE("a first load of 5000 devices is one transaction, with a row each") {
  World world;
  for (int i = 0; i < 5000; ++i) world.add("CLI/SITE/NVR_N" + std::to_string(i));
  CHECK(world.sync().added.size() == 5000);
  JournalCheck check;
  world.catalog.read([&](Session& session) { check = verify_journal(session); });
  CHECK(check.rows == 5000);
  CHECK(check.problems.empty());
}

TEST_CASE("a renamed device keeps its id, and with it its history") {
  World world;
  world.add("CLI/SITE/NVR_OLD");
  world.sync();
  const std::string id = world.rows()[0].id;
  world.inventory.devices.clear();
  Device renamed{.key = key_of("CLI/SITE/NVR_NEW")};
  renamed.renamed_from = key_of("CLI/SITE/NVR_OLD");
  world.inventory.devices.emplace(renamed.key, renamed);
  CHECK(world.sync().renamed.size() == 1);
  REQUIRE(world.rows().size() == 1);
  CHECK(world.rows()[0].id == id);
  CHECK(world.rows()[0].key == renamed.key);
}

TEST_CASE("a retired device is marked, and is no loss") {
  World world;
  world.add("CLI/SITE/NVR_A");
  world.sync();
  world.inventory.devices.begin()->second.retired = Retired{};
  CHECK(world.sync().missing.empty());
  CHECK(world.rows()[0].retired);
}

TEST_CASE("one lost device of twenty stays expected and is named; two are refused until a person accepts that loss") {
  World world;
  for (int i = 0; i < 20; ++i) world.add("CLI/SITE/NVR_" + std::to_string(100 + i));
  world.sync();
  world.inventory.devices.erase(key_of("CLI/SITE/NVR_100"));
  CHECK(world.sync().missing == std::vector{key_of("CLI/SITE/NVR_100")});
  CHECK(world.rows().size() == 20);

  world.inventory.devices.erase(key_of("CLI/SITE/NVR_101"));
  CHECK_THROWS_AS(world.sync(), Error);
  std::vector<Anomaly> open;
  world.catalog.read([&](Session& session) { open = open_anomalies(session); });
  REQUIRE(open.size() == 1);
  CHECK(open[0].code == AnomalyCode::inventory_shrunk);

  accept_inventory(world.catalog, world.inventory, "tester", "T1", "site closed", world.clock.now());
  CHECK(world.sync().missing.size() == 2);

  // Accepting one loss does not accept the next.
  world.inventory.devices.erase(key_of("CLI/SITE/NVR_102"));
  CHECK_THROWS_AS(world.sync(), Error);
}

TEST_CASE("there is nothing to accept when nothing was lost") {
  World world;
  world.add("CLI/SITE/NVR_A");
  world.sync();
  CHECK_THROWS_AS(accept_inventory(world.catalog, world.inventory, "tester", "T1", "r", world.clock.now()), Error);
}

}  // namespace
}  // namespace coffre
