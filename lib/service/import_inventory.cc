#include "service/import_inventory.h"

#include <fmt/format.h>

#include "base/translate.h"
#include "catalog/journal.h"

namespace coffre {
namespace {

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

bool says_the_same(const Device& a, const Device& b) {
  return a.driver == b.driver && a.address == b.address && a.credential == b.credential;
}

ImportRow judge_row(const Installation& at, const CsvImportRow& row) {
  ImportRow judged{.line = row.line, .label = row.label, .reason = row.refusal, .proposal = row.proposal};
  if (!row.proposal) return judged;
  const Device& wanted = row.proposal->device;
  if (at.drivers->find(wanted.driver) == nullptr) {
    judged.reason = fmt::format(fmt::runtime(tr("there is no driver \"{}\"")), wanted.driver);
    judged.proposal.reset();
    return judged;
  }
  const Device* const known = known_device(at, wanted.key);
  judged.proposal->device = merged(wanted, known);
  if (judged.proposal->device.pin.empty()) {
    judged.verdict = ImportVerdict::unconfirmed;
  } else {
    const bool same = known != nullptr && says_the_same(*known, wanted);
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
  for (const CsvImportRow& row : table.rows) rows.push_back(judge_row(at, row));
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
