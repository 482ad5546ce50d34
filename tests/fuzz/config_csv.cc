// Any bytes as a CSV file: refused with Error(usage), or records whose fields, written again, read as the same; rows of
// an inventory are either proposals or refusals of one line.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/text.h"
#include "config/csv.h"
#include "config/inventory_csv.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using namespace coffre;

void require(bool condition) {
  if (!condition) std::abort();
}

void read_records(std::string_view text) {
  std::vector<std::vector<std::string>> wanted;
  std::string again;
  for (const CsvRecord& record : parse_csv(text)) {
    std::vector<std::string> fields = {"x"};  // a first field that keeps a record from looking blank
    for (const std::string& field : record.fields) fields.push_back(field);
    std::string line;
    for (const std::string& field : fields) line += csv_field(field, ';') + ";";
    fields.emplace_back();
    wanted.push_back(std::move(fields));
    again += line + "\r\n";
  }
  const std::vector<CsvRecord> records =
      parse_csv("a;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;\r\n" + again);
  require(records.size() == wanted.size() + 1);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    require(records[i + 1].fields.size() == wanted[i].size());
    for (std::size_t j = 0; j < wanted[i].size(); ++j) {
      require(without_formula_guard(records[i + 1].fields[j]) == wanted[i][j]);
    }
  }
}

void read_rows(std::string_view text) {
  const std::string header = "client;site;contrat;responsable;suppléant;type;nom;adresse;pilote;identifiant\n";
  for (const CsvImportRow& row : parse_inventory_csv(header + std::string(text)).rows) {
    require(row.proposal.has_value() == row.refusal.empty());
    require(printable(row.refusal) == row.refusal && printable(row.label) == row.label);
  }
}

template <typename Function>
void usage_errors_only(Function function) {
  try {
    function();
  } catch (const Error& error) {
    require(error.code() == ErrorCode::usage);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  usage_errors_only([&] { read_records(text); });
  usage_errors_only([&] { read_rows(text); });
  usage_errors_only([&] { parse_inventory_csv(text); });
  return 0;
}
