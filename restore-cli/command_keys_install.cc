// restore-cli keys new-signer and keys install: what a rotation of keys asks of the machine that takes backups.
#include <fmt/format.h>

#include "base/error.h"
#include "base/translate.h"
#include "cli/compose.h"
#include "cli/json.h"
#include "cli/output.h"
#include "commands.h"
#include "key_views.h"
#include "os/file_reader.h"
#include "os/process_guard.h"
#include "service/keys/next_signer.h"
#include "vault/key_files.h"

namespace coffre {
namespace {

using cli::Arguments;
using cli::Context;
using cli::Json;

constexpr std::uint64_t kMaxListBytes = std::uint64_t{256} * 1024;

ListFile list_file(const std::string& path) {
  const auto reader = open_path(path);
  if (reader->size() > kMaxListBytes) {
    throw Error(ErrorCode::usage, tr("installing a list of keys"), tr("it is not a signed list"),
                tr("Give RECIPIENTS_N.list, SIGNERS_N.list or one of each"))
        .on(path);
  }
  Bytes content(static_cast<std::size_t>(reader->size()));
  reader->read_at(0, content);
  return {.source = path, .text = std::string(as_text(content))};
}

int run_install(const Arguments& arguments, Context& context) {
  const auto made = cli::compose(context.config_file, cli::Needs::records);
  std::vector<ListFile> lists;
  for (const std::string& path : arguments.all("FILE")) lists.push_back(list_file(path));
  const InstallResult result = install_here(*made, std::move(lists), context);
  const int code = exit_code_of(result);
  if (context.json) {
    context.out << install_json(result).set("exit_code", code).text();
    return code;
  }
  print_installed(result, context);
  return code;
}

int run_new_signer(const Arguments& /*arguments*/, Context& context) {
  const auto made = cli::compose(context.config_file, cli::Needs::records);
  guard_process();
  const KeyFiles& files = made->settings.keys;
  const NextSigner next = prepare_next_signer(files);
  const std::string line = to_line(Signer{.key = next.key, .from = {}, .to = {}, .revoked = {}});
  if (next.made) record_next_signer(*made->at, next.key);
  if (context.json) {
    context.out << Json::object()
                       .set("signer", line)
                       .set("signer_id", to_hex(signer_id(next.key)))
                       .set("file", next_signing_key(files).string())
                       .set("made", next.made)
                       .text();
    return 0;
  }
  context.out << line << "\n";
  if (!next.made) cli::note(context, tr("This key was waiting already."));
  cli::note(context, tr("The key waits beside the one in use. Carry the line above to whoever holds the root key: "
                        "restore-cli keys rotate --signer FILE; it is taken into use when the new list is installed."));
  return 0;
}

}  // namespace

cli::Command keys_install_command() {
  cli::Command command;
  command.name = "keys install";
  command.person = cli::Person::operation;
  command.summary = tr_noop("take new signed lists of keys into use on this server");
  command.description = tr_noop(
      "Checks the signature of the root key, that each list follows the one in use, and that no stored backup loses "
      "its "
      "last key or its signer; then replaces the lists in the configuration's folder and puts them into both places. "
      "Killed at any step, it leaves the old lists or the new ones at work; the same command finishes. Also puts the "
      "right list back when a file was changed: from the folder _coffre of a place.");
  command.positionals = {cli::repeatable(
      cli::positional("FILE", cli::Takes::file, tr_noop("RECIPIENTS_N.list, SIGNERS_N.list or one of each")))};
  command.examples = {
      {"restore-cli keys install /media/stick/RECIPIENTS_2.list", tr_noop("after keys rotate at the station")},
      {"restore-cli keys install /srv/coffre/_coffre/SIGNERS_1.list", tr_noop("somebody changed the file here")}};
  command.run = run_install;
  return command;
}

cli::Command keys_new_signer_command() {
  cli::Command command;
  command.name = "keys new-signer";
  command.person = cli::Person::operation;
  command.summary = tr_noop("make this server's next signing key, and print its public line");
  command.description = tr_noop(
      "The key waits beside the one in use (signing.key.next) until a signers list of the root key names it. Its "
      "secret "
      "half never leaves this machine. Run again, it prints the same line.");
  command.examples = {
      {"restore-cli keys new-signer > /media/stick/signer.pub", tr_noop("for keys rotate --signer signer.pub")}};
  command.run = run_new_signer;
  return command;
}

}  // namespace coffre
