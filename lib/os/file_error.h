// An errno value as the one sentence for a person.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace coffre {

// ENOSPC, EDQUOT -> no_space. A symbolic link in the way (ELOOP) -> rule. Everything else -> io, with a clear reason
// for a read-only volume (EROFS), one that went away (ENOTCONN, ENODEV, ESTALE: "volume not mounted"), another one
// mounted below (EXDEV) and missing rights. `step` is translated already.
Error file_error(int error_number, std::string step, std::string_view subject);

// Error(io) "volume not mounted" about that path.
Error not_mounted(std::string_view path);

}  // namespace coffre
