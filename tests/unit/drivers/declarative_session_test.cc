#include "drivers/declarative_session.h"

#include <catch2/catch.hpp>

#include "bundle_of.h"
#include "small_definition.h"

using namespace coffre;

namespace {

struct Small {
  test::ScriptedDevice device;
  DeclarativeDriver driver;
  test::CountingRandom random;
  std::unique_ptr<DeviceSession> session;

  explicit Small(std::string_view yaml) : driver(test::definition_of(yaml), test::transport_to(device)) {
    session = driver.open(test::access(), random, {});
    device.on("GET /info", {200, R"({"model":"M","users":[1,2]})", "application/json", "digest", false});
  }
  test::Backup back_up() { return test::back_up(driver, *session); }
  std::string failure() {
    return test::failure_of([this] { back_up(); });
  }
};

}  // namespace

TEST_CASE("parts are stored byte for byte, and what a device does not have is noted in the backup") {
  Small small(test::kSmallDefinition);
  std::string blob;
  for (int i = 0; blob.size() < 300'000; ++i) blob += static_cast<char>(i * 7);
  small.device.on("GET /export", {200, blob, "application/octet-stream", "digest", false});
  const test::Backup backup = small.back_up();
  CHECK(backup.parts.at("restore/export.bin") == blob);
  CHECK(backup.parts.at("inspect/info.json") == R"({"model":"M","users":[1,2]})");
  CHECK(backup.collected.restore_bytes == blob.size());
  CHECK(backup.collected.export_password.empty());
  CHECK_THAT(backup.parts.at(std::string(kNotesPart)), Catch::Contains("not available on this device: extra"));
  CHECK(backup.before.vendor == "Invented");
  CHECK(backup.before.counts.at("users") == 2);
  CHECK(backup.understood.problems.empty());
}

TEST_CASE("facts are asked twice, everything else once") {
  Small small(test::kSmallDefinition);
  small.device.on("GET /export", {200, "blob", "", "digest", false});
  small.back_up();
  std::map<std::string, int> times;
  for (const auto& sent : small.device.sent) ++times[sent.target];
  CHECK(times == std::map<std::string, int>{{"/info", 3}, {"/extra", 1}, {"/export", 1}});
}

TEST_CASE("a failed export ends the collection; its bytes never look like a part") {
  struct Row {
    const char* name;
    int status;
    std::string body;
    std::string failure;
  };
  const std::vector<Row> rows{
      {"absent", 404, "no", "unsupported: this device does not have what the driver needs"},
      {"error page", 200, "<ResponseStatus/>",
       "implausible: it begins like an error message, not like what was asked for"},
      {"empty", 200, "", "implausible: the answer is empty"},
      {"short", 200, "abc", "implausible: only 3 bytes; at least 4 are expected"},
      {"broken", 500, std::string(100'000, 'x'), "implausible: unexpected HTTP status 500"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      Small small(test::kSmallDefinition);
      small.device.on("GET /export", {row.status, row.body, "", "digest", false});
      CHECK(small.failure() == row.failure);
    }
  }
}

TEST_CASE("a part that ends early is no export; a fact that ends early is a device that did not answer") {
  Small small(test::kSmallDefinition);
  small.device.on("GET /export", {.status = 200, .body = std::string(100'000, 'x'), .type = "", .cut = true});
  CHECK(small.failure() == "implausible SHORT_BODY: it ended early");
  small.device.replace("GET /info", {.status = 200, .body = "{", .type = "application/json", .cut = true});
  CHECK(test::failure_of([&] { small.session->identify(); }) == "unreachable SHORT_BODY: it ended early");
}

TEST_CASE("the first alternative that the device has is taken") {
  const std::string yaml = test::small_with(
      "    get: /export\n    part: restore/export.bin\n    expect: {min_bytes: 4, not_prefix: [\"<\"]}\n",
      "    first_of:\n      - {get: /new, part: restore/new.bin}\n      - {get: /old, part: restore/old.bin}\n");
  Small small(yaml);
  small.device.on("GET /new", {404, "<html>not here</html>", "text/html", "digest", false});
  small.device.on("GET /old", {200, "blob", "", "digest", false});
  const test::Backup backup = small.back_up();
  CHECK(backup.parts.contains("restore/old.bin"));
  CHECK_FALSE(backup.parts.contains("restore/new.bin"));
  CHECK(backup.understood.problems.empty());
}

TEST_CASE("pages: followed to the end, summed up, and never for ever") {
  const std::string yaml = test::small_with(
      "get: /info\n    part: inspect/info.json",
      "get: '/info/{page}'\n    pages: {more: /next, at_most: 5}\n    part: 'inspect/info-{page}.json'");
  Small small(yaml);
  small.device.on("GET /export", {200, "blob", "", "digest", false});
  const auto page = [](int number, bool next) {
    return test::ScriptedAnswer{
        200, R"({"model":"M","users":[1,)" + std::to_string(number) + R"(],"next":)" + (next ? "true}" : "false}"),
        "application/json", "digest", false};
  };
  SECTION("three pages") {
    small.device.on("GET /info/1", page(1, true));
    small.device.on("GET /info/2", page(2, true));
    small.device.on("GET /info/3", page(3, false));
    const test::Backup backup = small.back_up();
    CHECK(backup.before.counts.at("users") == 6);
    CHECK(backup.after == backup.before);
    CHECK(backup.understood.identity == backup.before);
    CHECK(backup.parts.contains("inspect/info-3.json"));
  }
  SECTION("the same page again") {
    small.device.on("GET /info/*", page(1, true));
    CHECK(small.failure() == "implausible: the device gives the same page again");
  }
  SECTION("pages without end") {
    for (int number = 1; number < 9; ++number)
      small.device.on("GET /info/" + std::to_string(number), page(number, true));
    CHECK(small.failure() == "implausible: the list of pages does not end");
  }
  SECTION("a page missing in the middle") {
    small.device.on("GET /info/1", page(1, true));
    CHECK(small.failure() == "implausible: a page is missing that was announced");
  }
}
