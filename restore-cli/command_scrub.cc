// restore-cli scrub: reads again what is kept, compares the places with the catalog, and repairs.
#include <fmt/format.h>

#include "base/error.h"
#include "base/interruption.h"
#include "base/text.h"
#include "base/translate.h"
#include "cli/compose.h"
#include "cli/interrupt.h"
#include "cli/json.h"
#include "cli/output.h"
#include "cli/scrub_view.h"
#include "commands.h"
#include "config/value_forms.h"
#include "replicas/installation.h"
#include "service/healing/scrub.h"

namespace coffre {
namespace {

using cli::Arguments;
using cli::Context;
using cli::Json;

ScrubPolicy policy_from(const Arguments& arguments, const Installation& at) {
  ScrubPolicy policy = at.policy.scrub;
  if (!arguments.has("--bytes")) return policy;
  const auto bytes = parse_size(arguments.text("--bytes"));
  if (!bytes) {
    throw Error(ErrorCode::usage, tr("reading the command line"), tr("--bytes is not a size"),
                tr("Write it as 512MiB or 8GiB"));
  }
  policy.bytes_per_pass = *bytes;
  return policy;
}

int print_plan(Context& context, Installation& at, const ScrubPolicy& policy) {
  const ScrubPlan plan = plan_scrub(at, policy);
  if (context.json) {
    context.out << Json::object()
                       .set("copies", plan.copies)
                       .set("due", plan.due)
                       .set("due_bytes", plan.due_bytes)
                       .set("overdue", plan.overdue)
                       .set("oldest", plan.oldest ? Json(to_rfc3339(*plan.oldest)) : Json())
                       .text();
    return 0;
  }
  context.out << fmt::format(
      fmt::runtime(tr("{} copies; {} due now ({}), {} of them not read for longer than {} days\n")), plan.copies,
      plan.due, cli::size_text(plan.due_bytes), plan.overdue, policy.within.count());
  context.out << fmt::format(
      fmt::runtime(tr("oldest reading: {}\n")),
      plan.oldest ? cli::date_text(plan.oldest, *at.zones.installation) : tr("never, of at least one"));
  return 0;
}

void print_report(Context& context, const ScrubReport& report) {
  context.out << fmt::format(fmt::runtime(tr("{} copies read ({}); {} more are due\n")), report.copies_read,
                             cli::size_text(report.bytes_read), report.waiting);
  for (const std::string& line : cli::scrub_lines(report)) context.out << line << "\n";
  for (const std::string& stray : report.places.strays) {
    cli::note(context, fmt::format(fmt::runtime(tr("not an object of Coffre, left as it is: {}")), printable(stray)));
  }
}

int run(const Arguments& arguments, Context& context) {
  if (arguments.has("--all") && arguments.has("--bytes")) {
    throw Error(ErrorCode::usage, tr("reading the command line"), tr("--all and --bytes exclude each other"));
  }
  if (arguments.has("--plan")) {
    const auto made = cli::compose(context.config_file, cli::Needs::catalog);
    return print_plan(context, *made->at, policy_from(arguments, *made->at));
  }
  const auto made = cli::compose(context.config_file, cli::Needs::server_keys);
  Installation& at = *made->at;
  at.local->require_volume();
  ScrubReport report;
  {
    cli::Progress progress(context);
    const auto show = [&](std::size_t done, std::size_t total, const std::string& name) {
      progress.show(fmt::format("{}/{} {}", done + 1, total, name));
    };
    report = scrub(at, {.policy = policy_from(arguments, at),
                        .everything = arguments.has("--all"),
                        .progress = show,
                        .stop = &interruption_requested()});
  }
  const int code = interruption_requested() ? cli::kInterruptedExitCode : exit_code_of(report);
  if (context.json) {
    context.out << cli::scrub_json(report).set("exit_code", code).text();
  } else {
    print_report(context, report);
  }
  return code;
}

}  // namespace

cli::Command scrub_command() {
  cli::Command command;
  command.name = "scrub";
  command.person = cli::Person::operation;
  command.summary = tr_noop("read again what is kept, and repair it from the other place");
  command.description = tr_noop(
      "Compares what lies in both places with the catalog, then reads the copies whose last reading is oldest, each as "
      "a "
      "whole, as much at once as `scrub:` in coffre.yaml allows. A missing, damaged or foreign copy comes back from "
      "the "
      "other place; what was damaged is kept aside (_coffre/quarantine, or an older version in the bucket). Each "
      "`backupd run` does a share of this by itself. Interrupted, the next call goes on where it stopped. Exit code 0: "
      "all that was read is good, or is again; 3: something is left to do, one line each; 5: a backup is lost in both "
      "places.");
  command.options = {
      cli::flag("--all", tr_noop("every copy, however lately it was read")),
      cli::option("--bytes", cli::Takes::text, tr_noop("SIZE"),
                  tr_noop("at most so much this time, as 512MiB or 8GiB")),
      cli::flag("--plan", tr_noop("say what is due, and read nothing")),
  };
  command.examples = {{"restore-cli scrub", tr_noop("what is due, within bounds")},
                      {"restore-cli scrub --all", tr_noop("everything, after a disk has failed")},
                      {"restore-cli scrub --plan", tr_noop("how far the reading is")}};
  command.on_interrupt = cli::OnInterrupt::orderly;
  command.run = run;
  return command;
}

}  // namespace coffre
