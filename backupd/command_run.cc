// backupd run: one pass over the fleet, for cron or by hand.
#include <fmt/format.h>

#include <thread>

#include "base/error.h"
#include "base/interruption.h"
#include "base/translate.h"
#include "cli/compose.h"
#include "cli/interrupt.h"
#include "cli/json.h"
#include "cli/output.h"
#include "cli/scrub_view.h"
#include "commands.h"
#include "service/backup/run_pass.h"
#include "service/backup/unknown_drivers.h"
#include "service/places/residency_record.h"
#include "service/reading/accept.h"

namespace coffre {
namespace {

using cli::Arguments;
using cli::Context;
using cli::Json;

std::string_view action_word(PlanAction action) {
  switch (action) {
    case PlanAction::back_up:
      return "back_up";
    case PlanAction::not_due:
      return "not_due";
    case PlanAction::retired:
      return "retired";
    case PlanAction::client_closed:
      return "client_closed";
    case PlanAction::manual:
      return "manual";
    case PlanAction::not_confirmed:
      return "not_confirmed";
  }
  return "";
}

std::string action_text(PlanAction action) {
  switch (action) {
    case PlanAction::back_up:
      return tr("to back up now");
    case PlanAction::not_due:
      return tr("not due");
    case PlanAction::retired:
      return tr("retired");
    case PlanAction::client_closed:
      return tr("its client's contract has ended");
    case PlanAction::manual:
      return tr("by hand");
    case PlanAction::not_confirmed:
      return tr("certificate to be confirmed");
  }
  return "";
}

std::string_view result_word(BackupResult result) {
  switch (result) {
    case BackupResult::proven:
      return "proven";
    case BackupResult::weaker:
      return "not_proven";
    case BackupResult::suspect:
      return "suspect";
    case BackupResult::failed:
      return "failed";
  }
  return "";
}

std::string result_text(const BackupOutcome& outcome) {
  switch (outcome.result) {
    case BackupResult::proven:
      return cli::proof_text(outcome.proof.level);
    case BackupResult::weaker:
      return fmt::format(fmt::runtime(tr("{} (less than asked)")), cli::proof_text(outcome.proof.level));
    case BackupResult::suspect:
      return outcome.name.empty() ? tr("suspect, nothing worth keeping came") : tr("suspect, set aside");
    case BackupResult::failed:
      return tr("no backup");
  }
  return "";
}

Selection selection_from(const Arguments& arguments) {
  const int chosen =
      (arguments.has("--device") ? 1 : 0) + (arguments.has("--site") ? 1 : 0) + (arguments.has("--all") ? 1 : 0);
  if (chosen > 1) {
    throw Error(ErrorCode::usage, tr("reading the command line"), tr("--device, --site and --all exclude each other"));
  }
  if (arguments.has("--device")) return {.scope = Selection::Scope::device, .name = arguments.text("--device")};
  if (arguments.has("--site")) return {.scope = Selection::Scope::site, .name = arguments.text("--site")};
  if (arguments.has("--all")) return {.scope = Selection::Scope::everything, .name = {}};
  return {};
}

Json plan_json(const PlanLine& line) {
  Json json = Json::object();
  json.set("device", line.device.display()).set("action", action_word(line.action));
  if (line.action == PlanAction::back_up) json.set("kind", to_string(line.kind));
  json.set("next_expected", line.next_expected ? Json(to_rfc3339(*line.next_expected)) : Json());
  return json;
}

Json outcome_json(const RunLine& line) {
  Json json = plan_json(line.plan);
  if (!line.outcome) return json;
  const BackupOutcome& outcome = *line.outcome;
  json.set("result", result_word(outcome.result)).set("name", outcome.name);
  json.set("proof", outcome.proof.level ? Json(static_cast<int>(*outcome.proof.level)) : Json());
  json.set("missing", Json::array_of(outcome.proof.missing));
  if (!outcome.doubts.empty()) json.set("doubts", outcome.doubts);
  if (outcome.error) {
    json.set("error", Json::object()
                          .set("code", to_string(outcome.error->code()))
                          .set("category", outcome.error->category())
                          .set("message", outcome.error->what()));
  }
  return json;
}

Json waiting_json(const Waiting& waiting) {
  const auto when = [](const std::optional<Instant>& at) { return at ? Json(to_rfc3339(*at)) : Json(); };
  return Json::object()
      .set("bytes", waiting.bytes)
      .set("oldest", when(waiting.oldest))
      .set("away_since", when(waiting.away_since));
}

// A new installation's first run: what is missing is not time, but a device.
void note_nothing_to_do(Context& context, const Installation& at) {
  cli::note(context, at.inventory.devices.empty()
                         ? tr("The inventory has no device yet. Add one with: backupd device add")
                         : tr("Nothing is due now. See when: backupd run --dry-run"));
}

void print_plan(Context& context, const cli::Composition& made, const std::vector<PlanLine>& plan) {
  if (context.json) {
    Json lines = Json::array();
    for (const PlanLine& line : plan) lines.add(plan_json(line));
    context.out << Json::object().set("plan", std::move(lines)).text();
    return;
  }
  cli::Table table({{tr("Device")}, {tr("Action")}, {tr("Kind")}, {tr("Next expected")}});
  for (const PlanLine& line : plan) {
    const bool now = line.action == PlanAction::back_up;
    table.add({line.device.display(), action_text(line.action), now ? std::string(to_string(line.kind)) : "",
               cli::date_text(line.next_expected, *made.at->zones.installation)});
  }
  context.out << table.text();
  if (made.at->inventory.devices.empty()) note_nothing_to_do(context, *made.at);
}

void print_report(Context& context, const RunReport& report, const Installation& at) {
  cli::Table table({{tr("Device")}, {tr("Backup")}, {tr("Proof")}});
  for (const RunLine& line : report.lines) {
    if (line.outcome) table.add({line.plan.device.display(), line.outcome->name, result_text(*line.outcome)});
  }
  context.out << table.text();
  if (table.empty()) note_nothing_to_do(context, at);
}

void print_waiting(Context& context, const RunReport& report, const Installation& at) {
  const Waiting& waiting = report.waiting;
  const Zone& zone = *at.zones.installation;
  if (waiting.away_since) {
    context.err << fmt::format(
        fmt::runtime(tr("The second place is away or refuses since {}: {} backups ({}) wait for it; the next run tries "
                        "again. See why with: backupd check\n")),
        cli::dated_text(*waiting.away_since, zone), waiting.backups, cli::size_text(waiting.bytes));
  } else if (waiting.backups > 0) {
    context.err << fmt::format(fmt::runtime(tr("{} backups ({}) are not in both places yet, the oldest of {}; the next "
                                               "run tries again\n")),
                               waiting.backups, cli::size_text(waiting.bytes), cli::dated_text(*waiting.oldest, zone));
  }
}

// What a person must look at, one line each, on stderr: cron mails it.
void print_trouble(Context& context, const RunReport& report, const Installation& at) {
  if (report.locks_too_short > 0) {
    context.err << fmt::format(
        fmt::runtime(tr("{} copies in the second place are locked for less than their tier. Look at: restore-cli list "
                        "--anomalies\n")),
        report.locks_too_short);
  }
  for (const RunLine& line : report.lines) {
    if (line.plan.action == PlanAction::not_confirmed) {
      context.err << fmt::format(
          fmt::runtime(tr("{0}: its certificate was never confirmed. Confirm it with: backupd device pin {0}\n")),
          line.plan.device.display());
    }
    if (!line.outcome) continue;
    if (line.outcome->error) context.err << line.outcome->error->what() << "\n";
    if (line.outcome->result == BackupResult::weaker && !line.outcome->error) {
      context.err << fmt::format(
          fmt::runtime(tr("{}: the backup is proven less far than asked. See what is missing: restore-cli show {}\n")),
          line.plan.device.display(), line.outcome->name);
    }
    if (line.outcome->result == BackupResult::suspect && !line.outcome->error && !can_be_right(line.outcome->doubts)) {
      context.err << fmt::format(
          fmt::runtime(
              tr("{0}: the backup is suspect ({1}). Look at what answers there, then: backupd run --device {0}\n")),
          line.plan.device.display(), cli::doubts_text(line.outcome->doubts));
    } else if (line.outcome->result == BackupResult::suspect && !line.outcome->error) {
      context.err << fmt::format(
          fmt::runtime(
              tr("{}: the backup is suspect ({}). If this is right: restore-cli accept {} --ticket T --reason R\n")),
          line.plan.device.display(), cli::doubts_text(line.outcome->doubts), line.outcome->name);
    }
  }
  for (const DeviceKey& device : report.missing) {
    context.err << fmt::format(
        fmt::runtime(tr("{}: expected, but no longer in the inventory. Put it back, or mark it `retired:`\n")),
        device.display());
  }
  if (!report.unproven.empty()) {
    context.err << fmt::format(
        fmt::runtime(
            tr("{} devices are not due and have no backup proven as far as asked, {} is one. See "
               "restore-cli list --devices; at the restore station: restore-cli verify --all --identity FILE\n")),
        report.unproven.size(), report.unproven.front().display());
  }
  if (report.scrub) {
    for (const std::string& line : cli::scrub_lines(*report.scrub)) context.err << line << "\n";
  }
  print_waiting(context, report, at);
}

RunReport run_with_progress(Installation& at, const RunRequest& request, Context& context) {
  cli::Progress progress(context);
  std::size_t total = 0;
  RunObserver observer;
  observer.planned = [&](std::size_t count) { total = count; };
  observer.finished = [&](const RunLine& line, std::size_t finished) {
    progress.show(fmt::format("{}/{} {}", finished, total, line.plan.device.display()));
  };
  return run_pass(at, request, observer, interruption_requested());
}

int run(const Arguments& arguments, Context& context) {
  const Selection selection = selection_from(arguments);
  if (arguments.has("--dry-run")) {
    const auto made = cli::compose(context.config_file, cli::Needs::catalog);
    print_plan(context, *made, preview_run(*made->at, selection));
    const std::vector<Finding> unknown = unknown_drivers(made->inventory_files, *made->at->drivers);
    for (const Finding& finding : unknown) context.err << finding.line() << "\n";
    return unknown.empty() ? 0 : exit_code(ErrorCode::usage);
  }
  const auto made = cli::compose(context.config_file, cli::Needs::server_keys);
  note_residency(*made->at, made->settings.cloud);
  const RunRequest request{.selection = selection, .ticket = {}, .operator_id = {}};
  const RunReport report = run_with_progress(*made->at, request, context);
  const int code = interruption_requested() ? cli::kInterruptedExitCode : exit_code_of(report);
  if (context.json) {
    Json lines = Json::array();
    for (const RunLine& line : report.lines) lines.add(outcome_json(line));
    Json missing = Json::array();
    for (const DeviceKey& device : report.missing) missing.add(device.display());
    Json unproven = Json::array();
    for (const DeviceKey& device : report.unproven) unproven.add(device.display());
    context.out << Json::object()
                       .set("devices", std::move(lines))
                       .set("missing_devices", std::move(missing))
                       .set("unproven_devices", std::move(unproven))
                       .set("not_replicated", report.still_unreplicated)
                       .set("waiting", waiting_json(report.waiting))
                       .set("locks_too_short", report.locks_too_short)
                       .set("scrub", report.scrub ? cli::scrub_json(*report.scrub) : Json())
                       .set("exit_code", code)
                       .text();
  } else {
    print_report(context, report, *made->at);
  }
  print_trouble(context, report, *made->at);
  return code;
}

}  // namespace

cli::Command run_command() {
  cli::Command command;
  command.name = "run";
  command.person = cli::Person::operation;
  command.summary = tr_noop("back up whatever is due");
  command.description = tr_noop(
      "Collects, seals, stores in both places and reads back every device whose scheduled backup is due. What an "
      "interrupted run left is finished first. For cron: exit code 0 means that every backup asked for is proven.");
  command.options = {
      cli::option("--device", cli::Takes::text, tr_noop("CLIENT/SITE/TYPE_NAME"),
                  tr_noop("only this device, due or not")),
      cli::option("--site", cli::Takes::text, tr_noop("CLIENT/SITE"), tr_noop("only this site's devices, due or not")),
      cli::flag("--all", tr_noop("every device, due or not")),
      cli::flag("--dry-run", tr_noop("say what would be done, and do nothing")),
  };
  command.examples = {{"backupd run", tr_noop("what cron calls")},
                      {"backupd run --dry-run", tr_noop("what is due, and when the others are expected")},
                      {"backupd run --device CLIEXEMP/SIEGEPARIS/NVR_NVR-HALL", tr_noop("one device, now")}};
  command.on_interrupt = cli::OnInterrupt::orderly;
  command.run = run;
  return command;
}

}  // namespace coffre
