// Inside of schema_check.h: why a document that valijson refused does not fit, in a person's words. The only header of
// this room with a third-party type (forward declared); only schema_*.cc include it.
//
// Knows the keywords of draft-07 that our schemas use; an unknown keyword explains nothing, it is valijson that
// decides.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <vector>

#include "config/finding.h"
#include "config/yaml_document.h"

namespace coffre {

// `schema` as a whole, for its $refs; the document as it was refused. Empty when nothing is found.
std::vector<Finding> explain_violations(const nlohmann::json& schema, const Document& document);

}  // namespace coffre
