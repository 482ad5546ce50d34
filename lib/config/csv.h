// Comma-separated values as RFC 4180 and spreadsheets write them. Pure; texts are UTF-8.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace coffre {

struct CsvRecord {
  std::size_t line = 1;  // on which the record starts
  std::vector<std::string> fields;
};

inline constexpr std::size_t kMaxCsvBytes = std::size_t{8} * 1024 * 1024;
inline constexpr std::size_t kMaxCsvFields = 200'000;  // in the whole file

// A leading byte order mark is skipped; the separator is `;` or `,`, whichever the first record holds more often
// outside quotes; records end with LF or CRLF; blank lines are skipped. A field in double quotes may hold separators,
// line breaks and doubled quotes. Throws Error(usage) "line N: ..." for what is not UTF-8, holds NUL, has a quote in
// the wrong place or never closed, or exceeds a limit.
std::vector<CsvRecord> parse_csv(std::string_view text);

// One field: quoted when it must be. A spreadsheet would run `=`, `+`, `-`, `@` as a formula: such a field, and one
// that starts with tab, CR or an apostrophe before one of these, gets an apostrophe in front.
std::string csv_field(std::string_view text, char separator);
// Undoes that apostrophe.
std::string without_formula_guard(std::string_view field);

}  // namespace coffre
