// Who can open which stored backup: the keys that the file itself names, and those of the sidecars beside its copies,
// as the catalog knows them. For `keys status`, for `rewrap`, and for the rule that no key is given up while a stored
// backup needs it (security-design.md section 4, attack 14).
//
// Threads: values; the caller's transaction.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/backups.h"
#include "catalog/database.h"
#include "vault/signed_list.h"

namespace coffre {

struct BackupReaders {
  BackupRow backup{};
  std::set<std::string> full{};  // hex rids; a sidecar counts only where one lies beside every copy that is left
};

// Of all backups that have a copy left, by device, newest first.
std::vector<BackupReaders> stored_backup_readers(Session& session);

// Hex rids of the list's FULL keys, in its order.
std::vector<std::string> full_keys(const RecipientsList& list);

// The names of those that no key of the list could open.
std::vector<std::string> lost_with(const std::vector<BackupReaders>& stored, const RecipientsList& list);

// Attack 14: Error(rule) with category LAST_KEY and their number, when there are any. `source` names the list.
void require_none_lost(const std::vector<BackupReaders>& stored, const RecipientsList& list, std::string_view source);

}  // namespace coffre
