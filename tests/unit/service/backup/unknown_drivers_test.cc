// Inventory entries whose driver nobody has (service/backup/unknown_drivers.h).
#include <catch2/catch.hpp>

#include "config/yaml_document.h"
#include "drivers/driver_registry.h"
#include "service/backup/unknown_drivers.h"
#include "support/source_tree.h"

namespace coffre {
namespace {

std::unique_ptr<DriverRegistry> shipped() {
  std::vector<Finding> findings;
  auto drivers = load_drivers(test::source_dir() + "/lib/drivers/definitions", {}, findings);
  REQUIRE(findings.empty());
  return drivers;
}

InventoryResult inventory_with(const std::string& device_lines) {
  const std::string text =
      "clients:\n  ALPHA: {name: Alpha}\n"
      "sites:\n  ALPHA/PARIS: {name: Paris}\n"
      "devices:\n  ALPHA/PARIS/NVR_HALL:\n    address: https://192.0.2.10\n    credential: paris\n" +
      device_lines;
  std::vector<Document> documents;
  documents.push_back(Document::parse(text, "site.yaml"));
  return read_inventory(documents);
}

TEST_CASE("A misspelt driver is told at the place of its name, with the nearest one", "[unknown_drivers]") {
  const auto findings = unknown_drivers(inventory_with("    driver: nx-witnes\n"), *shipped());
  REQUIRE(findings.size() == 1);
  CHECK(
      findings[0].line() ==
      "site.yaml:9:13: /devices/ALPHA~1PARIS~1NVR_HALL/driver: there is no driver \"nx-witnes\"; is nx-witness meant?");
}

TEST_CASE("Nothing near: no guess is made, the drivers are named", "[unknown_drivers]") {
  CHECK(no_such_driver("milestone", *shipped()) ==
        "there is no driver \"milestone\"; there are: axis-dca, hikvision-isapi, nx-witness, zoneminder");
}

TEST_CASE("A known driver, a retired device and an unreadable inventory give no finding", "[unknown_drivers]") {
  CHECK(unknown_drivers(inventory_with("    driver: nx-witness\n"), *shipped()).empty());
  CHECK(unknown_drivers(
            inventory_with("    driver: gone\n    retired: {date: 2026-01-01, by: A. Durand, reason: sold}\n"),
            *shipped())
            .empty());
  CHECK(unknown_drivers(inventory_with("    drivre: nx-witness\n"), *shipped()).empty());
}

}  // namespace
}  // namespace coffre
