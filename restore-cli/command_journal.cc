// restore-cli journal: who did what, and whether anybody rewrote it.
#include <fmt/format.h>

#include <charconv>

#include "base/error.h"
#include "base/text.h"
#include "base/translate.h"
#include "cli/compose.h"
#include "cli/json.h"
#include "cli/output.h"
#include "commands.h"
#include "instant_option.h"
#include "service/reading/journal_view.h"
#include "views.h"

namespace coffre {
namespace {

using cli::Arguments;
using cli::Context;
using cli::Json;

constexpr std::int64_t kDefaultLimit = 50;

std::optional<Instant> since_from(const std::string& text, const Zone& zone) {
  if (text.empty()) return std::nullopt;
  return instant_from("--since", text, &zone);
}

Json row_json(const JournalRow& row) {
  Json json = Json::object();
  json.set("seq", row.seq).set("at", to_rfc3339(row.at)).set("hash", to_hex(row.hash));
  if (!row.entry) return json.set("removed", true);
  Json detail = Json::object();
  for (const auto& entry : row.entry->detail) detail.set(entry.first, entry.second);
  json.set("account", row.entry->account).set("action", row.entry->action).set("subject", row.entry->subject);
  return json.set("result", row.entry->result).set("ticket", row.entry->ticket).set("detail", std::move(detail));
}

int print_rows(const Arguments& arguments, Context& context, const cli::Composition& made) {
  const Zone& zone = *made.at->zones.installation;
  const auto limit = static_cast<std::size_t>(arguments.number("--limit").value_or(kDefaultLimit));
  const auto rows = newest_journal_rows(*made.at, since_from(arguments.text("--since"), zone), limit);
  if (context.json) {
    Json list = Json::array();
    for (const JournalRow& row : rows) list.add(row_json(row));
    context.out << Json::object().set("journal", std::move(list)).text();
    return 0;
  }
  cli::Table table({{tr("No."), cli::Align::right},
                    {tr("At")},
                    {tr("Who")},
                    {tr("What")},
                    {tr("On")},
                    {tr("Result")},
                    {tr("Ticket")}});
  for (const JournalRow& row : rows) {
    const JournalEntry entry = row.entry.value_or(JournalEntry{.action = tr("removed by age")});
    table.add({std::to_string(row.seq), cli::date_text(row.at, zone), printable(entry.account),
               journal_text(entry.action), printable(entry.subject), journal_text(entry.result),
               printable(entry.ticket)});
  }
  context.out << table.text();
  return 0;
}

int verify(Context& context, const cli::Composition& made) {
  const JournalCheck check = check_journal(*made.at);
  const bool holds = check.problems.empty();
  const int code = holds ? 0 : exit_code(ErrorCode::damaged);
  if (context.json) {
    context.out << Json::object()
                       .set("rows", check.rows)
                       .set("head", to_hex(check.head))
                       .set("holds", holds)
                       .set("problems", Json::array_of(check.problems))
                       .set("exit_code", code)
                       .text();
    return code;
  }
  if (holds) {
    context.out << fmt::format(fmt::runtime(tr("The chain of {} rows holds; head {}\n")), check.rows,
                               to_hex(check.head));
    return code;
  }
  context.err << Error(ErrorCode::damaged, tr("verifying the journal"), check.problems.front(),
                       tr("Keep the catalog as it is, and tell the security manager"))
                     .what()
              << "\n";
  for (const std::string& problem : check.problems) context.out << printable(problem) << "\n";
  return code;
}

int run(const Arguments& arguments, Context& context) {
  const auto made = cli::compose(context.config_file, cli::Needs::records);
  return arguments.has("--verify") ? verify(context, *made) : print_rows(arguments, context, *made);
}

}  // namespace

cli::Command journal_command() {
  cli::Command command;
  command.name = "journal";
  command.person = cli::Person::operation;
  command.summary = tr_noop("show the journal, or check that nobody rewrote it");
  command.description = tr_noop(
      "The newest rows, oldest first. With --verify the chain of hashes is computed again; the exit code is 5 when a "
      "row "
      "was changed, removed or put in.");
  command.options = {
      cli::flag("--verify", tr_noop("compute the whole chain again")),
      cli::option("--since", cli::Takes::text, tr_noop("DATE"), tr_noop("rows from that day or instant on")),
      cli::option("--limit", cli::Takes::number, "N", tr_noop("at most so many, the newest (50)")),
  };
  command.examples = {{"restore-cli journal --since 2026-11-21", tr_noop("what was done today")},
                      {"restore-cli journal --verify", tr_noop("before an audit")}};
  command.run = run;
  return command;
}

}  // namespace coffre
