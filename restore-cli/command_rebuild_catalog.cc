// restore-cli rebuild-catalog: a new catalog from one replica, when the old one is lost.
#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "base/translate.h"
#include "cli/compose.h"
#include "cli/interrupt.h"
#include "cli/json.h"
#include "cli/output.h"
#include "commands.h"
#include "config/inventory_loader.h"
#include "opening.h"
#include "os/account.h"
#include "os/process_guard.h"
#include "os/terminal.h"
#include "replicas/installation.h"
#include "service/healing/rebuild_catalog.h"
#include "service/places/places.h"
#include "store_key.h"

namespace coffre {
namespace {

using cli::Arguments;
using cli::Context;
using cli::Json;

// The catalog key of the server, or a key that a person brings when the server is gone.
KeyRing reading_keys(const Arguments& arguments, const Settings& settings) {
  KeyRingRequest request;
  for (const std::string& file : arguments.all("--identity")) request.identities.emplace_back(file);
  const bool brought = !request.identities.empty();
  if (!brought) request.identities.push_back(settings.keys.catalog_identity);
  request.signers = arguments.text("--signers");
  guard_process();
  KeyRing ring = load_key_ring(request, [](const std::filesystem::path& file) {
    SystemTerminal terminal;
    return terminal.ask_secret(fmt::format(fmt::runtime(tr("Passphrase of {}: ")), file.string()));
  });
  std::optional<TrustLists> lists;
  try {
    lists = cli::load_trust(settings, {});
  } catch (const Error&) {
    if (ring.signers.empty()) throw;  // the key file brought its own signer lines
  }
  if (lists) trust_installation(ring, *lists);
  return ring;
}

// The other place may be away, or a new disk that nobody has claimed: then its copies are found by the next run.
std::unique_ptr<Replica> other_place(const std::string& from, const Settings& settings, const StoreAccess& access,
                                     Context& context) {
  try {
    std::unique_ptr<Replica> place;
    if (from == kLocalReplica) {
      place = open_cloud(settings, access);
    } else {
      place = open_local(settings);
    }
    if (installation_id(*place)) return place;
    cli::note(context,
              fmt::format(fmt::runtime(tr("The other place is new: give it to this installation afterwards, with: "
                                          "backupd replica claim {} --ticket T --reason R")),
                          place->properties().name));
    return nullptr;
  } catch (const Error& error) {
    cli::note(context, error.what());
    return nullptr;
  }
}

Json keys_json(const std::vector<DeviceKey>& keys) {
  Json list = Json::array();
  for (const DeviceKey& key : keys) list.add(key.display());
  return list;
}

Json old_json(const RebuildReport& report) {
  Json json = Json::object();
  json.set("aside", report.aside.string()).set("lost", report.old.lost);
  if (!report.old.carried) return json.set("taken_over", Json());
  const CarriedOver& carried = *report.old.carried;
  return json.set("taken_over", Json::object()
                                    .set("journal_rows", carried.journal_rows)
                                    .set("anomalies", carried.anomalies)
                                    .set("open_anomalies", carried.open_anomalies)
                                    .set("credentials", carried.credentials)
                                    .set("devices", carried.devices)
                                    .set("holds", carried.holds)
                                    .set("closures", carried.closures)
                                    .set("expired", carried.expired)
                                    .set("releases", carried.releases));
}

Json report_json(const RebuildReport& report, const std::string& from) {
  Json left_out = Json::array();
  for (const LeftOut& one : report.left_out) {
    left_out.add(Json::object().set("path", one.path).set("category", one.category).set("reason", one.reason));
  }
  Json json = Json::object();
  json.set("installation", report.installation_id).set("from", from).set("devices", report.devices);
  json.set("backups", report.backups).set("suspects", report.suspects).set("own_objects", report.own_objects);
  json.set("left_out", std::move(left_out)).set("without_backup", keys_json(report.without_backup));
  json.set("not_in_inventory", keys_json(report.not_in_inventory));
  return json.set("sequence", Json::array_of(report.sequence_gaps))
      .set("only_in_other", Json::array_of(report.only_in_other))
      .set("old_catalog", report.old.there ? old_json(report) : Json())
      .set("exit_code", exit_code_of(report));
}

void add_old_catalog(Lines& lines, const RebuildReport& report) {
  if (!report.old.there) return;
  lines.add(tr("Old catalog"), report.aside.string());
  if (!report.old.carried) {
    lines.add(tr("Not taken over"),
              fmt::format(fmt::runtime(tr("journal, anomalies, passwords: {}")), report.old.lost));
    return;
  }
  const CarriedOver& carried = *report.old.carried;
  lines.add(tr("Taken over"),
            fmt::format(
                fmt::runtime(tr("journal ({} rows), anomalies ({}, {} open), passwords ({}), devices without a "
                                "backup ({}), holds ({}), ended contracts ({}), expired backups ({}), releases ({})")),
                carried.journal_rows, carried.anomalies, carried.open_anomalies, carried.credentials, carried.devices,
                carried.holds, carried.closures, carried.expired, carried.releases));
}

// What the person has to do now, and what is gone for good.
void print_next_steps(const RebuildReport& report, Context& context) {
  cli::note(context, tr("Every backup is at proof 1 again until it is read back: backupd run, or restore-cli verify "
                        "--all --identity FILE. The proofs of the keys begin again too."));
  if (report.old.carried) return;
  cli::note(context,
            tr("Gone with the old catalog: its journal, its open anomalies (also clear files that somebody still "
               "has to destroy), and the device passwords: backupd secret set NAME."));
}

void print_report(const RebuildReport& report, Context& context) {
  Lines lines;
  lines.add(tr("Installation"), report.installation_id);
  lines.add(tr("Devices"), std::to_string(report.devices));
  lines.add(tr("Backups"), fmt::format(fmt::runtime(tr("{} ({} suspect)")), report.backups, report.suspects));
  for (const LeftOut& one : report.left_out) {
    lines.add(tr("Left out"),
              printable(one.path + tr(": ") + (one.category.empty() ? "" : one.category + ", ") + one.reason));
  }
  for (const DeviceKey& key : report.without_backup) lines.add(tr("No backup found of"), key.display());
  for (const DeviceKey& key : report.not_in_inventory) lines.add(tr("Not in the inventory"), key.display());
  for (const std::string& gap : report.sequence_gaps) lines.add(tr("Sequence"), gap);
  for (const std::string& path : report.only_in_other) lines.add(tr("Only in the other place"), printable(path));
  add_old_catalog(lines, report);
  context.out << lines.text();
}

int run(const Arguments& arguments, Context& context) {
  const Settings settings = cli::load_configuration(context.config_file);
  const Inventory inventory = load_inventory(settings.inventory);
  const KeyRing ring = reading_keys(arguments, settings);
  const std::string from = arguments.text("--from");
  BroughtStoreKey brought(arguments.text("--s3-credentials"));
  const StoreAccess access = brought.access();
  std::unique_ptr<Replica> source;
  if (from == kLocalReplica) {
    source = open_local(settings);
  } else {
    source = open_cloud(settings, access);
  }
  const auto other = other_place(from, settings, access, context);

  cli::Progress progress(context);
  const RebuildRequest request{
      .from = *source,
      .other = other.get(),
      .catalog = settings.installation.catalog,
      .existing = arguments.has("--replace") ? ExistingCatalog::keep_aside : ExistingCatalog::refuse,
      .ring = ring,
      .inventory = inventory,
      .account = current_account().text(),
      .progress = [&](std::size_t done, std::size_t total) {
        cli::throw_if_interrupted();
        progress.show(fmt::format("{}/{}", done, total));
      }};
  const RebuildReport report = rebuild_catalog(request, SystemClock());
  progress.clear();
  if (context.json) {
    context.out << report_json(report, from).text();
  } else {
    print_report(report, context);
  }
  print_next_steps(report, context);
  return exit_code_of(report);
}

}  // namespace

cli::Command rebuild_catalog_command() {
  cli::Command command;
  command.name = "rebuild-catalog";
  command.person = cli::Person::disaster;
  command.summary = tr_noop("make the catalog anew from one place");
  command.description = tr_noop(
      "When the catalog is lost or damaged. Reads the beginning and the end of every object and writes a new database: "
      "the "
      "same devices, backups and copies. Evidence begins again at proof 1. Stop backupd first. A catalog that is there "
      "and whole gives its journal, anomalies and passwords to the new one (--replace).");
  command.options = {
      cli::required(cli::choice("--from", {"local", "cloud"}, tr_noop("the place to read"))),
      cli::flag("--replace",
                tr_noop("take over journal, anomalies and passwords of the catalog that is there, and keep it aside")),
      cli::repeatable(
          cli::option("--identity", cli::Takes::file, tr_noop("FILE"), tr_noop("instead of the server's catalog key"))),
      cli::option("--signers", cli::Takes::file, tr_noop("FILE"),
                  tr_noop("whose signature counts, instead of the configured list")),
      store_key_option(),
  };
  command.examples = {{"restore-cli rebuild-catalog --from local", tr_noop("the catalog file is gone")},
                      {"restore-cli rebuild-catalog --from cloud --replace", tr_noop("the catalog is damaged")}};
  command.on_interrupt = cli::OnInterrupt::orderly;
  command.run = run;
  return command;
}

}  // namespace coffre
