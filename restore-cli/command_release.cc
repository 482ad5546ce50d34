// restore-cli release and unrelease: two persons let one of a retired device's last backups go, by its name.
#include <fmt/format.h>

#include "base/error.h"
#include "base/translate.h"
#include "cli/compose.h"
#include "cli/json.h"
#include "cli/output.h"
#include "commands.h"
#include "confirm.h"
#include "expiry_views.h"
#include "service/retention/releases.h"
#include "views.h"

namespace coffre {
namespace {

using cli::Arguments;
using cli::Context;
using cli::Json;

constexpr int kNotDone = 1;

Json view_json(const ReleaseView& view) {
  const ReleaseRow& row = view.release;
  Json json = Json::object();
  json.set("name", view.name).set("first_person", row.first_person).set("second_person", row.second_person);
  json.set("reason", row.reason).set("ticket", row.ticket).set("account", row.account).set("at", to_rfc3339(row.at));
  json.set("expired", instant_json(view.expired_at));
  return json.set("expiring", view.item ? expiry_item_json(*view.item) : Json());
}

std::string state_text(const ReleaseView& view, const Zone& zone, Instant now) {
  if (view.expired_at) return fmt::format(fmt::runtime(tr("gone since {}")), cli::date_text(*view.expired_at, zone));
  if (view.item) return goes_text(*view.item, zone, now);
  return tr("kept all the same: restore-cli expire --plan --all says why");
}

int list_to(Context& context, const cli::Composition& made) {
  const auto views = list_releases(*made.at);
  if (context.json) {
    Json list = Json::array();
    for (const ReleaseView& view : views) list.add(view_json(view));
    context.out << Json::object().set("releases", std::move(list)).text();
    return 0;
  }
  cli::Table table({{tr("Released")}, {tr("Since")}, {tr("Decided by")}, {tr("Reason")}, {tr("Ticket")}, {tr("Goes")}});
  const Zone& zone = *made.at->zones.installation;
  for (const ReleaseView& view : views) {
    const ReleaseRow& row = view.release;
    table.add({view.name, cli::date_text(row.at, zone), row.first_person + ", " + row.second_person, row.reason,
               row.ticket, state_text(view, zone, made.clock.now())});
  }
  context.out << table.text();
  if (table.empty()) cli::note(context, tr("Nothing is released."));
  return 0;
}

int run_release(const Arguments& arguments, Context& context) {
  const auto made = cli::compose(context.config_file, cli::Needs::catalog);
  if (!arguments.has("NAME")) return list_to(context, *made);
  const Confirmation about{.step = tr("releasing a device's last backup"),
                           .look = tr("Look at what is there with restore-cli list --device, then repeat with --yes"),
                           .question = tr("Let one of the last backups of this device go?")};
  if (!confirmed(arguments, context, about)) {
    cli::note(context, tr("Nothing was changed."));
    return kNotDone;
  }
  const std::string name = release_backup(*made->at, {.name = arguments.text("NAME"),
                                                      .first_person = arguments.text("--first-person"),
                                                      .second_person = arguments.text("--second-person"),
                                                      .reason = arguments.text("--reason"),
                                                      .ticket = arguments.text("--ticket")});
  if (context.json) context.out << Json::object().set("released", name).text();
  cli::note(context, fmt::format(fmt::runtime(tr("On record. It goes as everything else, once its time is over: "
                                                 "announced, then executed. Take it back until then: restore-cli "
                                                 "unrelease {} --reason R")),
                                 name));
  return 0;
}

int run_unrelease(const Arguments& arguments, Context& context) {
  const auto made = cli::compose(context.config_file, cli::Needs::catalog);
  const std::string name =
      take_back_release(*made->at, arguments.text("NAME"), arguments.text("--reason"), arguments.text("--ticket"));
  if (context.json) context.out << Json::object().set("kept", name).text();
  cli::note(context, fmt::format(fmt::runtime(tr("{} stays, as one of the device's last ones.")), name));
  return 0;
}

}  // namespace

cli::Command release_command() {
  cli::Command command;
  command.name = "release";
  command.person = cli::Person::operation;
  command.summary = tr_noop("let one of the last backups of a retired device go");
  command.description = tr_noop(
      "Without it the last proven backup of a device stays for ever, also when the device is retired. Two named "
      "persons "
      "are needed, and a reason. Its own time, holds and lock still count; then it is announced and goes as everything "
      "else (restore-cli expire). It lets that one go and no other: what becomes the last one then stays. Refused "
      "while "
      "the device is backed up, and for a backup that needs no release (exit code 4). Without a name: lists what is "
      "released.");
  command.positionals = {
      cli::optional(cli::positional(tr_noop("NAME"), cli::Takes::text, tr_noop("the backup's name")))};
  command.options = {
      cli::option("--first-person", cli::Takes::text, tr_noop("PERSON"), tr_noop("who decides")),
      cli::option("--second-person", cli::Takes::text, tr_noop("PERSON"), tr_noop("who agrees")),
      cli::option("--reason", cli::Takes::text, tr_noop("REASON"), tr_noop("why; needed with a name")),
      cli::option("--ticket", cli::Takes::text, tr_noop("TICKET"), tr_noop("under which it is done")),
      cli::flag("--yes", tr_noop("do not ask")),
  };
  command.examples = {
      {"restore-cli release CLIEXEMP_SIEGEPARIS_NVR_HALL_20250510_0300_HEBDO --first-person \"A. Martin\" "
       "--second-person \"B. Durand\" --reason \"site demolished\"",
       tr_noop("two persons, one backup")},
      {"restore-cli release", tr_noop("what is released, by whom and why, and when it goes")}};
  command.run = run_release;
  return command;
}

cli::Command unrelease_command() {
  cli::Command command;
  command.name = "unrelease";
  command.person = cli::Person::operation;
  command.summary = tr_noop("take a release back, as long as the backup is there");
  command.positionals = {
      cli::positional(tr_noop("NAME"), cli::Takes::text, tr_noop("as `restore-cli release` lists it"))};
  command.options = {
      cli::required(cli::option("--reason", cli::Takes::text, tr_noop("REASON"), tr_noop("why it stays after all"))),
      cli::option("--ticket", cli::Takes::text, tr_noop("TICKET"), tr_noop("under which it is done")),
  };
  command.examples = {
      {"restore-cli unrelease CLIEXEMP_SIEGEPARIS_NVR_HALL_20250510_0300_HEBDO --reason \"claim of 12 May\"",
       tr_noop("the last one stays again")}};
  command.run = run_unrelease;
  return command;
}

}  // namespace coffre
