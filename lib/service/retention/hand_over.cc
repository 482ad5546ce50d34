#include "service/retention/hand_over.h"

#include <algorithm>
#include <array>

#include "base/hash.h"
#include "base/stream.h"
#include "base/translate.h"
#include "catalog/backups.h"
#include "catalog/journal.h"
#include "replicas/directory.h"
#include "replicas/installation.h"
#include "service/keys/sidecars.h"
#include "service/places/stored_copy.h"
#include "vault/category.h"
#include "vault/key_files.h"
#include "vault/open.h"
#include "vault/sidecar.h"

namespace coffre {
namespace {

void put_or_throw(Replica& folder, const std::string& path, const RandomReader& content) {
  if (folder.put_if_absent(path, content, content_digest(content)) != PutResult::conflict_other_content) return;
  throw Error(ErrorCode::conflict, tr("handing over"), tr("the folder holds another file of this name"),
              tr("Name an empty folder with --out"))
      .on(path);
}

void hand_over_one(Installation& at, const HandOverRequest& request, Replica& folder, const BackupRow& backup) {
  OpenRequest opening = request.ring.open_request();
  opening.expected = expected_of(backup);
  std::optional<Opened> file;
  const OpenedCopy copy = use_good_copy(at, backup, [&](Replica& place, const RandomReader& reader) {
    opening.sidecars =
        fitting_sidecar(reader, request.ring.identities, [&] { return stored_sidecars(place, object_path(backup)); });
    file.emplace(open_bak(reader, opening));
  });
  if (file->scope() != Scope::full) throw refusal(Category::scope);
  const std::string path = object_path(backup);
  put_or_throw(folder, path, *copy.file);
  const std::string beside = sidecar_name(path, at.trust.recipients.epoch);
  const bool named = std::ranges::find(file->stanzas(), request.to.id(), &Stanza::key_id) != file->stanzas().end();
  if (named || folder.head(beside)) return;  // the same key, given again
  const Bytes sidecar = file->rewrap_for(std::array{request.to});
  put_or_throw(folder, beside, MemoryReader(sidecar));
}

// Plain lines: the client has no root key against which a signed list could be checked.
std::string signer_lines(const TrustLists& trust) {
  std::string text = root_line(trust.root) + "\n";
  for (const Signer& signer : trust.signers.signers.all()) text += to_line(signer) + "\n";
  return text;
}

std::vector<BackupRow> backups_of(Installation& at, const std::string& client) {
  std::vector<BackupRow> rows;
  at.catalog.read([&](Session& session) { rows = list_backups(session, {.client = client}); });
  if (!rows.empty()) return rows;
  throw Error(ErrorCode::not_found, tr("handing over"), tr("there is no backup of this client"),
              tr("List the devices with: restore-cli list --devices"))
      .on(client);
}

}  // namespace

std::string signers_file_name(const TrustLists& trust) {
  return "signers-" + std::to_string(trust.signers.epoch) + ".txt";
}

HandOverReport hand_over(Installation& at, const HandOverRequest& request, const HandOverProgress& progress) {
  const std::vector<BackupRow> rows = backups_of(at, request.client);
  const auto folder = open_directory({.name = "hand-over", .location = {}, .path = request.folder.string()});
  const std::string signers = signer_lines(at.trust);
  put_or_throw(*folder, signers_file_name(at.trust), MemoryReader(as_bytes(signers)));
  HandOverReport report;
  for (const BackupRow& backup : rows) {
    if (progress) progress(backup.name, report.files.size() + report.failed.size() + 1, rows.size());
    try {
      hand_over_one(at, request, *folder, backup);
      report.files.push_back(backup.name);
    } catch (Error& error) {
      if (error.code() == ErrorCode::internal || error.code() == ErrorCode::interrupted) throw;
      report.failed.push_back(error.on(backup.name));
    }
  }
  at.catalog.write([&](Session& session) {
    append_journal(session,
                   {.account = at.account,
                    .action = "client_hand_over",
                    .subject = request.client,
                    .result = report.failed.empty() ? "done" : "partial",
                    .detail = {{"recipient", to_hex(request.to.id())},
                               {"backups", std::to_string(report.files.size())},
                               {"failed", std::to_string(report.failed.size())}}},
                   at.clock.now());
  });
  return report;
}

}  // namespace coffre
