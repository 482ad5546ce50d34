// Rule 2, looked at: no identity lies where the service could read it (security-design.md section 2).
//
// Searches the folders of configuration, data and both replicas (their sealed files are passed over) for key material
// that could open a backup, locked by a passphrase or not. The catalog's META identity is allowed: it opens no
// configuration.
#pragma once

#include <filesystem>
#include <vector>

namespace coffre {

struct Settings;

// Files that hold a FULL identity or the root key, in path order. Files that cannot be read by us are no concern of the
// rule. Bounded: files up to 1 MiB, 16 levels deep. The database is not looked into: opening it here would end the
// locks that SQLite has on it.
std::vector<std::filesystem::path> find_identities(const Settings& settings);

// Throws Error(rule) naming the first one, unless the configuration says `station: same-machine`.
void require_no_identities(const Settings& settings);

}  // namespace coffre
