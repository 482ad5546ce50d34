// The inventory as a table: client, site, contrat, responsable, suppléant, type, nom, adresse, pilote, identifiant.
//
// Import proposes, it does not decide: each row becomes a client, a site and a device, or a reason why not. Codes must
// be codes (lower case is accepted, raised and noted; anything else is refused with a proposal). A person is "Name
// <mail>", with a phone number after it if wanted. An address may be given without "https://". `contrat` is standard or
// renforcé; empty means standard. Export is the inverse for these columns (UTF-8 with byte order mark, `;`, CRLF: what
// French spreadsheets open). Pure functions; no shared state.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/inventory.h"

namespace coffre {

struct CsvProposal {
  Client client;
  Site site;
  Device device;  // pin empty: a person confirms it
};

struct CsvImportRow {
  std::size_t line = 0;                 // in the file
  std::string label;                    // "CLIEXEMP/SIEGEPARIS/NVR_NVR-HALL", or the cells as far as they go
  std::optional<CsvProposal> proposal;  // absent exactly when refused
  std::string refusal;                  // one sentence
  std::vector<std::string> notes;       // what was understood otherwise than written, one sentence each
};

struct CsvImport {
  std::vector<CsvImportRow> rows;
  std::vector<std::string> ignored_columns;  // headers that mean nothing to us, to be told
};

// Header names in any order, with or without accents and capitals; English names are understood too. Throws
// Error(usage) when the file is no CSV, or a column is missing (with what the unknown ones may have been) or given
// twice. Rows of one client or site must agree; the same device twice is refused at its second row. Retired devices and
// everything without a column stay as the inventory has them.
CsvImport parse_inventory_csv(std::string_view text);

// Where a table says something else than the inventory, by the table's columns, in the words that a table has.
struct CsvDifference {
  std::string column;  // "adresse"
  std::string in_inventory;
  std::string in_table;
};
// adresse, pilote, identifiant.
std::vector<CsvDifference> csv_differences(const Device& known, const Device& from_table);
// contrat, responsable, suppléant; an empty cell for a person says nothing, and differs from nothing.
std::vector<CsvDifference> csv_differences(const Site& known, const Site& from_table);

// One row a device, by client, site, type, name; retired devices are left out.
std::string format_inventory_csv(const Inventory& inventory);

}  // namespace coffre
