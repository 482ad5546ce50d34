// What a client takes along when its contract ends: every backup of theirs that is left, as it was sealed, with a
// sidecar (.rwk) beside each that gives the client's own key access (schemas/bak-format.md, "Sidecar"), and the
// signers' lines, for --signers. Nothing is decrypted to a disk and nothing is signed anew: the files still say when
// they were made and by whom.
//
// Made at the station, by whoever can open the backups. Safe to repeat: what lies in the folder already and is the
// same stays. A kill leaves some of the files, each whole. Threads: the caller's.
// Errors: usage (no backup of that client), those of the folder; a backup that cannot be opened is in the report.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/error.h"
#include "service/installation.h"
#include "service/keys/key_ring.h"
#include "vault/seal.h"

namespace coffre {

struct HandOverRequest {
  std::string client{};
  Recipient to;  // the client's key, scope FULL
  const KeyRing& ring;
  std::filesystem::path folder{};  // must exist
};

struct HandOverReport {
  std::vector<std::string> files{};  // names of the backups that are in the folder now, each with its sidecar
  std::vector<Error> failed{};       // on the backup's name
};

// "signers-1.txt", in the folder.
std::string signers_file_name(const TrustLists& trust);

using HandOverProgress = std::function<void(const std::string& name, std::size_t done, std::size_t of)>;
HandOverReport hand_over(Installation& at, const HandOverRequest& request, const HandOverProgress& progress);

}  // namespace coffre
