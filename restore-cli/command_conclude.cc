// restore-cli conclude: the security manager's conclusion on a matter that no proof and no fact can end.
#include <fmt/format.h>

#include <charconv>

#include "base/error.h"
#include "base/text.h"
#include "base/translate.h"
#include "cli/compose.h"
#include "cli/json.h"
#include "cli/output.h"
#include "commands.h"
#include "confirm.h"
#include "service/reading/conclude.h"
#include "views.h"

namespace coffre {
namespace {

using cli::Arguments;
using cli::Context;
using cli::Json;

constexpr int kNotDone = 1;

std::int64_t number_from(const std::string& text) {
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number);
  if (parsed.ec == std::errc() && parsed.ptr == end && number > 0) return number;
  throw Error(ErrorCode::usage, tr("reading the command line"),
              fmt::format(fmt::runtime(tr("\"{}\" is not the number of an anomaly")), text),
              tr("See the numbers with: restore-cli list --anomalies"));
}

void print_anomaly(const Anomaly& anomaly, const Zone& zone, Context& context) {
  const AnomalyRule& rule = rule_of(anomaly.code);
  Lines lines;
  lines.add(tr("No."), std::to_string(anomaly.number));
  lines.add(tr("Anomaly"), fmt::format("{} ({})", tr(rule.title), rule.french));
  lines.add(tr("Subject"), anomaly.subject);
  lines.add(tr("Found"), anomaly.detail);
  lines.add(tr("Opened"), cli::date_text(anomaly.opened, zone));
  lines.add(tr("To be handled before"), cli::date_text(anomaly.due, zone));
  context.out << lines.text();
}

int run(const Arguments& arguments, Context& context) {
  const std::int64_t number = number_from(arguments.text("NUMBER"));
  const auto made = cli::compose(context.config_file, cli::Needs::records);
  const Anomaly anomaly = review_anomaly(*made->at, number);
  if (!context.json) print_anomaly(anomaly, *made->at->zones.installation, context);
  const Confirmation about{.step = tr("concluding an anomaly"),
                           .look = tr("Look at the anomaly, then repeat with --yes"),
                           .question = tr("Close it with this conclusion?")};
  if (!confirmed(arguments, context, about)) {
    cli::note(context, tr("Nothing was changed."));
    return kNotDone;
  }
  conclude_anomaly(*made->at, anomaly, arguments.text("--ticket"), arguments.text("--reason"));
  if (context.json) {
    context.out << Json::object()
                       .set("number", anomaly.number)
                       .set("code", to_string(anomaly.code))
                       .set("subject", anomaly.subject)
                       .set("detail", anomaly.detail)
                       .set("concluded", true)
                       .text();
  }
  cli::note(context, tr("Closed, and on record. The same findings do not open it again."));
  return 0;
}

}  // namespace

cli::Command conclude_command() {
  cli::Command command;
  command.name = "conclude";
  command.person = cli::Person::operation;
  command.summary = tr_noop("close an anomaly by the security manager's conclusion");
  command.description = tr_noop(
      "For what no proof and no fact can end: a gap in the sequence of backups, a damaged journal. Shows the anomaly, "
      "and asks. The conclusion goes into the journal; other findings open the matter again. What another command "
      "releases is refused, with that command.");
  command.positionals = {
      cli::positional("NUMBER", cli::Takes::text, tr_noop("the anomaly's number, from `list --anomalies`"))};
  command.options = {
      cli::required(cli::option("--ticket", cli::Takes::text, "TICKET", tr_noop("under which it was looked into"))),
      cli::required(cli::option("--reason", cli::Takes::text, "REASON", tr_noop("the conclusion"))),
      cli::flag("--yes", tr_noop("do not ask")),
  };
  command.examples = {{"restore-cli conclude 12 --ticket INC-4711 --reason \"volume restored from last week\"",
                       tr_noop("after looking, say yes")}};
  command.run = run;
  return command;
}

}  // namespace coffre
