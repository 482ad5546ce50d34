#include "config/inventory_entries.h"

#include <catch2/catch.hpp>

namespace coffre {
namespace {

// The only entry of the document `KEY: ...`, with what its key gives.
struct Given {
  explicit Given(const std::string& yaml) : document(Document::parse(yaml, "f")) {}
  [[nodiscard]] YamlValue::Member entry() const { return document.root().members().at(0); }
  Document document;
  std::vector<Finding> findings;
};

}  // namespace

TEST_CASE("keys of entries become codes") {
  Given client("CLIEXEMP: {}\n");
  CHECK(client_code(client.entry(), client.findings)->text() == "CLIEXEMP");
  Given site("A/B: {}\n");
  CHECK(site_codes(site.entry(), site.findings)->site.text() == "B");
  Given device("A/B/NVR_C: {}\n");
  CHECK(device_key(device.entry(), device.findings)->display() == "A/B/NVR_C");
  CHECK(client.findings.size() + site.findings.size() + device.findings.size() == 0);
}

TEST_CASE("a key that is no code gets a proposal, when there is one") {
  Given nothing_left("日本: {}\n");
  CHECK_FALSE(client_code(nothing_left.entry(), nothing_left.findings));
  CHECK(nothing_left.findings.at(0).text ==
        "the name has to be a code of capital letters, digits and \"-\", at most 32 each");
  Given three_steps("A/B/C: {}\n");
  CHECK_FALSE(site_codes(three_steps.entry(), three_steps.findings));
  CHECK(three_steps.findings.at(0).text.find("for example") == std::string::npos);
  Given lower_case("a/b/nvr_c d: {}\n");
  CHECK_FALSE(device_key(lower_case.entry(), lower_case.findings));
  CHECK(lower_case.findings.at(0).text.ends_with("for example A/B/NVR_C-D"));
}

TEST_CASE("a retired or manual device needs no address, another does") {
  const DeviceKey key = DeviceKey::from_path("A/B/NVR_C").value();
  for (const char* const yaml :
       {"k: {driver: d, collection: manual}\n", "k: {driver: d, retired: {date: 2026-01-01, by: x, reason: y}}\n"}) {
    Given given(yaml);
    device_of(key, given.entry(), given.findings);
    CHECK(given.findings.empty());
  }
  Given given("k: {driver: d}\n");
  device_of(key, given.entry(), given.findings);
  CHECK(given.findings.size() == 1);
}

}  // namespace coffre
