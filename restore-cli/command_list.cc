// restore-cli list: what lies where, and how far it is proven.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/error.h"
#include "base/text.h"
#include "base/translate.h"
#include "cli/compose.h"
#include "cli/json.h"
#include "cli/output.h"
#include "commands.h"
#include "instant_option.h"
#include "service/keys/trusted_before.h"
#include "service/reading/listing.h"
#include "views.h"

namespace coffre {
namespace {

using cli::Arguments;
using cli::Context;
using cli::Json;

Json device_json(const DeviceView& view) {
  Json json = Json::object();
  json.set("device", view.device.key.display())
      .set("in_inventory", view.in_inventory)
      .set("retired", view.device.retired);
  json.set("backups", view.backups).set("suspects", view.suspects);
  json.set("newest", view.newest ? backup_json(*view.newest) : Json());
  json.set("newest_proven", view.newest_proven ? Json(view.newest_proven->backup.name) : Json());
  json.set("last_attempt", instant_json(view.device.last_attempt))
      .set("last_success", instant_json(view.device.last_success));
  json.set("last_proven", instant_json(view.device.last_proven))
      .set("next_expected", instant_json(view.device.next_expected));
  return json.set("last_error", view.device.last_error);
}

Json anomaly_json(const Anomaly& anomaly, Instant now) {
  const AnomalyRule& rule = rule_of(anomaly.code);
  Json json = Json::object();
  json.set("number", anomaly.number)
      .set("code", rule.name)
      .set("subject", anomaly.subject)
      .set("detail", anomaly.detail);
  json.set("opened", to_rfc3339(anomaly.opened)).set("due", to_rfc3339(anomaly.due));
  json.set("closed_by", rule.closed_by).set("severity", to_string(rule.severity));
  json.set("age_seconds", (now - anomaly.opened).count()).set("overdue", now > anomaly.due);
  return json.set("remedy", rule.remedy).set("release", rule.release);
}

// "local: good, cloud: missing": both places, always.
std::string copies_text(const BackupView& view) {
  std::string text;
  for (const std::string_view replica : {kLocalReplica, kCloudReplica}) {
    std::string state = tr("missing");
    for (const CopyRow& copy : view.copies) {
      if (copy.replica == replica) state = word_text(copy.state);
    }
    if (!text.empty()) text += ", ";
    text += word_text(std::string(replica)) + tr(": ") + state;
  }
  return text;
}

std::string proof_text(const BackupView& view) {
  if (view.backup.suspect) return tr("suspect, set aside");
  return cli::proof_text(view.proof.level);
}

ListFilter filter_from(const Arguments& arguments) {
  ListFilter filter{
      .client = arguments.text("--client"), .site = {}, .device = arguments.text("--device"), .from = {}, .to = {}};
  const std::string site = arguments.text("--site");
  if (site.empty()) return filter;
  const auto slash = site.find('/');
  if (slash == std::string::npos) {
    throw Error(ErrorCode::usage, tr("reading the command line"), tr("--site wants CLIENT/SITE"));
  }
  filter.client = site.substr(0, slash);
  filter.site = site.substr(slash + 1);
  return filter;
}

int list_backups_to(Context& context, const cli::Composition& made, const ListFilter& filter) {
  const auto views = list_backup_views(*made.at, filter);
  if (context.json) {
    Json list = Json::array();
    for (const BackupView& view : views) list.add(backup_json(view));
    context.out << Json::object().set("backups", std::move(list)).text();
    return 0;
  }
  cli::Table table(
      {{tr("Backup")}, {tr("Taken")}, {tr("Size"), cli::Align::right}, {tr("Copies")}, {tr("Proof")}, {tr("Since")}});
  const Zone& zone = *made.at->zones.installation;
  for (const BackupView& view : views) {
    table.add({view.backup.name, cli::date_text(view.backup.created_at, zone), cli::size_text(view.backup.file_size),
               copies_text(view), proof_text(view), cli::date_text(view.proof.since, zone)});
  }
  context.out << table.text();
  if (table.empty()) cli::note(context, tr("There is no backup yet. Make some with: backupd run"));
  return 0;
}

int list_devices_to(Context& context, const cli::Composition& made, const ListFilter& filter) {
  const auto views = list_device_views(*made.at, filter);
  if (context.json) {
    Json list = Json::array();
    for (const DeviceView& view : views) list.add(device_json(view));
    context.out << Json::object().set("devices", std::move(list)).text();
    return 0;
  }
  cli::Table table({{tr("Device")}, {tr("Last proven backup")}, {tr("Proof")}, {tr("Next expected")}, {tr("Remark")}});
  const Zone& zone = *made.at->zones.installation;
  for (const DeviceView& view : views) {
    std::string remark = view.device.last_error;
    if (!view.in_inventory) remark = tr("no longer in the inventory");
    if (view.device.retired) remark = tr("retired");
    if (!view.newest && remark.empty()) remark = tr("never backed up");
    if (view.newest && remark.empty() && !is_proven(view.newest->proof, made.at->policy.required_proof)) {
      remark = tr("not proven as far as asked");
    }
    const BackupView* const shown = view.newest_proven ? &*view.newest_proven : view.newest ? &*view.newest : nullptr;
    table.add({view.device.key.display(),
               view.newest_proven ? cli::date_text(view.newest_proven->backup.created_at, zone) : "",
               shown != nullptr ? cli::proof_text(shown->proof.level) : "",
               cli::date_text(view.device.next_expected, zone), remark});
  }
  context.out << table.text();
  return 0;
}

std::string due_text(const Anomaly& anomaly, const Zone& zone, Instant now) {
  const std::string date = cli::date_text(anomaly.due, zone);
  return now > anomaly.due ? fmt::format(fmt::runtime(tr("{} (overdue)")), date) : date;
}

// A key's subject is "ROLE ID": the role in the reader's language.
std::string subject_text(const Anomaly& anomaly) {
  const auto blank = anomaly.subject.find(' ');
  if (anomaly.code != AnomalyCode::key_proof_missing || blank == std::string::npos) return anomaly.subject;
  return fmt::format("{} ({})", cli::role_text(anomaly.subject.substr(0, blank)), anomaly.subject.substr(blank + 1));
}

// What to do and what ends it is a matter of the code: said once for all of its anomalies.
std::string advice_text(const std::vector<Anomaly>& anomalies) {
  std::map<AnomalyCode, std::vector<std::string>> numbers;
  for (const Anomaly& anomaly : anomalies) numbers[anomaly.code].push_back(std::to_string(anomaly.number));
  std::string text;
  for (const AnomalyRule& rule : anomaly_rules()) {
    if (!numbers.contains(rule.code)) continue;
    Lines lines;
    lines.add(std::string(rule.french), fmt::format("{} ({})", tr(rule.title), join(numbers.at(rule.code), ", ")));
    lines.add(tr("What to do"), tr(rule.remedy));
    lines.add(tr("Closed by"), tr(rule.closed_by));
    text += "\n" + lines.text();
  }
  return text;
}

int list_anomalies_to(Context& context, const cli::Composition& made) {
  const auto anomalies = list_anomalies(*made.at);
  const Instant now = made.at->clock.now();
  if (context.json) {
    Json list = Json::array();
    for (const Anomaly& anomaly : anomalies) list.add(anomaly_json(anomaly, now));
    context.out << Json::object().set("anomalies", std::move(list)).text();
    return 0;
  }
  cli::Table table({{tr("No."), cli::Align::right},
                    {tr("Anomaly")},
                    {tr("Subject")},
                    {tr("Open for")},
                    {tr("To be handled before")},
                    {tr("Found")}});
  for (const Anomaly& anomaly : anomalies) {
    table.add({std::to_string(anomaly.number), tr(rule_of(anomaly.code).title), subject_text(anomaly),
               cli::duration_text(std::max(now - anomaly.opened, Seconds{1})),
               due_text(anomaly, *made.at->zones.installation, now), anomaly.detail});
  }
  context.out << table.text() << advice_text(anomalies);
  if (table.empty()) cli::note(context, tr("No anomaly is open."));
  return 0;
}

Json trusted_json(const TrustedBackup& trusted) {
  Json json = Json::object();
  json.set("device", trusted.device).set("backup", trusted.backup ? backup_json(*trusted.backup) : Json());
  json.set("sealed", instant_json(trusted.sealed)).set("read_back", instant_json(trusted.read_back));
  json.set("places", Json::array_of({trusted.places.begin(), trusted.places.end()}));
  return json.set("later", trusted.later);
}

std::string places_text(const TrustedBackup& trusted) {
  std::vector<std::string> words;
  for (const std::string& place : trusted.places) words.push_back(word_text(place));
  return join(words, ", ");
}

int list_trusted_to(Context& context, const cli::Composition& made, const ListFilter& filter, Instant before) {
  const auto devices = trusted_before(*made.at, filter, before);
  if (context.json) {
    Json list = Json::array();
    for (const TrustedBackup& trusted : devices) list.add(trusted_json(trusted));
    context.out << Json::object().set("trusted_before", to_rfc3339(before)).set("devices", std::move(list)).text();
    return 0;
  }
  cli::Table table({{tr("Device")},
                    {tr("Newest trusted backup")},
                    {tr("Taken")},
                    {tr("Read back before")},
                    {tr("There")},
                    {tr("Copies today")},
                    {tr("Later ones"), cli::Align::right}});
  const Zone& zone = *made.at->zones.installation;
  for (const TrustedBackup& trusted : devices) {
    const BackupView* const view = trusted.backup ? &*trusted.backup : nullptr;
    table.add({trusted.device, view != nullptr ? view->backup.name : std::string(tr("none")),
               view != nullptr ? cli::date_text(view->backup.created_at, zone) : "",
               cli::date_text(trusted.read_back, zone), places_text(trusted), view != nullptr ? copies_text(*view) : "",
               std::to_string(trusted.later)});
  }
  context.out << table.text();
  cli::note(context, tr("By the evidence of this catalog, if that is to be trusted: restore-cli journal --verify. "
                        "Read a backup again before it is restored: restore-cli verify NAME --identity FILE"));
  return 0;
}

void require_one_list(const Arguments& arguments) {
  const int lists = static_cast<int>(arguments.has("--anomalies")) + static_cast<int>(arguments.has("--devices")) +
                    static_cast<int>(arguments.has("--trusted-before"));
  if (lists <= 1) return;
  throw Error(ErrorCode::usage, tr("reading the command line"),
              tr("--devices, --anomalies and --trusted-before are different lists: give one of them"));
}

int run(const Arguments& arguments, Context& context) {
  require_one_list(arguments);
  const bool anomalies = arguments.has("--anomalies");
  const auto made = cli::compose(context.config_file, anomalies ? cli::Needs::records : cli::Needs::view);
  if (anomalies) return list_anomalies_to(context, *made);
  const ListFilter filter = filter_from(arguments);
  if (arguments.has("--trusted-before")) {
    const Instant before =
        instant_from("--trusted-before", arguments.text("--trusted-before"), made->at->zones.installation);
    return list_trusted_to(context, *made, filter, before);
  }
  if (arguments.has("--devices")) return list_devices_to(context, *made, filter);
  return list_backups_to(context, *made, filter);
}

}  // namespace

cli::Command list_command() {
  cli::Command command;
  command.name = "list";
  command.person = cli::Person::technician;
  command.summary = tr_noop("list backups, devices or open anomalies");
  command.description = tr_noop(
      "Backups by device, newest first, with both copies and how far each is proven. With --devices one line a device, "
      "worst first. Works with both places away: it reads the catalog.");
  command.options = {
      cli::option("--client", cli::Takes::text, tr_noop("CLIENT"), tr_noop("only this client")),
      cli::option("--site", cli::Takes::text, tr_noop("CLIENT/SITE"), tr_noop("only this site")),
      cli::option("--device", cli::Takes::text, tr_noop("CLIENT/SITE/TYPE_NAME"), tr_noop("only this device")),
      cli::flag("--devices", tr_noop("one line a device instead of one a backup")),
      cli::flag("--anomalies", tr_noop("the open anomalies, most urgent first, with what to do")),
      cli::option("--trusted-before", cli::Takes::text, "T",
                  tr_noop("of each device the newest backup that was sealed and read back before T")),
  };
  command.examples = {{"restore-cli list --site CLIEXEMP/SIEGEPARIS", tr_noop("the backups of a site")},
                      {"restore-cli list --devices", tr_noop("the fleet, worst first")},
                      {"restore-cli list --anomalies --json", tr_noop("for another program")},
                      {"restore-cli list --trusted-before 2026-11-21T03:00:00Z", tr_noop("the day after a break-in")}};
  command.run = run;
  return command;
}

}  // namespace coffre
