// The sidecars (.rwk) that lie beside a backup, in a replica or in the folder of a bare file: found for whoever opens
// it with a key that the file itself does not name. Nobody needs to name them.
//
// Anybody who can write beside a backup can put a sidecar there. So each is tried on its own, newest epoch first, and
// one that does not fit is passed over with a line in the log: it can keep nobody from a good one, nor from the file's
// own stanzas. Errors: those of the store. Threads: the caller's.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/stream.h"
#include "replicas/replica.h"
#include "vault/keys.h"

namespace coffre {

struct StoredSidecar {
  std::uint32_t epoch = 0;
  std::string path;
  Bytes content;
};

// Beside the object `bak_path` ("CLIENT/SITE/TYPE_NAME/NAME.bak"), newest epoch first; contents larger than any sidecar
// are left out, with a line in the log.
std::vector<StoredSidecar> stored_sidecars(Replica& replica, std::string_view bak_path);
// Beside a bare file.
std::vector<StoredSidecar> sidecars_beside(const std::filesystem::path& bak_file);

// What to give to open_bak (OpenRequest::sidecars): nothing when the file names one of the identities itself, or when
// no sidecar fits; else the newest that fits. `find` is asked in the second case only.
std::vector<Bytes> fitting_sidecar(const RandomReader& file, std::span<const Identity> identities,
                                   const std::function<std::vector<StoredSidecar>()>& find);

// A content; refusal(E_SIDECAR) when it is larger than any sidecar.
Bytes read_sidecar(const RandomReader& reader);

}  // namespace coffre
