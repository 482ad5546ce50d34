// restore-cli keygen: a new identity, at the station.
#include <fmt/format.h>

#include <filesystem>

#include "base/error.h"
#include "base/translate.h"
#include "cli/compose.h"
#include "cli/json.h"
#include "cli/output.h"
#include "commands.h"
#include "opening.h"
#include "os/process_guard.h"
#include "os/terminal.h"
#include "service/backup/new_identity.h"

namespace coffre {
namespace {

using cli::Arguments;
using cli::Context;
using cli::Json;

std::optional<SecretString> new_passphrase(const Arguments& arguments) {
  if (arguments.has("--unlocked")) return std::nullopt;
  SystemTerminal terminal;
  SecretString passphrase = terminal.ask_secret(tr("New passphrase (12 characters or more): "));
  if (!terminal.is_interactive()) return passphrase;
  if (!terminal.ask_secret(tr("Once more: ")).equals(passphrase)) {
    throw Error(ErrorCode::usage, tr("locking the key"), tr("the two passphrases differ"));
  }
  return passphrase;
}

// Rule 2 of design.md section 3: not where the service could read it.
void require_offline(const cli::Composition& made, const std::filesystem::path& file) {
  if (made.settings.same_machine_station) return;
  const auto target = std::filesystem::weakly_canonical(file);
  for (const std::filesystem::path& folder : {made.settings.file.parent_path(), made.settings.installation.data}) {
    const auto inside = target.lexically_relative(std::filesystem::weakly_canonical(folder));
    if (inside.empty() || *inside.begin() == "..") continue;
    throw Error(ErrorCode::rule, tr("writing the key"),
                tr("the machine that takes backups must not have it, and this is the server's own folder"),
                tr("Name a file elsewhere with --out: an encrypted stick, for example"))
        .on(file.string());
  }
}

int run(const Arguments& arguments, Context& context) {
  NewIdentityRequest request{.role = arguments.text("--role"), .file = arguments.text("--out")};
  const auto made = installation_if_any(context);
  if (made) require_offline(*made, request.file);
  if (made) request.trust = made->at->trust;
  guard_process();
  request.passphrase = new_passphrase(arguments);
  const NewIdentity identity = make_identity(request);
  if (made) record_new_identity(*made->at, request, identity);
  if (context.json) {
    context.out << Json::object()
                       .set("file", request.file.string())
                       .set("role", request.role)
                       .set("recipient", identity.recipient_line)
                       .set("recipient_id", identity.recipient_id)
                       .set("locked", request.passphrase.has_value())
                       .set("has_trust", made != nullptr)
                       .text();
  } else {
    context.out << identity.recipient_line << "\n";
  }
  cli::note(context,
            tr("Nothing is sealed to this key yet: the line above goes into the next recipients list, which the "
               "holder of the root key signs: restore-cli keys rotate --add FILE."));
  if (!made) {
    cli::note(context,
              tr("No installation was found here: the file has no root and signer lines. Copy them from another "
                 "key file of the installation."));
  }
  if (!request.passphrase) cli::note(context, tr("The key is not locked: whoever has the file can open backups."));
  return 0;
}

}  // namespace

cli::Command keygen_command() {
  cli::Command command;
  command.name = "keygen";
  command.person = cli::Person::operation;
  command.summary = tr_noop("make a new key that can open backups");
  command.description = tr_noop(
      "Run it at the restore station. Writes a key file, locked by a passphrase unless told otherwise, and prints its "
      "recipient line. With a configuration the file also carries the root and signer lines.");
  command.options = {
      cli::required(cli::choice("--role", {"op", "drill", "recovery"}, tr_noop("what the key is for"))),
      cli::required(cli::option("--out", cli::Takes::file, tr_noop("FILE"), tr_noop("the key file; must not exist"))),
      cli::flag("--unlocked", tr_noop("without a passphrase")),
  };
  command.examples = {
      {"restore-cli keygen --role op --out /media/cle/restauration.key", tr_noop("a second restore key")}};
  command.run = run;
  return command;
}

}  // namespace coffre
