// backupd secret set|release|list: the accounts with which devices are asked. A password comes from the terminal or
// from stdin, never from an argument, and is never shown again.
#include <fmt/format.h>

#include "base/error.h"
#include "base/translate.h"
#include "cli/compose.h"
#include "cli/json.h"
#include "cli/output.h"
#include "commands.h"
#include "os/terminal.h"
#include "service/keys/secrets.h"

namespace coffre {
namespace {

using cli::Arguments;
using cli::Context;
using cli::Json;

// The account's name stays as it was when only the password changes.
std::string user_of(Installation& at, const std::string& name, const Arguments& arguments) {
  if (arguments.has("--user")) return arguments.text("--user");
  for (const CredentialRow& row : secrets(at)) {
    if (row.name == name) return row.user;
  }
  throw Error(ErrorCode::usage, tr("storing a credential"), tr("the account's name is missing"),
              fmt::format(fmt::runtime(tr("Give it: backupd secret set {} --user NAME")), name))
      .on(name);
}

int run_set(const Arguments& arguments, Context& context) {
  const auto made = cli::compose(context.config_file, cli::Needs::server_keys);
  const std::string name = arguments.text("NAME");
  const std::string user = user_of(*made->at, name, arguments);
  SystemTerminal terminal;
  const SecretString password = terminal.ask_secret(fmt::format(fmt::runtime(tr("Password of {} ({}): ")), user, name));
  set_secret(*made->at, name, user, password);
  if (context.json) context.out << Json::object().set("name", name).set("user", user).set("result", "stored").text();
  cli::note(context, fmt::format(fmt::runtime(tr("Credential {} is stored, encrypted.")), name));
  return 0;
}

int run_release(const Arguments& arguments, Context& context) {
  const auto made = cli::compose(context.config_file, cli::Needs::server_keys);
  const std::string name = arguments.text("NAME");
  const bool released = release_secret(*made->at, name, arguments.text("--ticket"), arguments.text("--reason"));
  if (context.json) context.out << Json::object().set("name", name).set("released", released).text();
  cli::note(context, fmt::format(fmt::runtime(released ? tr("Credential {} is released: the next run uses it again.")
                                                       : tr("Credential {} was not stopped: nothing to release.")),
                                 name));
  return 0;
}

int run_list(const Arguments& /*arguments*/, Context& context) {
  const auto made = cli::compose(context.config_file, cli::Needs::catalog);
  const auto rows = secrets(*made->at);
  if (context.json) {
    Json list = Json::array();
    for (const CredentialRow& row : rows) {
      list.add(Json::object()
                   .set("name", row.name)
                   .set("user", row.user)
                   .set("set_at", to_rfc3339(row.set_at))
                   .set("stopped", row.stopped)
                   .set("stopped_at", row.stopped_at ? Json(to_rfc3339(*row.stopped_at)) : Json())
                   .set("stopped_by", row.stopped_by)
                   .set("stopped_reason", row.stopped_reason));
    }
    context.out << Json::object().set("credentials", std::move(list)).text();
    return 0;
  }
  const Zone& zone = *made->at->zones.installation;
  cli::Table table({{tr("Credential")}, {tr("User")}, {tr("Set on")}, {tr("Stopped")}});
  for (const CredentialRow& row : rows) {
    std::string stopped;
    if (row.stopped)
      stopped = cli::date_text(row.stopped_at, zone) + ", " + row.stopped_by + tr(": ") + row.stopped_reason;
    table.add({row.name, row.user, cli::date_text(row.set_at, zone), stopped});
  }
  context.out << table.text();
  if (table.empty())
    cli::note(context, tr("No credential is stored. Store one with: backupd secret set NAME --user USER"));
  return 0;
}

}  // namespace

cli::Command secret_set_command() {
  cli::Command command;
  command.name = "secret set";
  command.person = cli::Person::operation;
  command.summary = tr_noop("store the password of a device account, encrypted");
  command.description = tr_noop(
      "Asks for the password on the terminal, or reads one line from stdin. A new password also releases a credential "
      "that was stopped.");
  command.positionals = {
      cli::positional(tr_noop("NAME"), cli::Takes::text, tr_noop("name of the credential, as the inventory uses it"))};
  command.options = {cli::option("--user", cli::Takes::text, tr_noop("USER"), tr_noop("account on the device"))};
  command.examples = {{"backupd secret set siege-nvr --user sauvegarde",
                       tr_noop("the password is asked on the terminal, or read from stdin")}};
  command.run = run_set;
  return command;
}

cli::Command secret_release_command() {
  cli::Command command;
  command.name = "secret release";
  command.person = cli::Person::operation;
  command.summary = tr_noop("use a stopped credential again");
  command.description = tr_noop(
      "A credential that a device refused is stopped for all devices, because recorders lock out. Release it when the "
      "password is right after all.");
  command.positionals = {cli::positional(tr_noop("NAME"), cli::Takes::text, tr_noop("name of the credential"))};
  command.options = {
      cli::required(cli::option("--reason", cli::Takes::text, tr_noop("TEXT"), tr_noop("why it may be used again"))),
      cli::option("--ticket", cli::Takes::text, tr_noop("TICKET"), tr_noop("number of the ticket")),
  };
  command.examples = {{"backupd secret release siege-nvr --reason \"compte déverrouillé sur l'enregistreur\"",
                       tr_noop("after the account was unlocked there")}};
  command.run = run_release;
  return command;
}

cli::Command secret_list_command() {
  cli::Command command;
  command.name = "secret list";
  command.person = cli::Person::operation;
  command.summary = tr_noop("list the stored credentials, never their passwords");
  command.run = run_list;
  return command;
}

}  // namespace coffre
