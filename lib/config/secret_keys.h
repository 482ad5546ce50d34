// Passwords that somebody wrote into a configuration file: found before anything else, never repeated.
#pragma once

#include <vector>

#include "config/finding.h"
#include "config/yaml_document.h"

namespace coffre {

// One finding for each key whose name says that it holds a secret (suggest.h), at any depth. The names of clients,
// sites and devices are no keys in this sense.
std::vector<Finding> secrets_in(const Document& document);

// Removes findings about the same places, so that a password is not called an unknown key as well.
void drop_same_places(std::vector<Finding>& findings, const std::vector<Finding>& already_said);

}  // namespace coffre
