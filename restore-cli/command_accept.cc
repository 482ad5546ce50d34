// restore-cli accept: a person says that a suspect device is right and our expectation was wrong.
#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "base/translate.h"
#include "cli/compose.h"
#include "cli/identity_json.h"
#include "cli/json.h"
#include "cli/output.h"
#include "commands.h"
#include "confirm.h"
#include "service/reading/accept.h"
#include "views.h"

namespace coffre {
namespace {

using cli::Arguments;
using cli::Context;
using cli::Json;

constexpr int kNotDone = 1;

Json facts_json(const std::optional<Expectation>& facts) {
  if (!facts) return {};
  return cli::identity_json(facts->identity).set("restore_bytes", facts->restore_bytes);
}

Json review_json(const SuspectReview& review, bool accepted) {
  return Json::object()
      .set("device", review.device.display())
      .set("backup", review.backup.empty() ? Json() : Json(review.backup))
      .set("doubts", review.doubts)
      .set("expected", facts_json(review.expected))
      .set("new_expectation", facts_json(review.accepted))
      .set("accepted", accepted);
}

void print_review(const SuspectReview& review, Context& context) {
  cli::Table table({{tr("Fact")}, {tr("Expected")}, {tr("From now on")}, {""}});
  for (const ComparedFact& fact : compare_facts(review)) {
    table.add({word_text(fact.name), printable(fact.expected), printable(fact.accepted),
               fact.expected == fact.accepted ? "=" : "<>"});
  }
  context.out << review.device.display() << "\n" << cli::doubts_text(review.doubts) << "\n\n" << table.text();
  if (!review.accepted) {
    context.out << tr("What the device said is not known: the next plausible collection is learned from.\n");
  }
}

int run(const Arguments& arguments, Context& context) {
  const auto made = cli::compose(context.config_file, cli::Needs::catalog);
  const SuspectReview review = review_suspect(*made->at, arguments.text("NAME|DEVICE"));
  if (!context.json) print_review(review, context);
  const Confirmation about{.step = tr("accepting"),
                           .look = tr("Look at the comparison, then repeat with --yes"),
                           .question = tr("Expect this of the device from now on, and collect anew?")};
  if (!confirmed(arguments, context, about)) {
    cli::note(context, tr("Nothing was changed."));
    return kNotDone;
  }
  accept_suspect(*made->at, review, arguments.text("--ticket"), arguments.text("--reason"));
  if (context.json) context.out << review_json(review, true).text();
  cli::note(context,
            fmt::format(fmt::runtime(tr("A new collection is queued: the next run makes it, or now: backupd run "
                                        "--device {}")),
                        review.device.display()));
  return 0;
}

}  // namespace

cli::Command accept_command() {
  cli::Command command;
  command.name = "accept";
  command.person = cli::Person::technician;
  command.summary = tr_noop("accept what makes a backup suspect, and collect anew");
  command.description = tr_noop(
      "Shows what was expected of the device beside what it said, and asks. Then that is expected from now on, and the "
      "next run collects anew. The suspect file stays where it is; the anomaly closes when the new backup is proven. "
      "With a device instead of a name: for an attempt that left no file.");
  command.positionals = {
      cli::positional(tr_noop("NAME|DEVICE"), cli::Takes::text, tr_noop("a suspect backup, or CLIENT/SITE/TYPE_NAME"))};
  command.options = {
      cli::required(
          cli::option("--ticket", cli::Takes::text, tr_noop("TICKET"), tr_noop("under which the device was changed"))),
      cli::required(cli::option("--reason", cli::Takes::text, tr_noop("REASON"), tr_noop("why this is right"))),
      cli::flag("--yes", tr_noop("do not ask")),
  };
  command.examples = {{tr_noop("restore-cli accept NAME --ticket INC-4711 --reason \"recorder replaced\""),
                       tr_noop("after comparing, say yes")}};
  command.run = run;
  return command;
}

}  // namespace coffre
