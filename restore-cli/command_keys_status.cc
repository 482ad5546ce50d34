// restore-cli keys status: which keys there are, and what depends on each.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/text.h"
#include "base/translate.h"
#include "cli/compose.h"
#include "cli/json.h"
#include "cli/output.h"
#include "commands.h"
#include "key_views.h"
#include "service/keys/key_status.h"
#include "views.h"

namespace coffre {
namespace {

using cli::Arguments;
using cli::Context;
using cli::Json;

constexpr std::size_t kNamesShown = 10;

Json status_json(const KeyStatus& status) {
  Json recipients = Json::array();
  for (const RecipientStatus& key : status.recipients) {
    const bool full = key.scope == Scope::full;
    Json json = Json::object();
    json.set("id", key.id).set("role", key.role).set("scope", to_string(key.scope)).set("listed", key.listed);
    json.set("opens", full ? Json(key.opens) : Json()).set("alone", full ? Json(key.alone) : Json());
    json.set("closed", Json::array_of(key.closed));
    recipients.add(json.set("proven", instant_json(key.proven))
                       .set("proof_counts", key.proof_counts)
                       .set("to_do", to_string(key.task)));
  }
  return Json::object()
      .set("root", to_hex(ByteView(status.root)))
      .set("backups", status.backups)
      .set("recipients_epoch", status.recipients_epoch)
      .set("recipients", std::move(recipients))
      .set("signers_epoch", status.signers_epoch)
      .set("signers", signers_json(status.signers));
}

std::string role_of(const RecipientStatus& key) {
  return key.listed ? cli::role_text(key.role) : std::string(tr("in no list any more"));
}

std::string proof_text(const RecipientStatus& key, const KeyStatus& status, const Zone& zone) {
  if (key.scope != Scope::full) return "";
  if (!key.proven) return tr("never");
  const auto days = std::chrono::floor<std::chrono::days>(status.at - *key.proven).count();
  return fmt::format(fmt::runtime(tr("{}, {} days ago")), cli::date_text(key.proven, zone), days);
}

std::string task_text(const RecipientStatus& key) {
  switch (key.task) {
    case KeyTask::keep:
      return tr("keep it: backups need it until rewrap");
    case KeyTask::rewrap:
      return tr("give it access: rewrap");
    case KeyTask::prove:
      return tr("prove it: verify NAME --identity FILE");
    case KeyTask::give_up:
      return tr("nothing needs it any more");
    case KeyTask::none:
      break;
  }
  return tr("nothing");
}

std::string recipients_table(const KeyStatus& status, const Zone& zone) {
  cli::Table table({{tr("Key")},
                    {tr("Id")},
                    {tr("Reads")},
                    {tr("Backups"), cli::Align::right},
                    {tr("Only this key"), cli::Align::right},
                    {tr("Closed to it"), cli::Align::right},
                    {tr("Newest key proof")},
                    {tr("To do")}});
  for (const RecipientStatus& key : status.recipients) {
    const bool full = key.scope == Scope::full;
    table.add({role_of(key), key.id, full ? tr("everything") : tr("metadata"), full ? std::to_string(key.opens) : "",
               full ? std::to_string(key.alone) : "", full && key.listed ? std::to_string(key.closed.size()) : "",
               proof_text(key, status, zone), task_text(key)});
  }
  return table.text();
}

// The backups that a key of the list cannot open, the keys that share them together.
std::string closed_text(const KeyStatus& status) {
  std::string text;
  for (const RecipientStatus& key : status.recipients) {
    if (key.closed.empty()) continue;
    text += fmt::format(fmt::runtime(tr("\nClosed to {} ({}):\n")), role_of(key), key.id);
    const std::size_t shown = std::min(kNamesShown, key.closed.size());
    for (std::size_t i = 0; i < shown; ++i) text += "  " + printable(key.closed[i]) + "\n";
    if (shown < key.closed.size()) {
      text += fmt::format(fmt::runtime(tr("  and {} more (all of them with --json)\n")), key.closed.size() - shown);
    }
  }
  return text;
}

int run(const Arguments& /*arguments*/, Context& context) {
  const auto made = cli::compose(context.config_file, cli::Needs::catalog);
  const KeyStatus status = key_status(*made->at);
  if (context.json) {
    context.out << status_json(status).text();
    return 0;
  }
  const Zone& zone = *made->at->zones.installation;
  Lines lines;
  lines.add(tr("Root key"), to_hex(ByteView(status.root)));
  lines.add(tr("Recipients list"), fmt::format(fmt::runtime(tr("epoch {}")), status.recipients_epoch));
  lines.add(tr("Signers list"), fmt::format(fmt::runtime(tr("epoch {}")), status.signers_epoch));
  lines.add(tr("Stored backups"), std::to_string(status.backups));
  context.out << lines.text() << "\n" << recipients_table(status, zone) << closed_text(status) << "\n";
  context.out << signers_table(status.signers, zone);
  const bool some_closed =
      std::ranges::any_of(status.recipients, [](const RecipientStatus& key) { return !key.closed.empty(); });
  if (some_closed) {
    cli::note(context, tr("To give a key of the list access to older backups, at the restore station: restore-cli "
                          "rewrap --all --identity FILE"));
  }
  return 0;
}

}  // namespace

cli::Command keys_status_command() {
  cli::Command command;
  command.name = "keys status";
  command.person = cli::Person::operation;
  command.summary = tr_noop("show the lists of keys, and what depends on each key");
  command.description = tr_noop(
      "For each key that opens backups: how many stored backups it opens, how many no other key opens, how many are "
      "closed to it because they were sealed to an earlier list, and when it was last proven. Then whose signature "
      "counts, and until when. Reads the catalog only.");
  command.examples = {{"restore-cli keys status", tr_noop("before a key is given up")},
                      {"restore-cli keys status --json", tr_noop("with the name of every backup")}};
  command.run = run;
  return command;
}

}  // namespace coffre
