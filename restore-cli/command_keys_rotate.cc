// restore-cli keys rotate and keys revoke-signer: the next lists of keys, signed where the root key is.
#include <fmt/format.h>

#include "base/error.h"
#include "base/translate.h"
#include "cli/compose.h"
#include "cli/json.h"
#include "cli/output.h"
#include "commands.h"
#include "instant_option.h"
#include "key_views.h"
#include "opening.h"
#include "os/process_guard.h"
#include "service/keys/sign_lists.h"

namespace coffre {
namespace {

using cli::Arguments;
using cli::Context;
using cli::Json;

// Until the new list is carried to the server, the server signs with the old key: that must stay valid.
constexpr Seconds kUsualOverlap = std::chrono::days{30};

// What a signing works with: the root key, the lists that it starts from, and the installation where one is at hand.
struct Bench {
  std::unique_ptr<cli::Composition> made;  // null: the lists come from --lists alone
  RootKey root;
  TrustLists present;
  Instant now{};

  [[nodiscard]] const Zone* zone() const { return made ? made->at->zones.installation : nullptr; }
};

void require_target(const Arguments& arguments) {
  if (arguments.has("--out") == arguments.has("--install")) {
    throw Error(ErrorCode::usage, tr("reading the command line"), tr("give either --out DIR or --install"));
  }
  if (arguments.has("--install") && arguments.has("--lists")) {
    throw Error(ErrorCode::usage, tr("reading the command line"),
                tr("--install starts from the lists of this server: leave --lists out"));
  }
  if (arguments.has("--old-signer-until") && !arguments.has("--signer")) {
    throw Error(ErrorCode::usage, tr("reading the command line"), tr("--old-signer-until goes with --signer"));
  }
}

Bench bench_from(const Arguments& arguments, Context& context) {
  require_target(arguments);
  std::unique_ptr<cli::Composition> made;
  if (!arguments.has("--lists")) made = cli::compose(context.config_file, cli::Needs::catalog);
  guard_process();
  RootKey root = load_root_key(arguments.text("--root"), ask_passphrase);
  TrustLists present = made ? made->at->trust : lists_in(arguments.text("--lists"), root.key.public_key());
  return {.made = std::move(made), .root = std::move(root), .present = std::move(present), .now = SystemClock().now()};
}

SignersChange signers_change(const Arguments& arguments, const Bench& bench) {
  SignersChange change{.add = {}, .now = bench.now, .others_end = bench.now + kUsualOverlap, .revoke = {}};
  if (arguments.has("--signer")) change.add = signer_in(arguments.text("--signer"));
  if (!arguments.has("--old-signer-until")) return change;
  change.others_end = instant_from("--old-signer-until", arguments.text("--old-signer-until"), bench.zone());
  return change;
}

// What the new lists say: read back from their texts.
TrustLists result_of(const Bench& bench, const std::vector<SignedListText>& lists) {
  TrustLists next = bench.present;
  for (const SignedListText& list : lists) {
    const std::string name = list_name(list.type, list.epoch);
    if (list.type == ListType::recipients) {
      next.recipients = read_recipients_list(list.text, bench.present.root, list.epoch, name);
    } else {
      next.signers = read_signers_list(list.text, bench.present.root, list.epoch, name);
    }
  }
  return next;
}

Json signed_json(const TrustLists& next, const std::vector<std::filesystem::path>& files) {
  std::vector<std::string> paths;
  for (const auto& file : files) paths.push_back(file.string());
  return Json::object()
      .set("recipients_epoch", next.recipients.epoch)
      .set("recipients", recipients_json(next.recipients))
      .set("signers_epoch", next.signers.epoch)
      .set("signers", signers_json(next.signers.signers.all()))
      .set("files", Json::array_of(paths));
}

int install_signed(Bench& bench, const std::vector<SignedListText>& lists, Context& context) {
  std::vector<ListFile> files;
  for (const SignedListText& list : lists) {
    files.push_back({.source = list_name(list.type, list.epoch), .text = list.text});
  }
  const InstallResult result = install_here(*bench.made, std::move(files), context);
  const int code = exit_code_of(result);
  if (context.json) {
    context.out << signed_json(result.lists, {}).set("installed", install_json(result)).set("exit_code", code).text();
  } else {
    print_installed(result, context);
  }
  return code;
}

int write_signed(Bench& bench, const std::vector<SignedListText>& lists, const std::string& folder, Context& context) {
  const auto files = write_lists(folder, lists);
  if (context.json) {
    context.out << signed_json(result_of(bench, lists), files).set("installed", Json()).set("exit_code", 0).text();
    return 0;
  }
  std::string words;
  for (const auto& file : files) {
    context.out << file.string() << "\n";
    words += " " + file.string();
  }
  cli::note(context,
            fmt::format(fmt::runtime(tr("Carry them to the server, and there: restore-cli keys install{}")), words));
  return 0;
}

int sign_and_hand_over(const Arguments& arguments, Context& context, Bench& bench, const ListChange& change) {
  const std::vector<SignedListText> lists = sign_lists(bench.present, change, bench.root);
  if (bench.made) {
    require_installable(*bench.made->at, lists);
    record_signed_lists(*bench.made->at, lists);
  }
  const int code = arguments.has("--install") ? install_signed(bench, lists, context)
                                              : write_signed(bench, lists, arguments.text("--out"), context);
  if (change.recipients && !change.recipients->drop.empty()) {
    cli::note(context, tr("Whoever holds a key that was dropped can still open the backups that were sealed to it: "
                          "change the devices' passwords if it is in wrong hands."));
  }
  return code;
}

int run_rotate(const Arguments& arguments, Context& context) {
  Bench bench = bench_from(arguments, context);
  ListChange change;
  RecipientsChange recipients;
  for (const std::string& file : arguments.all("--add")) recipients.add.push_back(recipient_in(file));
  for (const std::string& id : arguments.all("--drop")) recipients.drop.push_back(key_id_from(id));
  if (!recipients.add.empty() || !recipients.drop.empty()) change.recipients = std::move(recipients);
  if (arguments.has("--signer")) change.signers = signers_change(arguments, bench);
  return sign_and_hand_over(arguments, context, bench, change);
}

int run_revoke(const Arguments& arguments, Context& context) {
  Bench bench = bench_from(arguments, context);
  ListChange change{.recipients = {}, .signers = signers_change(arguments, bench)};
  change.signers->revoke = {.signer = key_id_from(arguments.text("ID")),
                            .at = instant_from("--at", arguments.text("--at"), bench.zone())};
  const int code = sign_and_hand_over(arguments, context, bench, change);
  cli::note(context, tr("What that key signed is refused from then on (E_REVOKED), however it is dated, unless an "
                        "anchor proves it older. The newest backups from before: restore-cli list --trusted-before T"));
  return code;
}

std::vector<cli::Parameter> signing_options() {
  return {
      cli::required(cli::option("--root", cli::Takes::file, tr_noop("FILE"),
                                tr_noop("the recovery key file, which holds the root key"))),
      cli::option("--lists", cli::Takes::folder, tr_noop("DIR"),
                  tr_noop("the present lists: a place's folder _coffre, or a copy (default: this server's)")),
      cli::option("--signer", cli::Takes::file, tr_noop("FILE"),
                  tr_noop("add the signer that the server's keys new-signer printed")),
      cli::option("--old-signer-until", cli::Takes::text, tr_noop("DATE"),
                  tr_noop("with --signer: until when the one before counts (30 days)")),
      cli::option("--out", cli::Takes::folder, tr_noop("DIR"), tr_noop("write the new lists there")),
      cli::flag("--install", tr_noop("take them into use on this server at once")),
  };
}

}  // namespace

cli::Command keys_rotate_command() {
  cli::Command command;
  command.name = "keys rotate";
  command.person = cli::Person::operation;
  command.summary = tr_noop("sign the next lists of keys with the root key");
  command.description = tr_noop(
      "At the station, where the root key is: starts from the present lists, adds and drops keys that open backups, "
      "adds the server's next signing key, and signs lists of the next epoch. The server takes them with keys install. "
      "Backups made from then on are sealed to the new list; older ones get the new keys by rewrap.");
  command.options = {
      cli::repeatable(cli::option("--add", cli::Takes::file, tr_noop("FILE"),
                                  tr_noop("a key that keygen made: its file, or the line that it printed"))),
      cli::repeatable(cli::option("--drop", cli::Takes::text, "ID", tr_noop("a key that is given up"))),
  };
  for (cli::Parameter& option : signing_options()) command.options.push_back(std::move(option));
  command.examples = {
      {"restore-cli keys rotate --root secours.key --lists /media/stick/_coffre --add nouvelle.key --drop "
       "2d50daf454f8f87b --out /media/stick",
       tr_noop("another restore key, at the station")},
      {"restore-cli keys rotate --root /media/stick/secours.key --signer signer.pub --install",
       tr_noop("another signing key, with the root key brought to the server")}};
  command.run = run_rotate;
  return command;
}

cli::Command keys_revoke_signer_command() {
  cli::Command command;
  command.name = "keys revoke-signer";
  command.person = cli::Person::disaster;
  command.summary = tr_noop("revoke a signing key that fell into wrong hands");
  command.description = tr_noop(
      "Signs a signers list by which nothing counts that this key signed, unless an anchor proves it older than T. "
      "Give "
      "the server's next key along with it: without one it could make no backup.");
  command.positionals = {cli::positional("ID", cli::Takes::text, tr_noop("the signer's id, as keys status shows it"))};
  command.options = {cli::required(
      cli::option("--at", cli::Takes::text, "T", tr_noop("when it fell into wrong hands: 2026-11-21T03:00:00Z")))};
  for (cli::Parameter& option : signing_options()) command.options.push_back(std::move(option));
  command.examples = {
      {"restore-cli keys revoke-signer 2d50daf454f8f87b --at 2026-11-21T03:00:00Z --root secours.key --signer "
       "signer.pub "
       "--lists /media/stick/_coffre --out /media/stick",
       tr_noop("after a break-in")}};
  command.run = run_revoke;
  return command;
}

}  // namespace coffre
