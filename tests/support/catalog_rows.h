// What a catalog says of backups, as text, for comparing two of them: everything that a replica can tell, nothing that
// only our own record can (evidence, when a row was written, whether a copy was read back).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "catalog/database.h"

namespace coffre::test {

// One line a device and a backup, in order. Copies: those in that replica alone; "": all.
std::vector<std::string> catalog_rows(const Database& catalog, std::string_view replica = {});

}  // namespace coffre::test
