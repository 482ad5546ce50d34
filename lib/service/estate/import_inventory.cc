#include "service/estate/import_inventory.h"

#include <fmt/format.h>

#include <array>
#include <set>

#include "base/text.h"
#include "base/translate.h"
#include "catalog/credentials.h"
#include "catalog/journal.h"
#include "config/suggest.h"
#include "drivers/driver.h"
#include "service/backup/unknown_drivers.h"

namespace coffre {
namespace {

// What is backed up (design.md): recorders, video management systems, cameras. Any other code is allowed.
constexpr std::array<const char*, 3> kUsualTypes = {"CAM", "NVR", "VMS"};

const Device* known_device(const Installation& at, const DeviceKey& key) {
  const auto found = at.inventory.devices.find(key);
  return found == at.inventory.devices.end() ? nullptr : &found->second;
}

// What a table says of a device; the rest (recipients, settings, ...) stays as the inventory has it.
Device merged(const Device& from_table, const Device* known) {
  if (known == nullptr) return from_table;
  Device device = *known;
  if (device.address != from_table.address) device.pin.clear();  // another address shows its own certificate
  device.driver = from_table.driver;
  device.address = from_table.address;
  device.credential = from_table.credential;
  return device;
}

// What the rows of one table are compared with.
struct Known {
  const Installation& at;
  std::set<std::string> credentials{};  // whose password is stored
  std::set<std::string> types{};        // of devices
};

Known known_of(const Installation& at) {
  Known known{.at = at};
  at.catalog.read([&](Session& session) {
    for (const CredentialRow& row : list_credentials(session)) known.credentials.insert(row.name);
  });
  known.types.insert(kUsualTypes.begin(), kUsualTypes.end());
  for (const auto& entry : at.inventory.devices) known.types.insert(entry.first.type.text());
  return known;
}

void add_notes(ImportRow& row, const Known& known) {
  const Device& device = row.proposal->device;
  if (const std::string& type = device.key.type.text(); !known.types.contains(type)) {
    row.notes.push_back(fmt::format(fmt::runtime(tr("type {} is new, and stays in the name of each backup; known: {}")),
                                    type, join({known.types.begin(), known.types.end()}, ", ")));
  }
  if (!device.credential.empty() && !known.credentials.contains(device.credential)) {
    row.notes.push_back(fmt::format(fmt::runtime(tr("no password is stored yet: backupd secret set {} --user USER")),
                                    device.credential));
  }
  const auto site = known.at.inventory.sites.find(site_key(device.key.client, device.key.site));
  if (site == known.at.inventory.sites.end()) return;
  for (const CsvDifference& one : csv_differences(site->second, row.proposal->site)) {
    row.notes.push_back(
        fmt::format(fmt::runtime(tr("{} of the site stays \"{}\" (table: \"{}\"): change it in the inventory file")),
                    one.column, one.in_inventory.empty() ? "-" : one.in_inventory, one.in_table));
  }
}

ImportRow judge_row(const Known& all, const CsvImportRow& row) {
  ImportRow judged{.line = row.line, .label = row.label, .reason = row.refusal, .proposal = row.proposal};
  judged.notes = row.notes;
  if (!row.proposal) return judged;
  const Device& wanted = row.proposal->device;
  if (all.at.drivers->find(wanted.driver) == nullptr) {
    judged.reason = no_such_driver(wanted.driver, *all.at.drivers);
    judged.proposal.reset();
    return judged;
  }
  const Device* const known = known_device(all.at, wanted.key);
  if (known != nullptr) judged.changes = csv_differences(*known, wanted);
  judged.proposal->device = merged(wanted, known);
  add_notes(judged, all);
  if (judged.proposal->device.pin.empty()) {
    judged.verdict = ImportVerdict::unconfirmed;
  } else {
    const bool same = known != nullptr && judged.changes.empty();
    judged.verdict = same ? ImportVerdict::unchanged : ImportVerdict::ready;
  }
  return judged;
}

// A certificate that a person has confirmed at this import is on record as one confirmed alone is.
void journal_pin(const Installation& at, Session& session, const Device& device, Instant now) {
  const Device* const known = known_device(at, device.key);
  const std::string old_pin = known == nullptr ? std::string() : known->pin;
  if (old_pin == device.pin) return;
  append_journal(session,
                 {.account = at.account,
                  .action = "device_pin",
                  .subject = device.key.display(),
                  .result = "done",
                  .ticket = {},
                  .detail = {{"old", old_pin}, {"new", device.pin}, {"reason", "confirmed at an import"}}},
                 now);
}

}  // namespace

std::vector<ImportRow> judge_import(const Installation& at, const CsvImport& table) {
  std::vector<ImportRow> rows;
  rows.reserve(table.rows.size());
  const Known known = known_of(at);
  for (const CsvImportRow& row : table.rows) rows.push_back(judge_row(known, row));
  return rows;
}

std::size_t apply_import(Installation& at, const InventoryPlace& place, const std::vector<ImportRow>& rows) {
  std::vector<const Device*> written;
  InventoryEditor editor(at, place);
  for (const ImportRow& row : rows) {
    if (row.verdict != ImportVerdict::ready || !row.proposal) continue;
    editor.put(row.proposal->client, row.proposal->site, row.proposal->device);
    written.push_back(&row.proposal->device);
  }
  if (written.empty()) return 0;
  editor.write();
  const Instant now = at.clock.now();
  at.catalog.write([&](Session& session) {
    for (const Device* const device : written) journal_pin(at, session, *device, now);
    append_journal(session,
                   {.account = at.account,
                    .action = "inventory_import",
                    .subject = "inventory",
                    .result = "done",
                    .ticket = {},
                    .detail = {{"devices", std::to_string(written.size())}}},
                   now);
  });
  return written.size();
}

}  // namespace coffre
