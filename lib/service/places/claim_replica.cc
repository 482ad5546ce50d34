#include "service/places/claim_replica.h"

#include <fmt/format.h>

#include <map>

#include "base/error.h"
#include "base/stream.h"
#include "base/translate.h"
#include "catalog/backups.h"
#include "catalog/journal.h"
#include "replicas/installation.h"
#include "vault/signed_list.h"

namespace coffre {
namespace {

constexpr const char* kMissing = "missing";
constexpr const char* kExpired = "expired";

void put_list(Replica& replica, std::string_view name, std::string_view text) {
  const MemoryReader reader(as_bytes(text));
  const std::string path = fmt::format("{}/{}", kInstallationFolder, name);
  if (replica.put_if_absent(path, reader, sha256(as_bytes(text))) != PutResult::conflict_other_content) return;
  throw Error(ErrorCode::rule, tr("storing the list of keys"), tr("this place holds another installation's list"),
              tr("Name an empty place, or remove what an unfinished init left there"))
      .on(path);
}

// A place that nobody claimed must hold nothing: a wrong path, or a copy that lost its `_coffre`, is a person's matter.
void require_empty(Replica& replica) {
  replica.list("", [&](const ObjectInfo& object) {
    Error error(
        ErrorCode::rule, tr("claiming a place"),
        fmt::format(fmt::runtime(tr("it belongs to no installation, and is not empty: {}")), object.path),
        tr("Name an empty folder in the configuration; a copied place is copied whole, with its folder _coffre"));
    error.on(replica.properties().name).with_category("PLACE_NOT_EMPTY");
    throw error;
  });
}

ListTexts checked_lists(const Installation& at, const ClaimRequest& request) {
  ListTexts lists{.recipients = request.recipients, .signers = request.signers};
  const std::string_view source = kInstallationFolder;
  lists.recipients_epoch = read_recipients_list(request.recipients, at.trust.root, 0, source).epoch;
  lists.signers_epoch = read_signers_list(request.signers, at.trust.root, 0, source).epoch;
  return lists;
}

// The copies that the catalog has in this place, and that are not there (any more): the old disk's.
std::map<Digest, CopyRow> lost_copies(const Installation& at, Replica& replica) {
  std::map<Digest, CopyRow> known;
  at.catalog.read([&](Session& session) {
    for (const BackupRow& backup : list_backups(session, {})) {
      for (const CopyRow& copy : copies_of(session, backup.digest)) {
        if (copy.replica == replica.properties().name && copy.state != kMissing && copy.state != kExpired)
          known.emplace(backup.digest, copy);
      }
    }
  });
  std::erase_if(known, [&](const auto& one) { return replica.head(one.second.path).has_value(); });
  return known;
}

}  // namespace

void store_lists(Replica& replica, const ListTexts& lists) {
  put_list(replica, list_name(ListType::recipients, lists.recipients_epoch), lists.recipients);
  put_list(replica, list_name(ListType::signers, lists.signers_epoch), lists.signers);
}

void require_unclaimed(Replica& replica) {
  const auto owner = installation_id(replica);
  if (!owner) return;
  Error error(ErrorCode::rule, tr("making an installation"),
              fmt::format(fmt::runtime(tr("this place belongs to installation {}; nothing was changed")), *owner),
              tr("Name an empty place. If a disk of that installation was replaced, take its configuration: backupd "
                 "replica claim local --ticket T --reason R"));
  error.on(replica.properties().name).with_category("FOREIGN_INSTALLATION");
  throw error;
}

Claim claim_replica(Installation& at, const ClaimRequest& request) {
  Replica& replica = request.replica;
  const ListTexts lists = checked_lists(at, request);
  const bool was_ours = installation_id(replica) == at.id;
  if (!was_ours) {
    if (!installation_id(replica)) require_empty(replica);
    claim_installation(replica, at.id);
  }
  store_lists(replica, lists);
  auto lost = lost_copies(at, replica);
  at.catalog.write([&](Session& session) {
    for (auto& [digest, copy] : lost) {
      copy.state = kMissing;
      put_copy(session, digest, copy);
    }
    append_journal(session,
                   {.account = at.account,
                    .action = "replica_claim",
                    .subject = replica.properties().name,
                    .result = was_ours ? "was_ours" : "done",
                    .ticket = request.ticket,
                    .detail = {{"reason", request.reason},
                               {"location", replica.properties().location},
                               {"missing", std::to_string(lost.size())}}},
                   at.clock.now());
  });
  return {.was_ours = was_ours, .missing = lost.size()};
}

}  // namespace coffre
