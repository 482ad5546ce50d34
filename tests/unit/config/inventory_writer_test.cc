#include "config/inventory_writer.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "config/inventory_loader.h"
#include "config/template_writer.h"

namespace coffre {
namespace {

constexpr const char* kPin = "sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
constexpr const char* kOtherPin = "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

Code code(const char* text) {
  return Code::create(text).value();
}

DeviceKey key_of(const char* name) {
  return {code("CLI"), code("SITE"), code("NVR"), code(name)};
}

Device device_named(const char* name) {
  return {key_of(name), "hikvision-isapi", "https://192.0.2.10", kPin, "cred", Collection::automatic, {}, {}, {}, {}};
}

// Untidy on purpose: comments everywhere, odd indentation, sections in another order.
constexpr const char* kUntidy =
    "# the file of Anne\n"
    "devices:   # all of them\n"
    "\n"
    "    # the first\n"
    "    CLI/SITE/NVR_A:   # hall\n"
    "        driver: axis-dca\n"
    "        address:   \"https://192.0.2.1\"   # behind the desk\n"
    "        settings: {note: 'it''s # not a comment'}\n"
    "        # about A\n"
    "\n"
    "    # the second\n"
    "    CLI/SITE/NVR_B:\n"
    "        driver: axis-dca\n"
    "        address: https://192.0.2.2\n"
    "        pin: sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=  # seen by Anne\n"
    "\n"
    "# clients come last\n"
    "clients: {CLI: {name: Client}}\n"
    "sites:\n"
    "    CLI/SITE: {name: Site}\n";

std::string unsupported_of(const std::string& text) {
  try {
    put_device(text, "i.yaml", device_named("NEW"));
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::unsupported);
    return error.reason();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("a new device goes to the end of its section, and everything else stays byte for byte") {
  const std::string before = kUntidy;
  const std::string after = put_device(before, "i.yaml", device_named("C"));
  const std::string added =
      "    CLI/SITE/NVR_C:\n"
      "      driver: hikvision-isapi\n"
      "      address: https://192.0.2.10\n"
      "      pin: sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
      "      credential: cred\n";
  const std::size_t at = before.find("\n# clients come last");
  CHECK(after == before.substr(0, at) + added + before.substr(at));
}

TEST_CASE("replacing a device touches only its own lines") {
  const std::string before = kUntidy;
  const std::string after = put_device(before, "i.yaml", device_named("A"));
  const std::size_t from = before.find("    CLI/SITE/NVR_A:");
  const std::size_t to = before.find("\n    # the second");
  CHECK(after == before.substr(0, from) +
                     "    CLI/SITE/NVR_A:\n"
                     "      driver: hikvision-isapi\n"
                     "      address: https://192.0.2.10\n"
                     "      pin: sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
                     "      credential: cred\n" +
                     before.substr(to));
}

TEST_CASE("writing what is there already changes nothing") {
  const std::string once = put_device(kUntidy, "i.yaml", device_named("C"));
  CHECK(put_device(once, "i.yaml", device_named("C")) == once);
  CHECK(set_pin(once, "i.yaml", key_of("C"), kPin) == once);
}

TEST_CASE("an empty file, a missing section and an empty section take the first entry") {
  const std::string entry =
      "  CLI:\n"
      "    name: Client\n";
  const Client client{code("CLI"), "Client", {}, {}, {}, {}, {}, {}};
  struct Row {
    std::string name;
    std::string before;
    std::string after;
  };
  const auto row = GENERATE_COPY(values<Row>({
      {"empty file", "", "clients:\n" + entry},
      {"only a comment", "# a\n", "# a\n\nclients:\n" + entry},
      {"no line end at the end", "sites:", "sites:\n\nclients:\n" + entry},
      {"a section of nothing", "clients:\nsites:\n", "clients:\n" + entry + "sites:\n"},
      {"a section of nothing, with a comment", "clients: # c\n  # example\n\nsites:\n",
       "clients: # c\n  # example\n" + entry + "\nsites:\n"},
      {"empty braces", "clients: {}  # none yet\n", "clients:  # none yet\n" + entry},
      {"a byte order mark", "\xEF\xBB\xBF# a\n", "\xEF\xBB\xBF# a\n\nclients:\n" + entry},
      {"Windows line ends", "sites:\r\n", "sites:\r\n\r\nclients:\r\n  CLI:\r\n    name: Client\r\n"},
  }));
  DYNAMIC_SECTION(row.name) {
    CHECK(put_client(row.before, "i.yaml", client) == row.after);
  }
}

TEST_CASE("a client, a site and a device written into the template load as they were") {
  Client client{code("CLI"),
                "Dupont & Fils: \"x\"",
                Person{"Claire, Mme", "c@x.example", "+33 1"},
                {},
                {},
                "r@x.example",
                Date{2026, 1, 1},
                {}};
  Site site{code("CLI"), code("SITE"), "no", Contract::reinforced, Person{"Anne", "", ""}, {},
            {},          {},           {},   {"192.0.2.0/24"}};
  site.window = {2, 22 * 60, 60};
  Device device = device_named("X");
  device.settings = {{"export", "encrypted"}, {"level", "3"}, {"odd key: #", "{}"}};
  device.recipients = {"coffre-recipient x25519 meta " + std::string(64, 'b')};
  std::string text = inventory_template();
  text = put_device(put_site(put_client(text, "t", client), "t", site), "t", device);
  std::vector<Document> documents;
  documents.push_back(Document::parse(text, "t"));
  const InventoryResult loaded = read_inventory(documents);
  for (const Finding& finding : loaded.errors) FAIL_CHECK(finding.line());
  REQUIRE(loaded.inventory);
  const Client& read_client = loaded.inventory->clients.at(client.code);
  CHECK(read_client.name == client.name);
  CHECK(read_client.representative->name == "Claire, Mme");
  CHECK(read_client.representative->phone == "+33 1");
  CHECK(read_client.contract_from == Date{2026, 1, 1});
  const Site& read_site = loaded.inventory->sites.at("CLI/SITE");
  CHECK(read_site.name == "no");
  CHECK(read_site.contract == Contract::reinforced);
  CHECK(read_site.window.iso_weekday == 2);
  CHECK(read_site.window.from_minute == 22 * 60);
  CHECK(read_site.window.to_minute == 60);
  const Device& read_device = loaded.inventory->devices.at(device.key);
  CHECK(read_device.settings == device.settings);
  CHECK(read_device.recipients == device.recipients);
  CHECK(read_device.pin == device.pin);
}

TEST_CASE("many entries go in at once, old ones replaced, new ones behind, missing sections at the end") {
  const std::string before =
      "devices:\n"
      "  CLI/SITE/NVR_A: {driver: old, address: https://a}   # A\n"
      "  # B\n"
      "  CLI/SITE/NVR_B:\n"
      "    driver: same\n"
      "    address: https://b\n"
      "    credential: c\n"
      "# end\n"
      "clients:\n"
      "  CLI: {name: Client}\n";
  Device a = device_named("A");
  Device b{key_of("B"), "same", "https://b", {}, "c", Collection::automatic, {}, {}, {}, {}};
  Device c = device_named("C");
  const Client client{code("CLI"), "Client", {}, {}, {}, {}, {}, {}};
  const Client other{code("OTHER"), "Other", {}, {}, {}, {}, {}, {}};
  const Site site{code("CLI"), code("SITE"), "Site", Contract::standard, {}, {}, {}, {}, {}, {}};
  const std::string after = put_all(before, "i", {{client, other}, {site}, {c, b, a}});
  const std::string device_lines =
      "    driver: hikvision-isapi\n"
      "    address: https://192.0.2.10\n"
      "    pin: sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
      "    credential: cred\n";
  CHECK(after == "devices:\n  CLI/SITE/NVR_A:\n" + device_lines +
                     "  # B\n"
                     "  CLI/SITE/NVR_B:\n"
                     "    driver: same\n"
                     "    address: https://b\n"
                     "    credential: c\n"
                     "  CLI/SITE/NVR_C:\n" +
                     device_lines +
                     "# end\n"
                     "clients:\n"
                     "  CLI: {name: Client}\n"
                     "  OTHER:\n"
                     "    name: Other\n"
                     "\n"
                     "sites:\n"
                     "  CLI/SITE:\n"
                     "    name: Site\n"
                     "    contract: standard\n");
  CHECK(put_all(after, "i", {{client, other}, {site}, {c, b, a}}) == after);
  CHECK(put_all(before, "i", {}) == before);
  CHECK_THROWS_AS(put_all(before, "i", {{}, {}, {c, c}}), Error);
}

TEST_CASE("a pin is replaced in its line, whatever surrounds it") {
  struct Row {
    std::string name;
    std::string before;  // PIN stands for the pin
    std::string after;
  };
  const auto row = GENERATE(values<Row>({
      {"plain, with a comment", "    pin: OLD  # seen by Anne\n", "    pin: NEW  # seen by Anne\n"},
      {"in quotes", "    pin: \"OLD\"\n", "    pin: NEW\n"},
      {"empty", "    pin:\n", "    pin: NEW\n"},
      {"empty with a comment", "    pin:   # to do\n", "    pin: NEW  # to do\n"},
      {"null", "    pin: ~\n", "    pin: NEW\n"},
      {"asked for by a comment", "    # pin: not confirmed\n", "    pin: NEW\n"},
      {"not there", "", "    pin: NEW\n"},
      {"Windows line ends", "    pin: OLD\r\n", "    pin: NEW\r\n"},
  }));
  DYNAMIC_SECTION(row.name) {
    const auto filled = [](std::string text) {
      if (const std::size_t at = text.find("OLD"); at != std::string::npos) text.replace(at, 3, kOtherPin);
      if (const std::size_t at = text.find("NEW"); at != std::string::npos) text.replace(at, 3, kPin);
      return text;
    };
    const std::string head = "# é\ndevices:\n  CLI/SITE/NVR_A:\n    driver: d\n    address: https://x  # é\n";
    const std::string tail =
        "    credential: c\n  # B\n  CLI/SITE/NVR_B: {driver: d, pin: " + std::string(kOtherPin) + "}\n";
    CHECK(set_pin(head + filled(row.before) + tail, "i", key_of("A"), kPin) == head + filled(row.after) + tail);
  }
  SECTION("in braces") {
    const std::string text =
        "devices: {CLI/SITE/NVR_A: {driver: d, name: é, pin: " + std::string(kOtherPin) + ", x: 1}}\n";
    std::string expected = text;
    expected.replace(expected.find(kOtherPin), std::string(kOtherPin).size(), kPin);
    CHECK(set_pin(text, "i", key_of("A"), kPin) == expected);
  }
}

TEST_CASE("a pin for a device that is not in the file is refused") {
  try {
    set_pin("devices:\n", "i.yaml", key_of("A"), kPin);
    FAIL("accepted");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::not_found);
    CHECK(std::string(error.what()) ==
          "CLI/SITE/NVR_A: writing the fingerprint into the inventory: the device is not in i.yaml");
  }
  CHECK_THROWS_AS(set_pin("devices: {CLI/SITE/NVR_A: {driver: d}}\n", "i", key_of("A"), kPin), Error);
}

TEST_CASE("what cannot be edited by lines is left to a person, with its place") {
  CHECK(unsupported_of("devices: {CLI/SITE/NVR_A: {driver: d}}\n") ==
        "i.yaml:1:11: this part is written in braces, which cannot be edited line by line");
  CHECK(unsupported_of("devices: {CLI/SITE/NVR_NEW: {driver: d}}\n") ==
        "i.yaml:1:11: this part is written in braces, which cannot be edited line by line");
  CHECK(unsupported_of("devices: {   }\n") ==
        "i.yaml:1:1: this part is written in braces, which cannot be edited line by line");
  CHECK(unsupported_of("{clients: {}}\n") == "i.yaml:1:1: the change would not give what was asked for");
  CHECK(unsupported_of("- a list\n") == "i.yaml:1:1: the change would not give what was asked for");
  CHECK(unsupported_of("clients: {}\n...\n") == "i.yaml:1:1: the change would not give what was asked for");
  CHECK(unsupported_of("devices: text\n") ==
        "i.yaml:1:1: this part is written in braces, which cannot be edited line by line");
  CHECK_THROWS_AS(put_device("a: [\n", "i.yaml", device_named("NEW")), Error);
}

TEST_CASE("a device with a block scalar is replaced whole") {
  const std::string before =
      "devices:\n"
      "  CLI/SITE/NVR_A:\n"
      "    driver: d\n"
      "    settings:\n"
      "      note: |\n"
      "        # not a comment\n"
      "\n"
      "        text\n"
      "  CLI/SITE/NVR_B: {driver: d, address: https://b}\n";
  const std::string after = put_device(before, "i", device_named("A"));
  CHECK(after.find("not a comment") == std::string::npos);
  CHECK(after.ends_with("    credential: cred\n  CLI/SITE/NVR_B: {driver: d, address: https://b}\n"));
}

}  // namespace coffre
