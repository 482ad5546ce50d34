// Any number of YAML files -> one checked Inventory. Files hold maps `clients:`, `sites:`, `devices:`, keyed by the
// same paths that people type elsewhere (CLIEXEMP, CLIEXEMP/SIEGEPARIS, CLIEXEMP/SIEGEPARIS/NVR_NVR-HALL); what each
// key means: schemas/inventory.schema.json. Whatever is wrong is a finding, all at once: schema, passwords in the file,
// codes (with a proposal), references that do not exist, keys defined twice (both places), addresses, pins, windows,
// dates.
//
// Losing devices against the last load is not judged here (service does). Threads: no shared state.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/finding.h"
#include "config/yaml_document.h"
#include "model/inventory.h"

namespace coffre {

// Where an entry stands, for commands that edit it or judge what this room cannot.
struct Origin {
  std::string file;
  Position at;     // of its key
  Finding driver;  // the place of its driver's name, without a text
};

struct InventoryResult {
  std::optional<Inventory> inventory;  // absent exactly when there are errors
  std::vector<Finding> errors;
  std::vector<Finding> warnings;        // e.g. one address used twice at a site
  std::map<DeviceKey, Origin> devices;  // filled when there are no errors
};

// The files meant by names and globs (`*` and `?` in the last part), sorted, each once. A name or glob that matches
// nothing is a finding: a lost file must not look like lost devices.
std::vector<std::filesystem::path> inventory_files(const std::vector<std::filesystem::path>& patterns,
                                                   std::vector<Finding>& findings);

InventoryResult read_inventory(const std::vector<std::filesystem::path>& patterns);
// Pure: of documents already parsed.
InventoryResult read_inventory(const std::vector<Document>& documents);

// For programs that only want to go on: throws error_of(...) when there are errors.
Inventory load_inventory(const std::vector<std::filesystem::path>& patterns);

}  // namespace coffre
