// What a device says it is, and how many things it says it has. Not configuration in the sense of rule 1: these facts
// may stand in headers, catalog, logs and reports; names, addresses, accounts and settings may not.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace coffre {

struct DeviceIdentity {
  std::string vendor;
  std::string model;
  std::string serial;
  std::string firmware;
  std::map<std::string, std::int64_t> counts;  // "channels", "users", "monitors", "zones", ...

  auto operator<=>(const DeviceIdentity&) const = default;
};

// One line a difference, "serial: A1 before, B7 after", translated and printable; empty when equal. A text that is
// empty on one side, and a count that only one side has, are not compared: a reader may know less than the device says.
std::vector<std::string> differences(const DeviceIdentity& before, const DeviceIdentity& after);

}  // namespace coffre
