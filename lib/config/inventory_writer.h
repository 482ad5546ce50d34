// Changes entries in the text of an inventory file, and nothing else: every other byte stays (comments, order, line
// ends, blank lines). Text in, text out; reading, and writing durably, is the caller's.
//
// New entries go to the end of their section, indented as the section's first entry; a missing section is added at the
// end of the file. Replacing rewrites the entry's own lines (a comment inside it goes, one above it stays). The result
// is read again before it is returned: the named entries must hold what was asked, everything else must be as before.
//
// Errors: Error(usage) when the text is not a readable document; Error(unsupported), naming the line, when the entry or
// section is written in braces and so cannot be edited by lines; Error(not_found) for set_pin of an absent device.
// Threads: pure functions. Writing what is already there gives the same text (idempotent).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/inventory.h"

namespace coffre {

// Many entries at once (an import): one reading and one check for all of them. Each entry at most once.
struct InventoryChange {
  std::vector<Client> clients{};
  std::vector<Site> sites{};
  std::vector<Device> devices{};
};
std::string put_all(std::string_view yaml, std::string_view file, const InventoryChange& change);

std::string put_client(std::string_view yaml, std::string_view file, const Client& client);
std::string put_site(std::string_view yaml, std::string_view file, const Site& site);
std::string put_device(std::string_view yaml, std::string_view file, const Device& device);

// Only the line `pin:` of the device is replaced or added.
std::string set_pin(std::string_view yaml, std::string_view file, const DeviceKey& device, std::string_view pin);

}  // namespace coffre
