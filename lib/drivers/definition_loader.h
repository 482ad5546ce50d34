// YAML file -> Definition. Language: schemas/driver-definitions.md; shape: schemas/driver.schema.json.
//
// Beyond the schema it refuses: paths and bodies that look destructive (deny_list.h), POST not marked `reads: true`,
// bad XPath, JSON pointers, statuses and part names, parts named twice, facts of a request that is not stored, unknown
// placeholders, login fields that do not belong to the scheme.
// Threads: functions without state. Errors: bad content becomes findings (FILE:LINE:COLUMN); never throws for it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/finding.h"
#include "drivers/definition.h"

namespace coffre {

std::optional<Definition> read_definition(const std::filesystem::path& file, std::vector<Finding>& findings);
std::optional<Definition> parse_definition(std::string_view yaml, const std::string& file,
                                           std::vector<Finding>& findings);

}  // namespace coffre
