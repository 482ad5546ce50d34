// The integrator's table of clients, sites and devices -> our inventory (`backupd inventory import`).
//
// Two steps: `judge_import` says, row by row, what would become of it and asks no device; `apply_import` writes the
// rows that are ready, all in one edit of each file. Idempotent: importing the same table again changes no byte.
// Nothing is written of a row whose certificate was not confirmed by a person: it is told again at the next import.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "config/inventory_csv.h"
#include "service/estate/device_admin.h"

namespace coffre {

enum class ImportVerdict {
  ready,        // complete: pin known from the inventory, or confirmed now
  unchanged,    // the inventory says the same already
  unconfirmed,  // its certificate must be confirmed by a person
  refused,      // see `reason`
};

struct ImportRow {
  std::size_t line = 0;
  std::string label;
  ImportVerdict verdict = ImportVerdict::refused;
  std::string reason;                    // of a refusal
  std::optional<CsvProposal> proposal;   // unless refused; the device's pin filled in when it is known
  std::vector<CsvDifference> changes{};  // of a device that the inventory has: what writing the row changes
  std::vector<std::string> notes{};      // what a person should know of the row or still has to do, one sentence each
};

// Pins that the inventory has for the same address are kept. A driver that is unknown here is a refusal. A password
// that is not stored yet, a type that no device has yet, a site that the inventory has otherwise (and that stays):
// notes.
std::vector<ImportRow> judge_import(const Installation& at, const CsvImport& table);

// Writes every ready row into the inventory (device_admin's place rules); returns how many entries changed. One journal
// row for the import, and one for each certificate that was confirmed.
std::size_t apply_import(Installation& at, const InventoryPlace& place, const std::vector<ImportRow>& rows);

}  // namespace coffre
