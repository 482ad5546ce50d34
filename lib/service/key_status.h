// Which keys there are, and what depends on each: behind `restore-cli keys status`. Reads the catalog and the lists in
// use; works with both places away.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "service/installation.h"

namespace coffre {

struct RecipientStatus {
  std::string id;    // hex rid
  std::string role;  // "" when no list in use names it
  Scope scope = Scope::full;
  bool listed = true;                 // false: only stored backups name it, from an earlier list
  std::size_t opens = 0;              // stored backups that it can open; of a META key nothing is known: 0
  std::size_t alone = 0;              // of these, those that no other key opens
  std::vector<std::string> closed{};  // of a listed FULL key: the stored backups that it cannot open
  std::optional<Instant> proven{};    // newest key proof of all
  bool proof_counts = false;          // one of this build and epoch, not too old
};

struct KeyStatus {
  PublicKey root{};
  std::uint32_t recipients_epoch = 0;
  std::vector<RecipientStatus> recipients{};  // in the list's order, then those of earlier lists by id
  std::uint32_t signers_epoch = 0;
  std::vector<Signer> signers{};
  std::size_t backups = 0;  // stored ones
};

KeyStatus key_status(const Installation& at);

}  // namespace coffre
