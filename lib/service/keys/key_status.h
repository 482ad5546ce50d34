// Which keys there are, and what depends on each: behind `restore-cli keys status`. Reads the catalog and the lists in
// use; works with both places away.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "service/installation.h"

namespace coffre {

// What a person has to do about a key, the most urgent first.
enum class KeyTask {
  none,
  keep,  // in no list any more, but stored backups are closed to every key of the list: rewrap, and keep it until then
  rewrap,   // in the list, but stored backups are closed to it
  prove,    // its newest key proof is missing, too old, or of another build or list
  give_up,  // in no list any more, and nothing needs it
};
std::string_view to_string(KeyTask task);  // stable: "none", "keep", "rewrap", "prove", "give_up"

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
  KeyTask task = KeyTask::none;
};

struct KeyStatus {
  PublicKey root{};
  std::uint32_t recipients_epoch = 0;
  std::vector<RecipientStatus> recipients{};  // in the list's order, then those of earlier lists by id
  std::uint32_t signers_epoch = 0;
  std::vector<Signer> signers{};
  std::size_t backups = 0;  // stored ones
  Instant at{};             // when it was asked
};

KeyStatus key_status(const Installation& at);

}  // namespace coffre
