// Files built into the programs (schemas, templates), so that a single binary can check and write configurations.
// Which ones: lib/config/CMakeLists.txt. Threads: constants.
#pragma once

#include <string_view>

namespace coffre {

// By file name, e.g. "config.schema.json"; Error(internal) for a name that was not built in.
std::string_view embedded_file(std::string_view name);

}  // namespace coffre
