// restore-cli expire: what the policy lets go, in two phases with days between them.
#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/translate.h"
#include "cli/compose.h"
#include "cli/interrupt.h"
#include "cli/json.h"
#include "cli/output.h"
#include "commands.h"
#include "confirm.h"
#include "expiry_views.h"
#include "service/retention/expire.h"
#include "service/retention/holds.h"

namespace coffre {
namespace {

using cli::Arguments;
using cli::Context;
using cli::Json;

constexpr int kNotDone = 1;
constexpr int kPartial = 3;
constexpr int kStopped = 4;

Json items_json(const std::vector<ExpiryItem>& items) {
  Json list = Json::array();
  for (const ExpiryItem& item : items) list.add(expiry_item_json(item));
  return list;
}

int show_plan(const Arguments& arguments, Context& context) {
  const auto made = cli::compose(context.config_file, cli::Needs::replicas);
  const ExpiryPlan plan = plan_expiry(*made->at, arguments.has("--all"));
  const ExpiryDoubts doubts = expiry_doubts(*made->at, copies_due(plan));
  if (context.json) {
    Json json = Json::object();
    json.set("expiring", items_json(plan.items)).set("stops", stops_json(doubts));
    if (arguments.has("--all")) json.set("kept", items_json(plan.kept));
    context.out << json.text();
    return 0;
  }
  const Zone& zone = *made->at->zones.installation;
  context.out << expiry_table(plan.items, zone, plan.now);
  if (plan.items.empty()) context.out << tr("Nothing expires.") << "\n";
  if (!plan.kept.empty()) context.out << "\n" << kept_table(plan.kept, zone);
  context.err << stops_text(doubts);
  const bool unannounced =
      std::ranges::any_of(plan.items, [](const ExpiryItem& item) { return !item.announced_at.has_value(); });
  if (unannounced) {
    cli::note(context, tr("Announce them with: restore-cli expire --announce. Keep one: restore-cli hold NAME "
                          "--reason R"));
  }
  return 0;
}

int announce(Context& context) {
  const auto made = cli::compose(context.config_file, cli::Needs::catalog);
  const AnnounceReport report = announce_expiry(*made->at);
  if (context.json) {
    context.out << Json::object()
                       .set("announced", Json::array_of(report.announced))
                       .set("withdrawn", Json::array_of(report.withdrawn))
                       .text();
    return 0;
  }
  cli::Table table({{tr("Backup")}, {tr("Expiry")}});
  for (const std::string& name : report.announced) table.add({name, tr("announced")});
  for (const std::string& name : report.withdrawn) table.add({name, tr("withdrawn: it is kept")});
  context.out << table.text();
  if (table.empty()) cli::note(context, tr("There is nothing new to announce."));
  if (!report.announced.empty()) {
    cli::note(context, fmt::format(fmt::runtime(tr("They go in {} days at the earliest, with: restore-cli expire "
                                                   "--execute. Say no to one: restore-cli expire --veto NAME "
                                                   "--reason R")),
                                   made->at->policy.announce.count()));
  }
  return 0;
}

int exit_code_of(const ExpiryReport& report) {
  if (!report.doubts.stops.empty()) return report.due == 0 ? 0 : kStopped;
  const bool failed = std::ranges::any_of(
      report.outcomes, [](const ExpiryOutcome& outcome) { return outcome.result == ExpiryOutcome::Result::failed; });
  return failed ? kPartial : 0;
}

int execute(Context& context) {
  const auto made = cli::compose(context.config_file, cli::Needs::replicas);
  Installation& at = *made->at;
  at.cloud = open_cloud_to_remove(made->settings, cli::store_access(*made));
  const AnnounceReport announced = announce_expiry(at);
  ExpiryReport report;
  {
    cli::Progress progress(context);
    report = execute_expiry(at, [&](const ExpiryOutcome& outcome, std::size_t done, std::size_t of) {
      progress.show(fmt::format("{}/{} {}", done, of, outcome.name));
      cli::throw_if_interrupted();
    });
  }
  const int code = exit_code_of(report);
  if (context.json) {
    Json outcomes = Json::array();
    for (const ExpiryOutcome& outcome : report.outcomes) outcomes.add(outcome_json(outcome));
    Json json = Json::object();
    json.set("announced", Json::array_of(announced.announced)).set("withdrawn", Json::array_of(announced.withdrawn));
    json.set("due", report.due).set("outcomes", std::move(outcomes)).set("stops", stops_json(report.doubts));
    context.out << json.set("exit_code", code).text();
  } else {
    cli::Table table({{tr("Backup")}, {tr("Expiry")}});
    for (const ExpiryOutcome& outcome : report.outcomes) {
      table.add({outcome.name, outcome_text(outcome, *at.zones.installation)});
    }
    context.out << table.text();
  }
  for (const ExpiryOutcome& outcome : report.outcomes) {
    if (outcome.error) context.err << outcome.error->what() << "\n";
  }
  if (!context.json) context.err << stops_text(report.doubts);
  if (report.due == 0) cli::note(context, tr("Nothing that was announced is due."));
  return code;
}

int resume(const Arguments& arguments, Context& context) {
  const auto made = cli::compose(context.config_file, cli::Needs::replicas);
  const PerReplica<std::uint64_t> would_go = copies_due(plan_expiry(*made->at));
  const ExpiryDoubts doubts = expiry_doubts(*made->at, would_go);
  if (!context.json) context.err << stops_text(doubts);
  if (doubts.stops.empty()) {
    cli::note(context, tr("Nothing stops expiry."));
    return 0;
  }
  const Confirmation about{.step = tr("resuming expiry"),
                           .look = tr("Look at what stops it, then repeat with --yes"),
                           .question = tr("Go on all the same?")};
  if (!confirmed(arguments, context, about)) {
    cli::note(context, tr("Nothing was changed."));
    return kNotDone;
  }
  const auto released = resume_expiry(*made->at, would_go, arguments.text("--ticket"), arguments.text("--reason"));
  Json codes = Json::array();
  for (const StopReason& stop : released) codes.add(to_string(stop.code));
  if (context.json) context.out << Json::object().set("released", std::move(codes)).text();
  cli::note(context, tr("On record. What restore-cli expire --execute finds due within a day goes."));
  return released.size() < doubts.stops.size() ? kStopped : 0;
}

int veto(const Arguments& arguments, Context& context) {
  const auto made = cli::compose(context.config_file, cli::Needs::catalog);
  const std::string name = veto_expiry(*made->at, {.subject = arguments.text("--veto"),
                                                   .reason = arguments.text("--reason"),
                                                   .ticket = arguments.text("--ticket")});
  if (context.json) context.out << Json::object().set("held", name).text();
  cli::note(context, fmt::format(fmt::runtime(tr("{} is kept, until: restore-cli unhold {} --reason R")), name, name));
  return 0;
}

int run(const Arguments& arguments, Context& context) {
  int given = 0;
  for (const char* const what : {"--plan", "--announce", "--execute", "--resume", "--veto"}) {
    given += arguments.has(what) ? 1 : 0;
  }
  if (given != 1) {
    throw Error(ErrorCode::usage, tr("reading the command line"),
                tr("give exactly one of --plan, --announce, --execute, --resume and --veto"),
                tr("Begin with: restore-cli expire --plan"));
  }
  if (arguments.has("--plan")) return show_plan(arguments, context);
  if (arguments.has("--announce")) return announce(context);
  if (arguments.has("--execute")) return execute(context);
  if (arguments.has("--resume")) return resume(arguments, context);
  return veto(arguments, context);
}

}  // namespace

cli::Command expire_command() {
  cli::Command command;
  command.name = "expire";
  command.person = cli::Person::operation;
  command.summary = tr_noop("let go what the policy no longer keeps: announce, wait, execute");
  command.description = tr_noop(
      "Nothing goes by itself. --announce puts on record what the tiers let go, each with its reasons; not before 14 "
      "days later (retention.announce_days) --execute removes it from both places, if a newer backup is proven as far "
      "in both, "
      "and announces what is new. The last proven backup of a device never goes (but: release, client close), nor does "
      "what "
      "is held or under lock. "
      "While the clock, a place or the catalog is in doubt nothing goes at all (exit code 4).");
  command.options = {
      cli::flag("--plan", tr_noop("show what expires and why, and what stops it; changes nothing")),
      cli::flag("--all", tr_noop("with --plan: also what is kept, and why")),
      cli::flag("--announce", tr_noop("announce what expires; removes nothing")),
      cli::flag("--execute", tr_noop("announce, and remove what was announced long enough ago")),
      cli::flag("--resume", tr_noop("after a look at what stops it, go on within a day all the same")),
      cli::option("--veto", cli::Takes::text, tr_noop("NAME"), tr_noop("say no to an announced one: it is held")),
      cli::option("--ticket", cli::Takes::text, tr_noop("TICKET"), tr_noop("for --resume and --veto")),
      cli::option("--reason", cli::Takes::text, tr_noop("REASON"), tr_noop("for --resume and --veto")),
      cli::flag("--yes", tr_noop("do not ask")),
  };
  command.examples = {{"restore-cli expire --plan", tr_noop("what would go, when, and why")},
                      {"restore-cli expire --execute", tr_noop("every night, from a timer of its own")},
                      {"restore-cli expire --veto NAME --reason \"claim of 12 May\"", tr_noop("keep this one")}};
  command.on_interrupt = cli::OnInterrupt::orderly;
  command.run = run;
  return command;
}

}  // namespace coffre
