#include "service/reading/backup_readers.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/error.h"
#include "base/translate.h"
#include "catalog/sidecars.h"

namespace coffre {
namespace {

using Ids = std::set<std::string>;

// Replicas whose copy is not known to be gone. A damaged one may yet be repaired, and must be readable then.
std::vector<std::string> places_left(Session& session, const Digest& digest) {
  std::vector<std::string> places;
  for (const CopyRow& copy : copies_of(session, digest)) {
    if (copy.state != "missing" && copy.state != "expired") places.push_back(copy.replica);
  }
  return places;
}

// Whoever has one copy must be able to open it: a key counts that has a sidecar beside each.
Ids keys_of_sidecars(const std::vector<SidecarRow>& sidecars, const std::vector<std::string>& places) {
  std::map<std::string, Ids> by_place;
  for (const SidecarRow& row : sidecars) {
    by_place[row.replica].insert(row.full_recipients.begin(), row.full_recipients.end());
  }
  Ids everywhere = by_place[places.front()];
  for (const std::string& place : places) {
    std::erase_if(everywhere, [&](const std::string& id) { return !by_place[place].contains(id); });
  }
  return everywhere;
}

}  // namespace

std::vector<BackupReaders> stored_backup_readers(Session& session) {
  const auto sidecars = all_sidecars(session);
  std::vector<BackupReaders> stored;
  for (BackupRow& backup : list_backups(session, {})) {
    const std::vector<std::string> places = places_left(session, backup.digest);
    if (places.empty()) continue;
    BackupReaders readers{.backup = {}, .full = {backup.full_recipients.begin(), backup.full_recipients.end()}};
    if (const auto more = sidecars.find(backup.digest); more != sidecars.end()) {
      readers.full.merge(keys_of_sidecars(more->second, places));
    }
    readers.backup = std::move(backup);
    stored.push_back(std::move(readers));
  }
  return stored;
}

std::vector<std::string> full_keys(const RecipientsList& list) {
  std::vector<std::string> ids;
  for (const Recipient& recipient : list.recipients) {
    if (recipient.scope == Scope::full) ids.push_back(to_hex(recipient.id()));
  }
  return ids;
}

std::vector<std::string> lost_with(const std::vector<BackupReaders>& stored, const RecipientsList& list) {
  const std::vector<std::string> kept = full_keys(list);
  std::vector<std::string> lost;
  for (const BackupReaders& readers : stored) {
    const auto opens = [&](const std::string& id) { return readers.full.contains(id); };
    if (std::ranges::none_of(kept, opens)) lost.push_back(readers.backup.name);
  }
  return lost;
}

void require_none_lost(const std::vector<BackupReaders>& stored, const RecipientsList& list, std::string_view source) {
  const std::vector<std::string> lost = lost_with(stored, list);
  if (lost.empty()) return;
  Error error(ErrorCode::rule, tr("giving up a key"),
              fmt::format(fmt::runtime(tr("no key of this list opens {} stored backups, {} for one: a key that they "
                                          "need is not given up")),
                          lost.size(), lost.front()),
              tr("Install a list that has the old key and the new one, give the new one access: restore-cli rewrap "
                 "--all --identity FILE; then drop the old one"));
  error.on(source).with_category("LAST_KEY");
  throw error;
}

}  // namespace coffre
