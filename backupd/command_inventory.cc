// backupd inventory import|export|accept: the integrator's table, and what becomes of a load that lost devices.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include "base/bytes.h"
#include "base/error.h"
#include "base/text.h"
#include "base/translate.h"
#include "cli/compose.h"
#include "cli/json.h"
#include "cli/output.h"
#include "commands.h"
#include "config/csv.h"
#include "config/inventory_csv.h"
#include "os/file_reader.h"
#include "os/terminal.h"
#include "service/estate/import_inventory.h"
#include "service/estate/sync_inventory.h"

namespace coffre {
namespace {

using cli::Arguments;
using cli::Context;
using cli::Json;

// Whatever is wrong with the file itself is told with its name.
CsvImport read_table(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    throw Error(ErrorCode::usage, tr("reading the table"), tr("it is a folder, not a file")).on(path);
  }
  try {
    const auto reader = open_path(path);
    // One byte more than allowed is enough to be refused.
    Bytes text(static_cast<std::size_t>(std::min<std::uint64_t>(reader->size(), kMaxCsvBytes + 1)));
    reader->read_at(0, text);
    return parse_inventory_csv(as_text(text));
  } catch (Error& error) {
    throw error.on(path);
  }
}

std::string or_dash(const std::string& text) {
  return text.empty() ? "-" : text;
}

std::string_view verdict_word(ImportVerdict verdict) {
  switch (verdict) {
    case ImportVerdict::ready:
      return "ready";
    case ImportVerdict::unchanged:
      return "unchanged";
    case ImportVerdict::unconfirmed:
      return "unconfirmed";
    case ImportVerdict::refused:
      return "refused";
  }
  return "";
}

std::string verdict_text(const ImportRow& row) {
  switch (row.verdict) {
    case ImportVerdict::ready:
      return tr("ready");
    case ImportVerdict::unchanged:
      return tr("ready (in the inventory already)");
    case ImportVerdict::unconfirmed:
      return tr("fingerprint to be confirmed");
    case ImportVerdict::refused:
      return fmt::format(fmt::runtime(tr("refused: {}")), printable(row.reason));
  }
  return "";
}

// What a person must know beside the verdict: what changes, and what is still to be done.
std::vector<std::string> row_notes(const ImportRow& row) {
  std::vector<std::string> notes;
  for (const CsvDifference& one : row.changes) {
    notes.push_back(one.column + tr(": ") + or_dash(one.in_inventory) + " -> " + or_dash(one.in_table));
  }
  notes.insert(notes.end(), row.notes.begin(), row.notes.end());
  return notes;
}

Json row_json(const ImportRow& row) {
  Json changes = Json::array();
  for (const CsvDifference& one : row.changes) {
    changes.add(Json::object().set("column", one.column).set("old", one.in_inventory).set("new", one.in_table));
  }
  return Json::object()
      .set("line", row.line)
      .set("device", row.label)
      .set("verdict", verdict_word(row.verdict))
      .set("reason", row.reason)
      .set("changes", std::move(changes))
      .set("notes", Json::array_of(row.notes));
}

// Shows the certificates of one site together, and asks once. What does not answer stays unconfirmed, with the reason.
void confirm_site(Context& context, Terminal& terminal, const Installation& at, const std::string& site,
                  const std::vector<ImportRow*>& rows) {
  std::vector<std::pair<ImportRow*, std::string>> shown;
  // On stderr whatever --quiet says: it is part of the question.
  context.err << fmt::format(fmt::runtime(tr("{}: certificates shown by its devices")), site) << "\n";
  for (ImportRow* const row : rows) {
    try {
      const ServerCertificate certificate = look_at_certificate(at, row->proposal->device);
      context.err << fmt::format("  {}  {}  {}\n", row->label, row->proposal->device.address, certificate.fingerprint);
      shown.emplace_back(row, certificate.pin);
    } catch (const Error& error) {
      context.err << fmt::format("  {}  {}\n", row->label, printable(error.reason()));
    }
  }
  context.err << std::flush;
  if (shown.empty()) return;
  const Answer answer =
      terminal.confirm(tr("Are these the fingerprints that the devices themselves show?"), Answer::no);
  if (answer == Answer::no) return;
  for (const auto& [row, pin] : shown) {
    row->proposal->device.pin = pin;
    row->verdict = ImportVerdict::ready;
  }
}

void confirm_pins(Context& context, const Installation& at, std::vector<ImportRow>& rows) {
  std::map<std::string, std::vector<ImportRow*>> by_site;
  for (ImportRow& row : rows) {
    if (row.verdict != ImportVerdict::unconfirmed) continue;
    const DeviceKey& key = row.proposal->device.key;
    by_site[site_key(key.client, key.site)].push_back(&row);
  }
  SystemTerminal terminal;
  if (!by_site.empty() && !terminal.is_interactive()) {
    throw Error(ErrorCode::usage, tr("confirming fingerprints"), tr("there is nobody at the terminal to ask"),
                tr("Run it on a terminal, or confirm one by one: backupd device add ... --pin"));
  }
  for (const auto& [site, waiting] : by_site) confirm_site(context, terminal, at, site, waiting);
}

void print_rows(Context& context, const CsvImport& table, const std::vector<ImportRow>& rows, std::size_t changed) {
  if (context.json) {
    Json list = Json::array();
    for (const ImportRow& row : rows) list.add(row_json(row));
    context.out << Json::object().set("rows", std::move(list)).set("changed", changed).text();
    return;
  }
  for (const std::string& column : table.ignored_columns) {
    cli::note(context, fmt::format(fmt::runtime(tr("column \"{}\" is not used")), printable(column)));
  }
  for (const ImportRow& row : rows) {
    context.out << fmt::format("{:>4}  {:<44} {}\n", row.line, printable(row.label), verdict_text(row));
    for (const std::string& note : row_notes(row)) context.out << "      - " << printable(note) << "\n";
  }
}

// nullopt: nobody asked to write.
std::string what_was_written(std::optional<std::size_t> changed) {
  if (!changed) {
    return tr("Nothing was written. Write what is ready with --apply; confirm fingerprints with --confirm-pins.");
  }
  if (*changed == 0) return tr("Nothing was to be written.");
  return fmt::format(fmt::runtime(tr("{} devices were written.")), *changed);
}

// Whose certificate nobody has confirmed, and how that is done: nothing of them was written.
void note_unconfirmed(Context& context, const std::vector<ImportRow>& rows, const std::string& file) {
  std::vector<std::string> waiting;
  for (const ImportRow& row : rows) {
    if (row.verdict == ImportVerdict::unconfirmed) waiting.push_back(row.label);
  }
  if (waiting.empty()) return;
  constexpr std::size_t kNamed = 5;
  const std::size_t more = waiting.size() > kNamed ? waiting.size() - kNamed : 0;
  waiting.resize(waiting.size() - more);
  std::string names = join(waiting, ", ");
  if (more > 0) names += " " + fmt::format(fmt::runtime(tr("(and {} more)")), more);
  cli::note(context,
            fmt::format(fmt::runtime(tr("Not written, as nobody has confirmed the certificate yet: {}. Confirm "
                                        "on a terminal: backupd inventory import {} --confirm-pins")),
                        names, file));
}

int run_import(const Arguments& arguments, Context& context) {
  const auto made = cli::compose(context.config_file, cli::Needs::catalog);
  const CsvImport table = read_table(arguments.text("FILE"));
  std::vector<ImportRow> rows = judge_import(*made->at, table);
  if (arguments.has("--confirm-pins")) confirm_pins(context, *made->at, rows);
  std::optional<std::size_t> changed;
  if (arguments.has("--apply") || arguments.has("--confirm-pins")) {
    changed = apply_import(*made->at, {.patterns = made->settings.inventory, .loaded = made->inventory_files}, rows);
  }
  print_rows(context, table, rows, changed.value_or(0));
  std::size_t refused = 0;
  for (const ImportRow& row : rows) refused += row.verdict == ImportVerdict::refused ? 1 : 0;
  cli::note(context, what_was_written(changed));
  if (changed) note_unconfirmed(context, rows, arguments.text("FILE"));
  constexpr int kPartial = 3;
  return refused == 0 ? 0 : kPartial;
}

int run_export(const Arguments& arguments, Context& context) {
  const auto made = cli::compose(context.config_file, cli::Needs::catalog);
  const std::string table = format_inventory_csv(made->at->inventory);
  if (!arguments.has("FILE")) {
    context.out << table;
    return 0;
  }
  std::ofstream file(arguments.text("FILE"), std::ios::binary | std::ios::trunc);
  file << table;
  if (!file.flush()) {
    throw Error(ErrorCode::io, tr("writing the table"), tr("the file cannot be written")).on(arguments.text("FILE"));
  }
  cli::note(context, fmt::format(fmt::runtime(tr("{} devices in {}")), made->at->inventory.devices.size(),
                                 arguments.text("FILE")));
  return 0;
}

int run_accept(const Arguments& arguments, Context& context) {
  const auto made = cli::compose(context.config_file, cli::Needs::catalog);
  const auto lost = accept_inventory(made->at->catalog, made->at->inventory, made->at->account,
                                     arguments.text("--ticket"), arguments.text("--reason"), made->clock.now());
  if (context.json) {
    Json list = Json::array();
    for (const DeviceKey& key : lost) list.add(key.display());
    context.out << Json::object().set("still_expected", std::move(list)).text();
    return 0;
  }
  cli::note(context, tr("The load is accepted. These devices stay expected until the inventory says `retired:`"));
  for (const DeviceKey& key : lost) context.out << key.display() << "\n";
  return 0;
}

}  // namespace

cli::Command inventory_import_command() {
  cli::Command command;
  command.name = "inventory import";
  command.person = cli::Person::operation;
  command.summary = tr_noop("bring a table of clients, sites and devices into the inventory");
  command.description = tr_noop(
      "Reads a CSV file with the columns client, site, contrat, responsable, suppléant, type, nom, adresse, pilote, "
      "identifiant. Without --apply it only says, row by row, what would become of it. Safe to repeat.");
  command.positionals = {cli::positional(tr_noop("FILE"), cli::Takes::file, tr_noop("the table, CSV with ; or ,"))};
  command.options = {
      cli::flag("--apply", tr_noop("write the rows that are ready")),
      cli::flag("--confirm-pins", tr_noop("show the certificates, ask once a site, and write")),
  };
  command.examples = {
      {"backupd inventory import parc.csv", tr_noop("what would become of each row")},
      {"backupd inventory import parc.csv --confirm-pins", tr_noop("and confirm the certificates, site by site")}};
  command.run = run_import;
  return command;
}

cli::Command inventory_export_command() {
  cli::Command command;
  command.name = "inventory export";
  command.person = cli::Person::operation;
  command.summary = tr_noop("write the inventory as a table that spreadsheets open");
  command.positionals = {
      cli::optional(cli::positional(tr_noop("FILE"), cli::Takes::file, tr_noop("where to; stdout otherwise")))};
  command.run = run_export;
  return command;
}

cli::Command inventory_accept_command() {
  cli::Command command;
  command.name = "inventory accept";
  command.person = cli::Person::operation;
  command.summary = tr_noop("accept an inventory that has lost devices");
  command.description = tr_noop(
      "A load that loses more than 5 % of the devices is refused. After a person has looked, this accepts exactly that "
      "loss; the lost devices stay expected until they are marked `retired:`.");
  command.options = {
      cli::required(cli::option("--ticket", cli::Takes::text, tr_noop("TICKET"), tr_noop("number of the ticket"))),
      cli::required(cli::option("--reason", cli::Takes::text, tr_noop("TEXT"), tr_noop("why the loss is right"))),
  };
  command.run = run_accept;
  return command;
}

}  // namespace coffre
