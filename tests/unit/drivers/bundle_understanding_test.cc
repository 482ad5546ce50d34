#include "drivers/bundle_understanding.h"

#include <catch2/catch.hpp>

#include "bundle_of.h"
#include "small_definition.h"

using namespace coffre;

namespace {

using Parts = std::map<std::string, std::string>;

const Parts kGood{{"inspect/info.json", R"({"model":"M","users":[1]})"},
                  {"inspect/coffre-notes.txt", "small 1"},
                  {"restore/export.bin", "blob"}};

Parts with(const std::string& name, const std::string& data) {
  Parts parts = kGood;
  parts[name] = data;
  return parts;
}

Parts without(const std::string& name) {
  Parts parts = kGood;
  parts.erase(name);
  return parts;
}

}  // namespace

TEST_CASE("a good backup is understood: the same facts as the device gave, no problem") {
  const DeclarativeDriver driver(test::definition_of(test::kSmallDefinition));
  const auto result = test::understand(driver, kGood);
  CHECK(result.identity == DeviceIdentity{"Invented", "M", "", "", {{"users", 1}}});
  CHECK(result.understood_by == "inspect");
  CHECK(result.problems.empty());
}

TEST_CASE("parts that are cut, garbled, foreign or missing are named") {
  struct Row {
    const char* name;
    Parts parts;
    const char* problem;
  };
  const DeclarativeDriver driver(test::definition_of(test::kSmallDefinition));
  const std::vector<Row> rows{
      {"cut JSON", with("inspect/info.json", R"({"model":"M","us)"), "inspect/info.json: it is not JSON"},
      {"fact missing", with("inspect/info.json", R"({"model":"M"})"),
       "inspect/info.json: the answer does not say how many users there are"},
      {"other JSON", with("inspect/info.json", "{}"), "inspect/info.json: it lacks /model"},
      {"export empty", with("restore/export.bin", ""), "restore/export.bin: the answer is empty"},
      {"export an error", with("restore/export.bin", "<error/>"),
       "restore/export.bin: it begins like an error message, not like what was asked for"},
      {"unknown part", with("inspect/other.json", "{}"), "inspect/other.json: the driver small knows no such part"},
      {"export missing", without("restore/export.bin"), "restore/export.bin: it is missing"},
      {"info missing", without("inspect/info.json"), "inspect/info.json: it is missing"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const auto result = test::understand(driver, row.parts);
      REQUIRE_FALSE(result.problems.empty());
      CHECK(result.problems.front() == row.problem);
    }
  }
}

TEST_CASE("a container that is cut is found, although nobody can read its content") {
  const DeclarativeDriver driver(
      test::definition_of(test::small_with("min_bytes: 4", "min_bytes: 4, container: hikvision-config")));
  const std::string whole = test::hikvision_container(200'000);
  CHECK(test::understand(driver, with("restore/export.bin", whole)).problems.empty());
  const auto cut = test::understand(driver, with("restore/export.bin", whole.substr(0, 150'000)));
  CHECK(cut.problems == std::vector<std::string>{"restore/export.bin: it is cut: its header announces more bytes"});
}

TEST_CASE("a restore part that is parsed counts as understood by the artefact itself") {
  const DeclarativeDriver driver(
      test::definition_of(test::small_with("expect: {min_bytes: 4, not_prefix: [\"<\"]}", "expect: {format: json}")));
  CHECK(test::understand(driver, with("restore/export.bin", "{}")).understood_by == "artefact");
}
