// restore-cli show: everything that is known of one backup, as far as the keys at hand reach.
#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "base/translate.h"
#include "cli/compose.h"
#include "cli/json.h"
#include "cli/output.h"
#include "commands.h"
#include "opening.h"
#include "os/zone_loader.h"
#include "service/reading/listing.h"
#include "service/reading/look_at_file.h"
#include "views.h"

namespace coffre {
namespace {

using cli::Arguments;
using cli::Context;
using cli::Json;

Json catalog_json(const BackupView& view, const RoleNames& roles) {
  Json json = backup_json(view);
  json.set("file_id", view.backup.file_id).set("prev_digest", to_hex(view.backup.prev_digest));
  json.set("operator", view.backup.operator_id).set("build", view.backup.build).set("epoch", view.backup.epoch);
  json.set("recipients", recipients_json(view.backup.full_recipients, roles));
  return json.set("evidence", evidence_json(view.evidence));
}

// One line for each thing that was ever shown, with its newest date: a year of weekly readings is one line.
void add_evidence_lines(Lines& lines, const std::vector<Evidence>& evidence, const Zone& zone) {
  struct Shown {
    std::string what;
    Instant first;
    Instant newest;
    std::size_t times = 0;
  };
  std::vector<Shown> all;
  for (const Evidence& one : evidence) {
    const std::string what =
        word_text(std::string(to_string(one.type))) + (one.detail.empty() ? "" : " (" + word_text(one.detail) + ")");
    auto known = std::ranges::find(all, what, &Shown::what);
    if (known == all.end()) known = all.insert(known, {what, one.at, one.at});
    known->newest = std::max(known->newest, one.at);
    known->first = std::min(known->first, one.at);
    ++known->times;
  }
  for (const Shown& one : all) {
    std::string line = cli::date_text(one.newest, zone) + " " + one.what;
    if (one.times > 1) {
      line += fmt::format(fmt::runtime(tr(", {} times since {}")), one.times, cli::date_text(one.first, zone));
    }
    lines.add(tr("Evidence"), line);
  }
}

void add_catalog_lines(Lines& lines, const BackupView& view, const RoleNames& roles, const Zone& zone) {
  const BackupRow& backup = view.backup;
  lines.add(tr("Name"), backup.name);
  lines.add(tr("Device"), view.device);
  lines.add(tr("Kind"), std::string(to_string(backup.kind)));
  lines.add(tr("Taken"), cli::dated_text(backup.created_at, zone));
  lines.add(tr("Sequence"), std::to_string(backup.sequence));
  lines.add(tr("Size"), cli::size_text(backup.file_size));
  lines.add(tr("Digest"), to_hex(backup.digest));
  lines.add(tr("Ticket"), printable(backup.ticket));
  lines.add(tr("Suspect"), cli::doubts_text(backup.doubts));
  lines.add(tr("Can be opened by"), recipients_text(backup.full_recipients, roles));
  for (const CopyRow& copy : view.copies) {
    lines.add(tr("Copy"), fmt::format(fmt::runtime(tr("{}: {}, read on {} ({})")), word_text(copy.replica),
                                      word_text(copy.state), cli::date_text(copy.seen_at, zone), copy.path));
  }
  add_evidence_lines(lines, view.evidence, zone);
  lines.add(tr("Proof"), cli::proof_text(view.proof.level) + ", " + cli::date_text(view.proof.since, zone));
  for (const std::string& word : view.proof.missing) lines.add(tr("For the next level"), missing_text(word));
}

// Opens a good copy; that a key was used is on record, whether it fitted or not.
FileView look_inside(cli::Composition& made, const BackupRow& backup, const OpeningKeys& keys, Context& context) {
  Installation& at = *made.at;
  FileView file;
  try {
    const OpenedCopy used = use_good_copy(at, backup, [&](Replica& place, const RandomReader& content) {
      const auto sidecars = sidecars_in(keys, place, backup, content);
      file = look_at_file(content, keys.ring, sidecars, expected_of(backup), *at.drivers);
    });
    note_failed_copies(used.failed, context);
  } catch (const Error& error) {
    record_refused_opening(at, keys.ring, "show", backup.name, error);
    throw;
  }
  record_opening(at, keys.ring, "show", backup.name, file.opened_with);
  return file;
}

int show_named(const Arguments& arguments, Context& context) {
  const auto made = cli::compose(context.config_file, cli::Needs::catalog);
  OpeningKeys keys = opening_keys(arguments, made.get());
  trust_installation(keys.ring, made->at->trust);
  const BackupView view = find_backup_view(*made->at, arguments.text("NAME|FILE"));
  const RoleNames roles = role_names(made.get(), keys.ring);
  std::optional<FileView> file;
  if (!keys.ring.identities.empty()) {
    add_places(*made, context, arguments.text("--s3-credentials"));
    file = look_inside(*made, view.backup, keys, context);
  }
  if (context.json) {
    Json json = catalog_json(view, roles);
    context.out << json.set("opened", file ? file_json(*file, roles) : Json()).text();
    return with_origin(0, keys.ring, context);
  }
  Lines lines;
  add_catalog_lines(lines, view, roles, *made->at->zones.installation);
  context.out << lines.text();
  if (file) {
    Lines inside;
    add_file_lines(inside, *file, roles, made->at->zones.installation);
    context.out << "\n" << inside.text();
  }
  return with_origin(0, keys.ring, context);
}

// A bare file says only UTC: shown as an installation in France would, if this machine knows the zone.
std::unique_ptr<Zone> usual_zone() {
  try {
    return load_zone("Europe/Paris");
  } catch (const Error&) {
    return nullptr;
  }
}

int show_file(const Arguments& arguments, Context& context) {
  const std::string path = arguments.text("NAME|FILE");
  const BareFile bare = open_bare_file(path);
  const auto made = installation_if_any(context);
  OpeningKeys keys = opening_keys(arguments, made.get());
  std::unique_ptr<DriverRegistry> shipped;
  const DriverRegistry& drivers = drivers_for(made.get(), shipped);
  FileView view;
  try {
    trust_around(keys.ring, path);
    if (made) trust_installation_if_ours(keys.ring, made->at->trust);
    view = look_at_file(*bare.content, keys.ring, sidecars_beside(keys, bare), bare.expected, drivers);
  } catch (Error& error) {
    error.on(path);
    if (made) record_refused_opening(*made->at, keys.ring, "show", path, error);
    throw;
  }
  if (made) record_opening(*made->at, keys.ring, "show", path, view.opened_with);
  const RoleNames roles = role_names(made.get(), keys.ring);
  if (context.json) {
    context.out << Json::object().set("file", path).set("opened", file_json(view, roles)).text();
  } else {
    Lines lines;
    const auto usual = made ? nullptr : usual_zone();
    add_file_lines(lines, view, roles, made ? made->at->zones.installation : usual.get());
    context.out << lines.text();
  }
  if (keys.ring.identities.empty()) {
    cli::note(context, tr("With --identity FILE: also its name, its device and what it contains."));
  }
  return with_origin(0, keys.ring, context);
}

int run(const Arguments& arguments, Context& context) {
  return names_a_file(arguments.text("NAME|FILE"), context) ? show_file(arguments, context)
                                                            : show_named(arguments, context);
}

}  // namespace

cli::Command show_command() {
  cli::Command command;
  command.name = "show";
  command.person = cli::Person::technician;
  command.summary = tr_noop("show what is known of one backup");
  command.description = tr_noop(
      "Of a backup by name: what the catalog knows, with every piece of evidence and what the next proof level lacks. "
      "Of a "
      "file: its header, when size, end and digest are right. With --identity also the metadata and the manifest, "
      "after all of the file was checked. A file needs no configuration, only one key file.");
  command.positionals = {
      cli::positional(tr_noop("NAME|FILE"), cli::Takes::file, tr_noop("a backup's name, or a .bak file"))};
  command.options = opening_options();
  command.examples = {
      {"restore-cli show CLIEXEMP_SIEGEPARIS_NVR_NVR-HALL_20250510_0300_HEBDO", tr_noop("what the catalog knows")},
      {"restore-cli show ./copy.bak --identity secours.key", tr_noop("a file, with one key and nothing else")}};
  command.run = run;
  return command;
}

}  // namespace coffre
