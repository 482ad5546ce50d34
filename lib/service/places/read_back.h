// Opens a sealed file as it lies in a replica and says what that proves: every chunk, every part against the manifest,
// and what the driver understands of it (design.md section 1, levels 3 and 4).
//
// Used by the run with the file's own key, and later by `verify` with an identity. Memory is bounded; the content is
// looked at as it streams by and kept nowhere.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bundle/manifest.h"
#include "drivers/driver.h"
#include "vault/open.h"

namespace coffre {

struct ReadBack {
  Digest digest{};
  FixedHeader header;
  MetadataRecord metadata;
  Manifest manifest;
  bool understood = false;
  std::string understood_by;          // "inspect" or "artefact" when understood
  std::vector<std::string> problems;  // why not, one line each
  std::optional<KeyId> opened_with;
};

// Throws Error with the format's category when the file does not open, Error(damaged) when the bundle inside is not
// what its manifest says. A driver that is unknown here leaves `understood` false, with the reason in `problems`.
ReadBack read_back(const RandomReader& file, const OpenRequest& request, const DriverRegistry& drivers);
// The same for a file that was opened already, with a FULL key (E_SCOPE otherwise).
ReadBack read_back(Opened& opened, const DriverRegistry& drivers);

}  // namespace coffre
