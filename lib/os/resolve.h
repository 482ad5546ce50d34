// Reaching things below a directory without following links or leaving its mount (openat2). For this room.
#pragma once

#include <string>
#include <string_view>

#include "os/file_descriptor.h"

namespace coffre {

// Throws Error(usage) unless `relative` has the form described in os/folder.h ("" is not of it).
void require_relative_path(std::string_view relative);

// Opens `relative` below `folder` with `flags` (O_CLOEXEC is added): 0, or an errno value: ELOOP for a symbolic link,
// EXDEV for another mount. `relative` was checked, or is a single component.
int open_beneath(int folder, const std::string& relative, int flags, FileDescriptor& out);

}  // namespace coffre
