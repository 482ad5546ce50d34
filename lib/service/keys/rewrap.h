// Gives the keys of the present recipients list access to a backup that was sealed to an earlier one: a sidecar (.rwk)
// beside each copy, written at the station by whoever can open the file (schemas/bak-format.md, "Sidecar"). The backup
// itself never changes, and whoever could open it before still can.
//
// The sidecar of the list's epoch names every key of the list that the file does not. Put-if-absent, the same bytes in
// both places, read back, and checked with the file's key; one that is there already and genuine is kept, one that is
// not is never overwritten: E_SIDECAR. What is there goes on record (catalog/sidecars.h), with a journal row.
//
//   crash                          leaves
//   before a put                   nothing
//   between the two places         one sidecar; the next call puts the same bytes beside the other copy
//   before the record              both; the next call finds them and records them
//
// Threads: the caller's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "service/installation.h"
#include "service/keys/key_ring.h"
#include "service/reading/backup_readers.h"

namespace coffre {

enum class SidecarState { written, there, unavailable, refused };
std::string_view to_string(SidecarState state);  // stable: "written", "there", "unavailable", "refused"

struct SidecarPlace {
  std::string replica;
  SidecarState state = SidecarState::unavailable;
  std::optional<Error> error{};  // for the last two
};

struct Rewrapping {
  std::string name{};
  bool complete = false;                  // every key of the list opens it already: nothing was read or written
  std::vector<std::string> recipients{};  // hex rids that the sidecar names
  std::vector<SidecarPlace> places{};
  std::optional<Error> error{};  // the backup could not be opened
};

// As the catalog knows it: each FULL key of the list opens the backup, whichever copy is left.
bool is_complete(const BackupReaders& readers, const RecipientsList& list);

// Throws Error(internal) and what a broken catalog throws; everything else is in the result.
Rewrapping rewrap_backup(Installation& at, const BackupReaders& readers, const KeyRing& ring);

// design.md section 11: 5 damaged or a bad sidecar, 4 refused, 6 the key does not fit, 3 a place is away; else 0.
int exit_code_of(const std::vector<Rewrapping>& results);

}  // namespace coffre
