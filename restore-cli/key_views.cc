#include "key_views.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "base/translate.h"
#include "cli/output.h"
#include "opening.h"
#include "os/process_guard.h"
#include "service/keys/key_ring.h"
#include "service/keys/rewrap.h"
#include "service/reading/backup_readers.h"
#include "views.h"

namespace coffre {
namespace {

using cli::Json;

constexpr int kPartial = 3;

PublicKey catalog_key(const KeyFiles& files) {
  const KeyFile keys = read_key_file(files.catalog_identity, "keys:");
  if (keys.identities.size() == 1) return keys.identities.front().public_key();
  throw Error(ErrorCode::no_key, tr("reading a key"),
              fmt::format(fmt::runtime(tr("the file holds no {}")), "coffre-identity x25519 meta"))
      .on(files.catalog_identity.string());
}

PublicKey root_of(const KeyFiles& files) {
  const KeyFile keys = read_key_file(files.root, "keys:");
  if (keys.root) return *keys.root;
  throw Error(ErrorCode::no_key, tr("reading a key"),
              fmt::format(fmt::runtime(tr("the file holds no {}")), "coffre-root"))
      .on(files.root.string());
}

std::size_t incomplete_backups(const Installation& at) {
  std::vector<BackupReaders> stored;
  at.catalog.read([&](Session& session) { stored = stored_backup_readers(session); });
  return static_cast<std::size_t>(std::ranges::count_if(
      stored, [&](const BackupReaders& readers) { return !is_complete(readers, at.trust.recipients); }));
}

void note_what_follows(const Installation& at, const InstallResult& result, cli::Context& context) {
  for (const CopyCheck& away : result.away) {
    cli::note(context,
              fmt::format(fmt::runtime(tr("{}: the lists are put there by the next run")), word_text(away.replica)));
  }
  if (result.signer_taken) cli::note(context, tr("The server signs with its new key from now on."));
  if (!result.changed) cli::note(context, tr("These lists were in use already."));
  if (!result.new_recipients) return;
  cli::note(context, tr("Level 3 counts again when each key has opened a backup sealed to the new list: backupd run "
                        "--all, then at the restore station restore-cli verify NAME --identity FILE with each key."));
  const std::size_t incomplete = incomplete_backups(at);
  if (incomplete == 0) return;
  cli::note(context, fmt::format(fmt::runtime(tr("Older backups that are closed to a key of the list: {}. Give it "
                                                 "access at the restore station: restore-cli rewrap --all --identity "
                                                 "FILE")),
                                 incomplete));
}

}  // namespace

Json recipients_json(const RecipientsList& list) {
  Json json = Json::array();
  for (const Recipient& recipient : list.recipients) {
    json.add(Json::object()
                 .set("id", to_hex(recipient.id()))
                 .set("role", recipient.role)
                 .set("scope", to_string(recipient.scope)));
  }
  return json;
}

Json signers_json(const std::vector<Signer>& signers) {
  Json json = Json::array();
  for (const Signer& signer : signers) {
    json.add(Json::object()
                 .set("id", to_hex(signer.id()))
                 .set("from", instant_json(signer.from))
                 .set("to", instant_json(signer.to))
                 .set("revoked", instant_json(signer.revoked)));
  }
  return json;
}

std::string recipients_text(const RecipientsList& list) {
  std::vector<std::string> texts;
  for (const Recipient& recipient : list.recipients) {
    texts.push_back(cli::role_text(recipient.role) + " (" + to_hex(recipient.id()) + ")");
  }
  return join(texts, ", ");
}

std::string signers_table(const std::vector<Signer>& signers, const Zone& zone) {
  cli::Table table({{tr("Signer")}, {tr("From")}, {tr("To")}, {tr("Revoked")}});
  for (const Signer& signer : signers) {
    table.add({to_hex(signer.id()), cli::date_text(signer.from, zone), cli::date_text(signer.to, zone),
               cli::date_text(signer.revoked, zone)});
  }
  return table.text();
}

InstallResult install_here(cli::Composition& made, std::vector<ListFile> lists, cli::Context& context) {
  guard_process();
  const Settings& settings = made.settings;
  const std::vector<CopyCheck> away = add_places(made, context);
  const InstallRequest request{.files = settings.keys,
                               .data = settings.installation.data,
                               .root = root_of(settings.keys),
                               .catalog_key = catalog_key(settings.keys),
                               .lists = std::move(lists)};
  InstallResult result = install_lists(*made.at, request);
  result.away.insert(result.away.end(), away.begin(), away.end());
  note_what_follows(*made.at, result, context);
  return result;
}

void print_installed(const InstallResult& result, cli::Context& context) {
  Lines lines;
  lines.add(tr("Recipients list"), fmt::format(fmt::runtime(tr("epoch {}: {}")), result.lists.recipients.epoch,
                                               recipients_text(result.lists.recipients)));
  lines.add(tr("Signers list"), fmt::format(fmt::runtime(tr("epoch {}")), result.lists.signers.epoch));
  context.out << lines.text();
}

Json install_json(const InstallResult& result) {
  Json away = Json::array();
  for (const CopyCheck& copy : result.away) {
    away.add(Json::object().set("replica", copy.replica).set("error", error_json(copy.error)));
  }
  return Json::object()
      .set("recipients_epoch", result.lists.recipients.epoch)
      .set("signers_epoch", result.lists.signers.epoch)
      .set("changed", result.changed)
      .set("signer_taken", result.signer_taken)
      .set("away", std::move(away));
}

int exit_code_of(const InstallResult& result) {
  return result.away.empty() ? 0 : kPartial;
}

}  // namespace coffre
