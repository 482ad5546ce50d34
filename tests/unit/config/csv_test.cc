#include "config/csv.h"

#include <catch2/catch.hpp>

#include "base/error.h"

namespace coffre {
namespace {

std::string shape_of(std::string_view text) {
  std::string out;
  for (const CsvRecord& record : parse_csv(text)) {
    out += std::to_string(record.line) + ":";
    for (const std::string& field : record.fields) out += "[" + field + "]";
    out += " ";
  }
  return out;
}

}  // namespace

TEST_CASE("tables are read as spreadsheets write them") {
  struct Row {
    std::string name;
    std::string text;
    std::string shape;
  };
  const auto row = GENERATE(values<Row>({
      {"nothing", "", ""},
      {"semicolons", "a;b\nc;d\n", "1:[a][b] 2:[c][d] "},
      {"commas", "a,b;c,d\n1,2;3,4\n", "1:[a][b;c][d] 2:[1][2;3][4] "},
      {"a byte order mark and CRLF",
       "\xEF\xBB\xBF"
       "a;b\r\nc;d\r\n",
       "1:[a][b] 2:[c][d] "},
      {"no line end at the end", "a;b", "1:[a][b] "},
      {"CR at the end", "a;b\r", "1:[a][b] "},
      {"empty fields", ";a;\n;;\n", "1:[][a][] 2:[][][] "},
      {"quotes", "\"a;b\";\"say \"\"hi\"\"\";\"\"\n", "1:[a;b][say \"hi\"][] "},
      {"a line break inside", "a;b\n\"x\ny\";2\nz;3\n", "1:[a][b] 2:[x\ny][2] 4:[z][3] "},
      {"CRLF inside", "\"x\r\ny\";2\r\n", "1:[x\r\ny][2] "},
      {"blank lines", "a;b\n\n   \n\r\nc;d\n", "1:[a][b] 5:[c][d] "},
      {"separators in quotes do not count", "\"a,b,c,d\";e\n1;2\n", "1:[a,b,c,d][e] 2:[1][2] "},
      {"one column", "a\nb\n", "1:[a] 2:[b] "},
  }));
  DYNAMIC_SECTION(row.name) {
    CHECK(shape_of(row.text) == row.shape);
  }
}

TEST_CASE("what is no table is refused with its line") {
  struct Row {
    std::string name;
    std::string text;
    std::string reason;
  };
  const auto row = GENERATE(values<Row>({
      {"a quotation mark inside", "a;b\nc\"d;e\n", "line 2: a quotation mark in the middle of a field"},
      {"one never closed", "a;b\nc;\"d\ne\n", "line 2: a quotation mark is opened and not closed"},
      {"text behind a quoted field", "a;b\n\"c\"d;e\n", "line 2: text behind a closing quotation mark"},
      {"Windows-1252", "a;b\nSi\xE8ge;c\n", "line 2: a character is not UTF-8: save the table as \"CSV UTF-8\""},
      {"NUL", std::string("a;b\n\0;c\n", 8), "line 2: a NUL character: this is no CSV file"},
      {"a spreadsheet file", "PK\x03\x04\xFF\xFE", "line 1: a character is not UTF-8: save the table as \"CSV UTF-8\""},
      {"too many fields", std::string(kMaxCsvFields, ';'), "line 1: the file has too many fields"},
      {"too large", std::string(kMaxCsvBytes + 1, 'a'), "line 1: the file is too large"},
  }));
  DYNAMIC_SECTION(row.name) {
    try {
      parse_csv(row.text);
      FAIL("accepted");
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::usage);
      CHECK(error.reason() == row.reason);
    }
  }
}

TEST_CASE("a field comes back as itself, and never as a formula") {
  const auto text = GENERATE(values<std::string>({"", "a", " a ", "a;b", "a,b", "say \"hi\"", "x\ny", "x\r\ny", "=1+1",
                                                  "+33 1 23", "-A", "@SUM(A1)", "\tx", "'a", "'=a", "''=a", "'", "é"}));
  INFO(text);
  const std::string field = csv_field(text, ';');
  const std::vector<CsvRecord> records = parse_csv("x;" + field + ";y\n");
  REQUIRE(records.size() == 1);
  REQUIRE(records[0].fields.size() == 3);
  CHECK(without_formula_guard(records[0].fields[1]) == text);
  const std::string& seen = records[0].fields[1];
  CHECK((seen.empty() || std::string("=+-@\t\r").find(seen[0]) == std::string::npos));
}

}  // namespace coffre
