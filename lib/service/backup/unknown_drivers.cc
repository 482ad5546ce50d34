#include "service/backup/unknown_drivers.h"

#include <fmt/format.h>

#include "base/text.h"
#include "base/translate.h"
#include "config/suggest.h"

namespace coffre {

std::string no_such_driver(const std::string& name, const DriverRegistry& drivers) {
  std::vector<std::string> known;
  for (const Driver* const driver : drivers.all()) known.push_back(driver->description().name);
  std::string text = fmt::format(fmt::runtime(tr("there is no driver \"{}\"")), name);
  const std::string meant = nearest(name, known);
  if (!meant.empty()) return text + fmt::format(fmt::runtime(tr("; is {} meant?")), meant);
  return text + fmt::format(fmt::runtime(tr("; there are: {}")), join(known, ", "));
}

std::vector<Finding> unknown_drivers(const InventoryResult& inventory, const DriverRegistry& drivers) {
  std::vector<Finding> findings;
  if (!inventory.inventory) return findings;
  for (const auto& [key, device] : inventory.inventory->devices) {
    if (device.retired || drivers.find(device.driver) != nullptr) continue;
    Finding finding = inventory.devices.at(key).driver;
    finding.text = no_such_driver(device.driver, drivers);
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace coffre
