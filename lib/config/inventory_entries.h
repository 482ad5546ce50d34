// Inside of inventory_loader.h: one entry (client, site, device) of a file that fits its schema -> the model's type.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/finding.h"
#include "config/yaml_document.h"
#include "model/inventory.h"

namespace coffre {

// Each entry's key as codes; nullopt, and a finding with a proposal, when it is none.
std::optional<Code> client_code(const YamlValue::Member& entry, std::vector<Finding>& findings);
struct SiteCodes {
  Code client;
  Code site;
};
std::optional<SiteCodes> site_codes(const YamlValue::Member& entry, std::vector<Finding>& findings);
std::optional<DeviceKey> device_key(const YamlValue::Member& entry, std::vector<Finding>& findings);

// The entry's values; whatever the schema cannot say (days that do not exist, ports, networks) becomes findings.
Client client_of(const Code& code, const YamlValue& entry, std::vector<Finding>& findings);
Site site_of(const SiteCodes& codes, const YamlValue& entry, std::vector<Finding>& findings);
Device device_of(const DeviceKey& key, const YamlValue::Member& entry, std::vector<Finding>& findings);

}  // namespace coffre
