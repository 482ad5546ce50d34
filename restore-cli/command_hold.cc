// restore-cli hold and unhold: a person keeps what the tiers would let go.
#include <fmt/format.h>

#include "base/error.h"
#include "base/translate.h"
#include "cli/compose.h"
#include "cli/json.h"
#include "cli/output.h"
#include "commands.h"
#include "service/retention/holds.h"

namespace coffre {
namespace {

using cli::Arguments;
using cli::Context;
using cli::Json;

const char* kind_word(Hold kind) {
  return kind == Hold::legal ? "legal" : "contract";
}

int list_to(Context& context, const cli::Composition& made) {
  const auto rows = list_holds(*made.at);
  if (context.json) {
    Json list = Json::array();
    for (const HoldRow& row : rows) {
      Json json = Json::object();
      json.set("subject", row.subject).set("kind", kind_word(row.kind)).set("reason", row.reason);
      list.add(json.set("ticket", row.ticket).set("account", row.account).set("at", to_rfc3339(row.at)));
    }
    context.out << Json::object().set("holds", std::move(list)).text();
    return 0;
  }
  cli::Table table({{tr("Held")}, {tr("Since")}, {tr("By")}, {tr("Reason")}, {tr("Ticket")}});
  for (const HoldRow& row : rows) {
    const std::string reason =
        row.kind == Hold::legal ? tr("legal matter") + std::string(tr(": ")) + row.reason : row.reason;
    table.add({row.subject, cli::date_text(row.at, *made.at->zones.installation), row.account, reason, row.ticket});
  }
  context.out << table.text();
  if (table.empty()) cli::note(context, tr("Nothing is held."));
  return 0;
}

int run_hold(const Arguments& arguments, Context& context) {
  const auto made = cli::compose(context.config_file, cli::Needs::catalog);
  if (!arguments.has("NAME")) return list_to(context, *made);
  const std::string subject = hold(*made->at, {.subject = arguments.text("NAME"),
                                               .kind = arguments.has("--legal") ? Hold::legal : Hold::contract,
                                               .reason = arguments.text("--reason"),
                                               .ticket = arguments.text("--ticket")});
  if (context.json) context.out << Json::object().set("held", subject).text();
  cli::note(context,
            fmt::format(fmt::runtime(tr("{} is kept, until: restore-cli unhold {} --reason R")), subject, subject));
  return 0;
}

int run_unhold(const Arguments& arguments, Context& context) {
  const auto made = cli::compose(context.config_file, cli::Needs::catalog);
  unhold(*made->at, arguments.text("NAME"), arguments.text("--reason"), arguments.text("--ticket"));
  if (context.json) context.out << Json::object().set("released", arguments.text("NAME")).text();
  cli::note(context, tr("The tiers decide again. What they let go is announced first: restore-cli expire --plan"));
  return 0;
}

}  // namespace

cli::Command hold_command() {
  cli::Command command;
  command.name = "hold";
  command.person = cli::Person::operation;
  command.summary = tr_noop("keep a backup, a device, a site or a client, whatever the tiers say");
  command.description = tr_noop(
      "Until a person lifts the hold with unhold. Without a name: lists what is held. On record in the journal.");
  command.positionals = {cli::optional(
      cli::positional(tr_noop("NAME"), cli::Takes::text, tr_noop("a backup's name, or CLIENT[/SITE[/TYPE_NAME]]")))};
  command.options = {
      cli::option("--reason", cli::Takes::text, tr_noop("REASON"), tr_noop("why; needed with a name")),
      cli::option("--ticket", cli::Takes::text, tr_noop("TICKET"), tr_noop("under which it is held")),
      cli::flag("--legal", tr_noop("for a legal matter, not by contract")),
  };
  command.examples = {
      {"restore-cli hold CLIEXEMP/SIEGEPARIS --reason \"claim of 12 May\" --legal", tr_noop("everything of a site")},
      {"restore-cli hold", tr_noop("what is held, by whom and why")}};
  command.run = run_hold;
  return command;
}

cli::Command unhold_command() {
  cli::Command command;
  command.name = "unhold";
  command.person = cli::Person::operation;
  command.summary = tr_noop("lift a hold");
  command.positionals = {cli::positional(tr_noop("NAME"), cli::Takes::text, tr_noop("as `restore-cli hold` lists it"))};
  command.options = {
      cli::required(cli::option("--reason", cli::Takes::text, tr_noop("REASON"), tr_noop("why it is lifted"))),
      cli::option("--ticket", cli::Takes::text, tr_noop("TICKET"), tr_noop("under which it is lifted")),
  };
  command.examples = {
      {"restore-cli unhold CLIEXEMP/SIEGEPARIS --reason \"claim settled\"", tr_noop("the tiers decide again")}};
  command.run = run_unhold;
  return command;
}

}  // namespace coffre
