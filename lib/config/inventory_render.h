// Inside of inventory_writer.h: one entry as YAML lines, in the order and form that people would write. Pure.
// Lines have no indentation of their own and no line end; nested lines start with blanks.
#pragma once

#include <string>
#include <vector>

#include "model/inventory.h"

namespace coffre {

// The lines below the entry's key.
std::vector<std::string> render_client(const Client& client);
std::vector<std::string> render_site(const Site& site);
std::vector<std::string> render_device(const Device& device);

}  // namespace coffre
