#include "model/kind.h"

#include <catch2/catch.hpp>
#include <string>

namespace coffre {
namespace {

struct Row {
  Kind kind;
  std::uint8_t number;  // as in the file header
  std::string text;
  bool device_backup;
};

const Row kRows[] = {
    {Kind::hebdo, 1, "HEBDO", true},     {Kind::pre, 2, "PRE", true},          {Kind::post, 3, "POST", true},
    {Kind::mensuel, 4, "MENSUEL", true}, {Kind::catalog, 5, "CATALOG", false}, {Kind::anchor, 6, "ANCHOR", false},
    {Kind::drill, 7, "DRILL", false},
};

TEST_CASE("each kind has its number of the file header, its word of the name, and its owner") {
  for (const Row& row : kRows) {
    DYNAMIC_SECTION(row.text) {
      CHECK(static_cast<std::uint8_t>(row.kind) == row.number);
      CHECK(kind_from_number(row.number) == row.kind);
      CHECK(to_string(row.kind) == row.text);
      CHECK(kind_from_string(row.text) == row.kind);
      CHECK(is_device_backup(row.kind) == row.device_backup);
    }
  }
}

TEST_CASE("numbers and words of no kind are refused") {
  CHECK_FALSE(kind_from_number(0));
  CHECK_FALSE(kind_from_number(8));
  CHECK_FALSE(kind_from_number(255));
  for (const std::string text : {"", "hebdo", "HEBDO ", "HEBD", "HEBDOM", "SNAPSHOT"}) {
    CAPTURE(text);
    CHECK_FALSE(kind_from_string(text));
  }
}

}  // namespace
}  // namespace coffre
