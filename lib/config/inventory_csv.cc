#include "config/inventory_csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <regex>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "base/translate.h"
#include "config/csv.h"
#include "config/suggest.h"
#include "config/value_forms.h"

namespace coffre {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kScheme = "https://";

enum Column : std::size_t { client, site, contract, owner, deputy, type, name, address, driver, credential, kColumns };

struct ColumnName {
  std::string_view french;  // as exported
  std::string_view folded;
  std::string_view english;
};
constexpr std::array<ColumnName, kColumns> kNames = {{{"client", "client", "client"},
                                                      {"site", "site", "site"},
                                                      {"contrat", "contrat", "contract"},
                                                      {"responsable", "responsable", "owner"},
                                                      {"suppléant", "suppleant", "deputy"},
                                                      {"type", "type", "type"},
                                                      {"nom", "nom", "name"},
                                                      {"adresse", "adresse", "address"},
                                                      {"pilote", "pilote", "driver"},
                                                      {"identifiant", "identifiant", "credential"}}};

using Cells = std::array<std::string, kColumns>;

// A row's reason against it: the row is the job whose boundary catches it.
template <typename... Arguments>
Error refused(const char* sentence, const Arguments&... arguments) {
  return {ErrorCode::usage, tr("reading a row"), fmt::format(fmt::runtime(sentence), arguments...)};
}

struct Header {
  std::vector<std::optional<Column>> columns;  // by place in the row
  std::vector<std::string> ignored;
};

// A title that means nothing, with the missing column that it may have been meant for.
std::string perhaps(const std::string& title, const std::array<bool, kColumns>& seen) {
  const std::string shown = printable(title);
  for (std::size_t column = 0; column < kColumns; ++column) {
    const ColumnName& name = kNames.at(column);
    const std::vector<std::string> both = {std::string(name.folded), std::string(name.english)};
    if (seen.at(column) || nearest(title, both).empty()) continue;
    return fmt::format(fmt::runtime(tr("\"{}\" (perhaps {})")), shown, name.french);
  }
  return fmt::format(fmt::runtime(tr("\"{}\"")), shown);
}

Header header_of(const CsvRecord& record) {
  const auto bad = [](std::string why) {
    return Error(ErrorCode::usage, tr("reading the table's header"), std::move(why));
  };
  Header header;
  std::array<bool, kColumns> seen{};
  for (const std::string& title : record.fields) {
    const std::string word = folded(title);
    const auto known = std::find_if(kNames.begin(), kNames.end(),
                                    [&](const ColumnName& one) { return word == one.folded || word == one.english; });
    if (known == kNames.end()) {
      header.columns.emplace_back();
      if (!word.empty()) header.ignored.push_back(title);
      continue;
    }
    const auto column = static_cast<Column>(known - kNames.begin());
    if (seen.at(column)) throw bad(fmt::format(fmt::runtime(tr("the column \"{}\" is there twice")), known->french));
    seen.at(column) = true;
    header.columns.emplace_back(column);
  }
  std::vector<std::string> missing;
  for (std::size_t column = 0; column < kColumns; ++column) {
    if (!seen.at(column)) missing.emplace_back(kNames.at(column).french);
  }
  if (missing.empty()) return header;
  std::string why = fmt::format(fmt::runtime(tr("missing columns: {}")), join(missing, ", "));
  if (!header.ignored.empty()) {
    std::vector<std::string> unknown;
    for (const std::string& title : header.ignored) unknown.push_back(perhaps(title, seen));
    why += fmt::format(fmt::runtime(tr("; not known: {}")), join(unknown, ", "));
  }
  throw bad(why);
}

Code code_of(const Cells& cells, Column column) {
  const std::string& cell = cells.at(column);
  if (cell.empty()) throw refused(tr("the column \"{}\" is empty"), kNames.at(column).french);
  const std::optional<Code> code = Code::create(to_upper_ascii(cell));
  if (code) return *code;
  const std::string proposal = suggested_code(cell);
  if (proposal.empty()) {
    throw refused(tr("{} \"{}\": codes are upper-case letters, digits and hyphens, at most 32"),
                  kNames.at(column).french, cell);
  }
  throw refused(tr("{} \"{}\": codes are upper-case letters, digits and hyphens, at most 32: write {}"),
                kNames.at(column).french, cell, proposal);
}

// Codes that stand in lower case in the table.
std::vector<std::string> raised_codes(const Cells& cells) {
  std::vector<std::string> notes;
  for (const Column column : {client, site, type, name}) {
    const std::string& cell = cells.at(column);
    const std::string raised = to_upper_ascii(cell);
    if (raised == cell) continue;
    notes.push_back(fmt::format(fmt::runtime(tr("{} \"{}\" is taken as {}: codes are upper-case letters")),
                                kNames.at(column).french, cell, raised));
  }
  return notes;
}

// "Anne Martin <a.martin@example.fr> 01 23 45 67 89": every part but one may be missing.
std::optional<Person> person_of(const Cells& cells, Column column) {
  const std::string_view cell = cells.at(column);
  if (cell.empty()) return std::nullopt;
  const std::size_t open = cell.find('<');
  if (open == std::string_view::npos) {
    if (cell.find('@') != std::string_view::npos) return Person{std::string(cell), std::string(cell), ""};
    return Person{std::string(cell), "", ""};
  }
  const std::size_t close = cell.find('>', open);
  if (close == std::string_view::npos) throw refused(tr("{}: write a person as Name <mail>"), kNames.at(column).french);
  Person person{std::string(trim(cell.substr(0, open))), std::string(trim(cell.substr(open + 1, close - open - 1))),
                std::string(trim(cell.substr(close + 1)))};
  if (person.name.empty()) person.name = person.mail;
  static const std::regex kMail(R"(^[^@\s<>]+@[^@\s<>]+\.[A-Za-z]{2,}$)");
  const bool bad_mail = !person.mail.empty() && !std::regex_search(person.mail, kMail);
  if (bad_mail || person.name.empty()) throw refused(tr("{}: write a person as Name <mail>"), kNames.at(column).french);
  return person;
}

std::string address_of(const std::string& cell) {
  static const std::regex kAddress(
      R"(^https://([A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9a-fA-F:.]{2,45}\])(:[1-9][0-9]{0,4})?$)");
  if (cell.empty()) throw refused(tr("the column \"{}\" is empty"), kNames[address].french);
  std::string full = cell.find("://") == std::string::npos ? std::string(kScheme) + cell : cell;
  if (full.ends_with('/')) full.pop_back();
  // The cell is not repeated: people put passwords into addresses.
  if (!std::regex_search(full, kAddress) || !has_possible_port(full)) {
    throw refused(tr("the address has to be https://host or https://host:port, without user, password or path"));
  }
  return full;
}

std::string word_of(const Cells& cells, Column column, const std::regex& form) {
  const std::string& cell = cells.at(column);
  if (!std::regex_search(cell, form)) {
    throw refused(tr("{} \"{}\": only letters, digits and \"-\" (credentials also \".\" and \"_\")"),
                  kNames.at(column).french, cell);
  }
  return cell;
}

CsvProposal proposal_of(const Cells& cells) {
  static const std::regex kDriver("^[a-z0-9][a-z0-9-]{0,63}$");
  static const std::regex kCredential("^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$");
  for (const std::string& cell : cells) {
    if (cell.size() > 300) throw refused(tr("a cell is longer than {} bytes"), 300);
    if (printable(cell) != cell) throw refused(tr("a cell holds a control character or a line break"));
  }
  const Code client_code = code_of(cells, client);
  const Code site_code = code_of(cells, site);
  const DeviceKey key{client_code, site_code, code_of(cells, type), code_of(cells, name)};
  Client new_client{client_code, cells[client], {}, {}, {}, {}, {}, {}};
  Site new_site{client_code, site_code, cells[site], Contract::standard, {}, {}, {}, {}, {}, {}};
  if (!cells[contract].empty()) {
    const std::optional<Contract> given = parse_contract(cells[contract]);
    if (!given) throw refused(tr("contrat \"{}\" is neither standard nor renforcé"), cells[contract]);
    new_site.contract = *given;
  }
  new_site.backup_owner = person_of(cells, owner);
  new_site.deputy = person_of(cells, deputy);
  Device device{
      key, word_of(cells, driver, kDriver), address_of(cells[address]), {}, {}, Collection::automatic, {}, {}, {}, {}};
  if (!cells[credential].empty()) device.credential = word_of(cells, credential, kCredential);
  return {std::move(new_client), std::move(new_site), std::move(device)};
}

bool same_person(const std::optional<Person>& a, const std::optional<Person>& b) {
  if (!a || !b) return a.has_value() == b.has_value();
  return a->name == b->name && a->mail == b->mail && a->phone == b->phone;
}

// Rows accepted so far, for rows that contradict them.
class Accepted {
 public:
  void add(const CsvProposal& proposal, std::size_t line) {
    const auto [device, fresh] = devices_.emplace(proposal.device.key, line);
    if (!fresh) throw refused(tr("the same device as in line {}"), device->second);
    const std::string key = site_key(proposal.site.client, proposal.site.code);
    const auto [site_row, first] = sites_.emplace(key, std::pair(proposal.site, line));
    const Site& known = site_row->second.first;
    const bool agrees = known.contract == proposal.site.contract && same_person(known.deputy, proposal.site.deputy) &&
                        same_person(known.backup_owner, proposal.site.backup_owner);
    if (first || agrees) return;
    devices_.erase(device);
    throw refused(tr("contract, owner or deputy of the site differ from line {}"), site_row->second.second);
  }

 private:
  std::map<DeviceKey, std::size_t> devices_;
  std::map<std::string, std::pair<Site, std::size_t>> sites_;
};

Cells cells_of(const CsvRecord& record, const Header& header) {
  Cells cells;
  for (std::size_t i = 0; i < record.fields.size() && i < header.columns.size(); ++i) {
    if (!header.columns[i]) continue;
    cells.at(*header.columns[i]) = without_formula_guard(trim(record.fields[i]));
  }
  return cells;
}

std::string person_text(const std::optional<Person>& person) {
  if (!person) return {};
  if (person->mail.empty() && person->phone.empty()) return person->name;
  std::string out = person->name + " <" + person->mail + ">";
  if (!person->phone.empty()) out += " " + person->phone;
  return out;
}

std::string contract_text(Contract contract) {
  return contract == Contract::reinforced ? "renforcé" : "standard";
}

void note_difference(std::vector<CsvDifference>& differences, Column column, std::string known, std::string table) {
  if (known == table) return;
  differences.push_back({std::string(kNames.at(column).french), std::move(known), std::move(table)});
}

std::string row_text(const Cells& cells) {
  std::vector<std::string> fields;
  for (const std::string& cell : cells) fields.push_back(csv_field(cell, ';'));
  return join(fields, ";") + "\r\n";
}

}  // namespace

CsvImport parse_inventory_csv(std::string_view text) {
  const std::vector<CsvRecord> records = parse_csv(text);
  if (records.empty()) throw Error(ErrorCode::usage, tr("reading the table's header"), tr("the file is empty"));
  Header header = header_of(records.front());
  CsvImport import;
  import.ignored_columns = std::move(header.ignored);
  Accepted accepted;
  for (std::size_t i = 1; i < records.size(); ++i) {
    const Cells cells = cells_of(records[i], header);
    CsvImportRow row;
    row.line = records[i].line;
    row.label = printable(fmt::format("{}/{}/{}_{}", cells[client], cells[site], cells[type], cells[name]));
    try {
      if (records[i].fields.size() != header.columns.size()) {
        throw refused(tr("{} cells, but the header has {}"), records[i].fields.size(), header.columns.size());
      }
      CsvProposal proposal = proposal_of(cells);
      accepted.add(proposal, row.line);
      row.label = proposal.device.key.display();
      row.proposal = std::move(proposal);
      row.notes = raised_codes(cells);
    } catch (const Error& error) {
      row.refusal = printable(error.reason());
    }
    import.rows.push_back(std::move(row));
  }
  return import;
}

std::vector<CsvDifference> csv_differences(const Device& known, const Device& from_table) {
  std::vector<CsvDifference> differences;
  note_difference(differences, address, known.address, from_table.address);
  note_difference(differences, driver, known.driver, from_table.driver);
  note_difference(differences, credential, known.credential, from_table.credential);
  return differences;
}

std::vector<CsvDifference> csv_differences(const Site& known, const Site& from_table) {
  std::vector<CsvDifference> differences;
  note_difference(differences, contract, contract_text(known.contract), contract_text(from_table.contract));
  if (from_table.backup_owner) {
    note_difference(differences, owner, person_text(known.backup_owner), person_text(from_table.backup_owner));
  }
  if (from_table.deputy) {
    note_difference(differences, deputy, person_text(known.deputy), person_text(from_table.deputy));
  }
  return differences;
}

std::string format_inventory_csv(const Inventory& inventory) {
  std::string out(kByteOrderMark);
  Cells titles;
  for (std::size_t column = 0; column < kColumns; ++column) titles.at(column) = kNames.at(column).french;
  out += row_text(titles);
  for (const auto& [key, device] : inventory.devices) {
    if (device.retired) continue;
    const Site& at = inventory.site_of(key);
    Cells cells;
    cells[client] = key.client.text();
    cells[site] = key.site.text();
    cells[contract] = contract_text(at.contract);
    cells[owner] = person_text(at.backup_owner);
    cells[deputy] = person_text(at.deputy);
    cells[type] = key.type.text();
    cells[name] = key.name.text();
    cells[address] = device.address;
    cells[driver] = device.driver;
    cells[credential] = device.credential;
    out += row_text(cells);
  }
  return out;
}

}  // namespace coffre
