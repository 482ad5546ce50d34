// An errno value as the one sentence for a person.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"

namespace coffre {

// ENOSPC, EDQUOT -> no_space. A symbolic link in the way (ELOOP) -> rule. Everything else -> io, with a clear reason
// for a read-only volume (EROFS), one that went away (ENOTCONN, ENODEV, ESTALE: "volume not mounted"), another one
// mounted below (EXDEV) and missing rights. `step` is translated already.
Error file_error(int error_number, std::string step, std::string_view subject);

// The same for what the standard library throws: the path that it names is the subject.
Error file_error(const std::filesystem::filesystem_error& problem);

// Whether something is there, at the end of the links. An Error of the above where nobody can tell: what cannot be
// looked at is not absent.
bool is_there(const std::filesystem::path& path);

// Error(io) "volume not mounted" about that path.
Error not_mounted(std::string_view path);

}  // namespace coffre
