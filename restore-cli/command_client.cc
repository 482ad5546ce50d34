// restore-cli client close|reopen|status|attest: the end of a contract, up to the document that says that nothing is
// left. client hand-over: command_client_hand_over.cc.
#include <fmt/format.h>

#include "base/error.h"
#include "base/translate.h"
#include "cli/compose.h"
#include "cli/json.h"
#include "cli/output.h"
#include "commands.h"
#include "confirm.h"
#include "instant_option.h"
#include "service/retention/client_closure.h"
#include "views.h"

namespace coffre {
namespace {

using cli::Arguments;
using cli::Context;
using cli::Json;

constexpr int kNotDone = 1;

cli::Parameter client_positional() {
  return cli::positional("CLIENT", cli::Takes::text, tr_noop("the client's code"));
}

int run_close(const Arguments& arguments, Context& context) {
  const auto made = cli::compose(context.config_file, cli::Needs::catalog);
  const ClosureRequest request{.client = arguments.text("CLIENT"),
                               .closes_at = instant_from("--on", arguments.text("--on"), made->at->zones.installation),
                               .first_person = arguments.text("--first-person"),
                               .second_person = arguments.text("--second-person"),
                               .reason = arguments.text("--reason"),
                               .ticket = arguments.text("--ticket")};
  const Confirmation about{.step = tr("closing a client"),
                           .look = tr("Look at what is there with restore-cli list --client, then repeat with --yes"),
                           .question = tr("Stop collecting then, and let all of this client's backups expire?")};
  if (!confirmed(arguments, context, about)) {
    cli::note(context, tr("Nothing was changed."));
    return kNotDone;
  }
  close_client(*made->at, request);
  if (context.json) {
    context.out << Json::object().set("client", request.client).set("on", to_rfc3339(request.closes_at)).text();
  }
  cli::note(context, tr("On record. Next: restore-cli client hand-over, then restore-cli client status says when the "
                        "last backup goes."));
  return 0;
}

int run_reopen(const Arguments& arguments, Context& context) {
  const auto made = cli::compose(context.config_file, cli::Needs::catalog);
  reopen_client(*made->at, arguments.text("CLIENT"), arguments.text("--reason"), arguments.text("--ticket"));
  if (context.json) context.out << Json::object().set("reopened", arguments.text("CLIENT")).text();
  cli::note(context, tr("Its devices are backed up again, and the last proven backups stay."));
  return 0;
}

Json closure_json(const ClosureView& view) {
  const ClosureRow& row = view.closure;
  Json json = Json::object();
  json.set("client", row.client).set("on", to_rfc3339(row.closes_at));
  json.set("first_person", row.first_person).set("second_person", row.second_person).set("reason", row.reason);
  json.set("ticket", row.ticket).set("left", view.left).set("expired", view.expired);
  json.set("last_tier_end", instant_json(view.last_tier_end));
  return json.set("attested", instant_json(row.attested_at));
}

std::string state_text(const ClosureView& view, const Zone& zone) {
  if (view.closure.attested_at) {
    return fmt::format(fmt::runtime(tr("deletion attested on {}")), cli::date_text(*view.closure.attested_at, zone));
  }
  if (view.left == 0) return tr("nothing is left: restore-cli client attest CLIENT");
  if (!view.last_tier_end) return "";
  return fmt::format(fmt::runtime(tr("the last one may go from {}")), cli::date_text(*view.last_tier_end, zone));
}

int run_status(const Arguments& /*arguments*/, Context& context) {
  const auto made = cli::compose(context.config_file, cli::Needs::catalog);
  const auto views = list_closures(*made->at);
  if (context.json) {
    Json list = Json::array();
    for (const ClosureView& view : views) list.add(closure_json(view));
    context.out << Json::object().set("closures", std::move(list)).text();
    return 0;
  }
  const Zone& zone = *made->at->zones.installation;
  cli::Table table({{tr("Client")},
                    {tr("Closed on")},
                    {tr("Backups left"), cli::Align::right},
                    {tr("Expired"), cli::Align::right},
                    {tr("State")}});
  for (const ClosureView& view : views) {
    table.add({view.closure.client, cli::date_text(view.closure.closes_at, zone), std::to_string(view.left),
               std::to_string(view.expired), state_text(view, zone)});
  }
  context.out << table.text();
  if (table.empty()) cli::note(context, tr("No client is being closed."));
  return 0;
}

std::string document_text(const Attestation& attestation, const cli::Composition& made) {
  const Zone& zone = *made.at->zones.installation;
  const ClosureRow& row = attestation.closure;
  std::string text = tr("ATTESTATION OF DELETION");
  text += "\n\n";
  Lines lines;
  lines.add(tr("By"), made.settings.organization.name);
  lines.add(tr("Client"), row.client);
  lines.add(tr("Contract ended on"), cli::date_text(row.closes_at, zone));
  lines.add(tr("Decided by"), row.first_person + ", " + row.second_person);
  lines.add(tr("Reason"), row.reason);
  lines.add(tr("Ticket"), row.ticket);
  for (const std::string& place : attestation.places) lines.add(tr("Removed from"), place);
  lines.add(tr("Date of this attestation"), cli::date_text(attestation.attested_at, zone));
  text += lines.text() + "\n";
  text +=
      fmt::format(fmt::runtime(tr("All {} backups of this client's devices were removed from both places. The "
                                  "journal and these fingerprints (SHA-256) are kept; they hold no configuration.")),
                  attestation.deleted.size());
  text += "\n\n";
  cli::Table table({{tr("Backup")}, {tr("Removed")}, {tr("Digest")}});
  for (const DeletedBackup& one : attestation.deleted) {
    table.add({one.name, cli::date_text(one.removed, zone), to_hex(one.digest)});
  }
  return text + table.text();
}

int run_attest(const Arguments& arguments, Context& context) {
  const auto made = cli::compose(context.config_file, cli::Needs::replicas);
  const Attestation attestation = attest_deletion(*made->at, arguments.text("CLIENT"));
  if (!context.json) {
    context.out << document_text(attestation, *made);
    return 0;
  }
  Json deleted = Json::array();
  for (const DeletedBackup& one : attestation.deleted) {
    deleted.add(Json::object()
                    .set("name", one.name)
                    .set("digest", to_hex(one.digest))
                    .set("taken", to_rfc3339(one.taken))
                    .set("removed", to_rfc3339(one.removed)));
  }
  context.out << Json::object()
                     .set("client", attestation.closure.client)
                     .set("attested", to_rfc3339(attestation.attested_at))
                     .set("places", Json::array_of(attestation.places))
                     .set("deleted", std::move(deleted))
                     .text();
  return 0;
}

}  // namespace

cli::Command client_close_command() {
  cli::Command command;
  command.name = "client close";
  command.person = cli::Person::operation;
  command.summary = tr_noop("end a client's contract: collect no more, and let everything expire");
  command.description = tr_noop(
      "From that date on nothing of this client is collected. Each of its backups, the last proven ones too, goes once "
      "its own time and its lock have ended, by the usual way: announced, then executed (restore-cli expire). Two "
      "named "
      "persons are needed. Until everything is gone it can be taken back: client reopen.");
  command.positionals = {client_positional()};
  command.options = {
      cli::required(cli::option("--on", cli::Takes::text, "DATE", tr_noop("the day on which the contract ends"))),
      cli::required(cli::option("--first-person", cli::Takes::text, tr_noop("PERSON"), tr_noop("who decides"))),
      cli::required(cli::option("--second-person", cli::Takes::text, tr_noop("PERSON"), tr_noop("who agrees"))),
      cli::required(cli::option("--reason", cli::Takes::text, tr_noop("REASON"), tr_noop("why"))),
      cli::option("--ticket", cli::Takes::text, tr_noop("TICKET"), tr_noop("under which it is done")),
      cli::flag("--yes", tr_noop("do not ask")),
  };
  command.examples = {
      {"restore-cli client close CLIEXEMP --on 2027-01-31 --first-person \"A. Martin\" --second-person "
       "\"B. Durand\" --reason \"contract 12 ended\"",
       tr_noop("two persons, one date")}};
  command.run = run_close;
  return command;
}

cli::Command client_reopen_command() {
  cli::Command command;
  command.name = "client reopen";
  command.person = cli::Person::operation;
  command.summary = tr_noop("take the end of a client's contract back");
  command.positionals = {client_positional()};
  command.options = {
      cli::required(cli::option("--reason", cli::Takes::text, tr_noop("REASON"), tr_noop("why"))),
      cli::option("--ticket", cli::Takes::text, tr_noop("TICKET"), tr_noop("under which it is done")),
  };
  command.examples = {{"restore-cli client reopen CLIEXEMP --reason \"contract renewed\"", tr_noop("as before")}};
  command.run = run_reopen;
  return command;
}

cli::Command client_status_command() {
  cli::Command command;
  command.name = "client status";
  command.person = cli::Person::operation;
  command.summary = tr_noop("how far the ends of contracts are");
  command.examples = {{"restore-cli client status", tr_noop("what is left of whom, and until when")}};
  command.run = run_status;
  return command;
}

cli::Command client_attest_command() {
  cli::Command command;
  command.name = "client attest";
  command.person = cli::Person::operation;
  command.summary = tr_noop("print the attestation that nothing of a client is left");
  command.description =
      tr_noop("Refused while anything is left (exit code 4). Goes to standard output: print it, or keep it in a file.");
  command.positionals = {client_positional()};
  command.examples = {{"restore-cli client attest CLIEXEMP > attestation.txt", tr_noop("for the client")}};
  command.run = run_attest;
  return command;
}

}  // namespace coffre
