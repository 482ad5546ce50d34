// A configuration edited by hand, and wrong: exit code 2, the place, and nothing done. The many kinds of mistakes are
// in tests/unit/config; here are a few through the whole program.
#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>

#include "fleet.h"

using namespace coffre::test;

namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

int line_of(const std::string& text, const std::string& part) {
  const auto at = text.find(part);
  REQUIRE(at != std::string::npos);
  return 1 + static_cast<int>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
}

}  // namespace

TEST_CASE("a mistake in a file that people edit ends with exit code 2 and its file, line and column") {
  struct Row {
    const char* name;
    const char* file;
    const char* from;
    const char* to;
    const char* mark;    // stands in the line that is wrong
    const char* column;  // ":COLUMN:"
  };
  const std::vector<Row> rows{
      {"unknown key", "coffre.yaml", "required_proof: 4", "required_prof: 4", "required_prof", ":1:"},
      {"value out of range", "coffre.yaml", "required_proof: 4", "required_proof: 9", "required_proof: 9", ":17:"},
      {"a key twice", "coffre.yaml", "required_proof: 4", "required_proof: 4\nrequired_proof: 3", "required_proof: 3",
       ":1:"},
      {"a tab", "coffre.yaml", "  directory: keys", "\tdirectory: keys", "\tdirectory: keys", ":1:"},
      {"an address that is not https", "inventory/fleet.yaml", "address: https", "address: http", "address: http",
       ":14:"},
      {"a code with a blank", "inventory/fleet.yaml",
       "CLIEXEMP/SIEGEPARIS/NVR_NVR:", "CLIEXEMP/SIEGEPARIS/NVR_NVR 1:", "NVR_NVR 1", ":3:"},
  };
  Fleet fleet({.devices = 1});
  for (const Row& row : rows) {
    INFO("row: " << row.name);
    const auto file = fleet.server() / row.file;
    const std::string good = read_file(file);
    const std::string bad = replaced(good, row.from, row.to);
    write_file(file, bad);
    const auto run = fleet.call("backupd", {"run"});
    INFO(run.err);
    CHECK(run.exit_code == 2);
    CHECK(run.out.empty());
    CHECK_THAT(run.err, Catch::Contains(file.string() + ":" + std::to_string(line_of(bad, row.mark)) + row.column));
    write_file(file, good);
  }
  CHECK(fleet.recorders().counts("*").total == 0);
  CHECK(fleet.run().exit_code == 0);
}
