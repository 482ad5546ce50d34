// A key file that is new: 0600, never overwritten, there whole or not at all, read back.
//
// Threads: one at a time in a process (it narrows the umask while it writes). Errors: io, no_space, damaged.
#pragma once

#include <filesystem>

#include "base/secret.h"
#include "os/durable_file.h"

namespace coffre {

PublishResult write_secret_file(const std::filesystem::path& file, const SecretString& text);

}  // namespace coffre
