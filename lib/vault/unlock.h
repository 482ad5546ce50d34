// Steps 5 and 6 of the reading order: from an identity to the file's key, and from that to the metadata record.
// Inner part of vault/open.h and vault/header_region.h. Errors: refusal(category). Threads: pure functions.
#pragma once

#include <optional>
#include <span>

#include "base/secret.h"
#include "vault/bak_format.h"
#include "vault/header_region.h"
#include "vault/metadata_record.h"
#include "vault/sidecar.h"

namespace coffre {

struct Unlocked {
  Scope scope = Scope::full;
  SecretBytes key;                   // FK for FULL, the metadata key for META
  std::optional<KeyId> opened_with;  // rid; nullopt when the file key itself was given
};

// Opens the stanza that fits one of the identities: the file's own stanzas first, then the sidecars' in their order;
// in each, FULL before META. E_NO_KEY when there is none, E_UNWRAP when it does not open or is another file's.
Unlocked unlock_stanza(const HeaderRegion& region, std::span<const Sidecar> sidecars,
                       std::span<const Identity> identities);

// Part D: E_COMMIT, E_AUTH, E_META.
MetadataRecord open_metadata(const HeaderRegion& region, const Unlocked& unlocked);

}  // namespace coffre
