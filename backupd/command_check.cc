// backupd check: line by line, whether everything is in order.
#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "base/translate.h"
#include "check.h"
#include "cli/json.h"
#include "cli/output.h"
#include "commands.h"

namespace coffre {
namespace {

using cli::Arguments;
using cli::Context;
using cli::Json;

std::string_view state_word(CheckState state) {
  switch (state) {
    case CheckState::good:
      return "good";
    case CheckState::warning:
      return "warning";
    case CheckState::failed:
      return "failed";
    case CheckState::skipped:
      return "skipped";
  }
  return "";
}

std::string state_text(CheckState state) {
  switch (state) {
    case CheckState::good:
      return tr("in order");
    case CheckState::warning:
      return tr("WARNING");
    case CheckState::failed:
      return tr("NOT IN ORDER");
    case CheckState::skipped:
      return tr("skipped");
  }
  return "";
}

void append(CheckLines& all, CheckLines more) {
  for (CheckLine& line : more) all.push_back(std::move(line));
}

// What needs the composed installation. When it cannot be composed, the reason is a line itself.
void check_composed(CheckLines& lines, const Arguments& arguments, Context& context, const Settings& settings) {
  const bool offline = arguments.has("--offline");
  const auto made = cli::compose(context.config_file, cli::Needs::catalog);
  append(lines, check_catalog(*made));
  append(lines, check_local_place(settings, made->at->id));
  append(lines, check_second_place(*made));
  if (offline) return;
  made->at->keys = cli::load_server_keys(settings);
  append(lines, check_devices(*made, arguments.text("--device")));
}

CheckLines all_lines(const Arguments& arguments, Context& context) {
  std::optional<Settings> settings;
  CheckLines lines = check_configuration(context.config_file, settings);
  if (!settings) return lines;
  append(lines, check_keys(*settings));
  try {
    check_composed(lines, arguments, context, *settings);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::not_found && arguments.has("--device")) throw;
    const CheckArea area = error.code() == ErrorCode::usage  ? CheckArea::configuration
                           : error.code() == ErrorCode::rule ? CheckArea::rule
                                                             : CheckArea::other;
    lines.push_back({area, CheckState::failed, tr("installation"), error.what(), {}});
  }
  return lines;
}

int run(const Arguments& arguments, Context& context) {
  const CheckLines lines = all_lines(arguments, context);
  const int code = exit_code_of(lines);
  if (context.json) {
    Json list = Json::array();
    for (const CheckLine& line : lines) {
      list.add(Json::object()
                   .set("state", state_word(line.state))
                   .set("subject", line.subject)
                   .set("text", line.text)
                   .set("remedy", line.remedy));
    }
    context.out << Json::object().set("checks", std::move(list)).set("exit_code", code).text();
    return code;
  }
  std::size_t failed = 0;
  for (const CheckLine& line : lines) {
    failed += line.state == CheckState::failed ? 1 : 0;
    context.out << fmt::format("{:<13} {}{}{}\n", state_text(line.state), printable(line.subject), tr(": "),
                               printable(line.text));
    if (!line.remedy.empty()) context.out << fmt::format("{:<13}   -> {}\n", "", line.remedy);
  }
  cli::note(context, failed == 0 ? std::string(tr("Everything that was looked at is in order."))
                                 : fmt::format(fmt::runtime(tr("Lines that are not in order: {}.")), failed));
  return code;
}

}  // namespace

cli::Command check_command() {
  cli::Command command;
  command.name = "check";
  command.person = cli::Person::operation;
  command.summary = tr_noop("say, line by line, whether everything is in order");
  command.description = tr_noop(
      "Looks at configuration, inventory, keys, both places, catalog, journal, and asks each device who it is. Changes "
      "nothing but for one probe object in the second place, and opens the anomaly of a list of keys that is refused. "
      "Exit code 0: all in order; 2 configuration; 4 a rule is "
      "broken; 3 only devices are not in order; 1 anything else.");
  command.options = {
      cli::option("--device", cli::Takes::text, tr_noop("CLIENT/SITE/TYPE_NAME"),
                  tr_noop("of the devices, only this one")),
      cli::flag("--offline", tr_noop("ask no device")),
  };
  command.examples = {{"backupd check", tr_noop("everything, each device included")},
                      {"backupd check --offline --json", tr_noop("for a monitoring system")}};
  command.run = run;
  return command;
}

}  // namespace coffre
