// Which offline secrets the content of any file is or contains, locked or not, commented out or not: for the rule
// "no identity on the server". A content that is no key file at all is searched too.
//
// Only the text form of schemas/key-files.md is known; the caller bounds the size. Threads: a pure function.
#pragma once

#include "base/bytes.h"

namespace coffre {

struct OfflineSecrets {
  bool full_identity = false;  // could open yesterday's backups
  bool meta_identity = false;  // allowed on the server: the catalog key
  bool root_key = false;       // secret half
  bool operator==(const OfflineSecrets&) const = default;
};

OfflineSecrets find_offline_secrets(ByteView content);

}  // namespace coffre
