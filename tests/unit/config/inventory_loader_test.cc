#include "config/inventory_loader.h"

#include <catch2/catch.hpp>

#include "support/temp_dir.h"

namespace coffre {
namespace {

constexpr const char* kPin = "sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

constexpr const char* kGood =
    "clients:\n"                         // 1
    "  CLIEXEMP:\n"                      // 2
    "    name: Client Exemple\n"         // 3
    "sites:\n"                           // 4
    "  CLIEXEMP/SIEGE:\n"                // 5
    "    name: Siège\n"                  // 6
    "devices:\n"                         // 7
    "  CLIEXEMP/SIEGE/NVR_NVR-HALL:\n"   // 8
    "    driver: hikvision-isapi\n"      // 9
    "    address: https://192.0.2.10\n"  // 10
    "    credential: siege\n";           // 11

InventoryResult read(const std::vector<std::pair<std::string, std::string>>& files) {
  std::vector<Document> documents;
  for (const auto& [name, text] : files) documents.push_back(Document::parse(text, name));
  return read_inventory(documents);
}

std::vector<std::string> lines_of(const std::vector<Finding>& findings) {
  std::vector<std::string> out;
  for (const Finding& finding : findings) out.push_back(finding.line());
  return out;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("every key of the inventory arrives") {
  const std::string recipient = "coffre-recipient x25519 full " + std::string(64, 'a');
  const InventoryResult result = read({{"a.yaml", R"(
clients:
  CLIEXEMP:
    name: Client Exemple
    representative: {name: Claire, mail: c@client.example, phone: "01 23"}
    on_call_contact: {name: Astreinte}
    security_manager: {name: Denis, mail: d@client.example}
    report_address: r@client.example
    contract: {from: 2026-01-01, to: 2028-12-31}
)"},
                                       {"b.yaml", R"(
sites:
  CLIEXEMP/SIEGE:
    name: Siège
    contract: renforcé
    backup_owner: {name: Anne, mail: a@x.example}
    deputy: {name: Bruno}
    window: {day: samedi, from: "22:30", to: 02:00}
    zone: Indian/Reunion
    report_address: s@client.example
    networks: [192.0.2.0/24, "2001:db8::/32"]
devices:
  CLIEXEMP/SIEGE/NVR_NVR-HALL:
    driver: hikvision-isapi
    address: https://nvr.siege.example:8443
    pin: )" + std::string(kPin) + R"(
    credential: siege
    recipients: [)" + recipient + R"(]
    renamed_from: CLIEXEMP/SIEGE/NVR_OLD
    settings: {export: encrypted}
  CLIEXEMP/SIEGE/VMS_ARCHIVE:
    driver: manual-export
    collection: manual
    retired: {date: 2026-05-01, by: Anne, reason: remplacé}
)"}});
  CHECK(lines_of(result.errors).empty());
  CHECK(lines_of(result.warnings).empty());
  REQUIRE(result.inventory);
  const Client& client = result.inventory->clients.at(Code::create("CLIEXEMP").value());
  CHECK(client.representative->phone == "01 23");
  CHECK(client.on_call_contact->name == "Astreinte");
  CHECK(client.security_manager->mail == "d@client.example");
  CHECK(client.report_address == "r@client.example");
  CHECK(client.contract_to == Date{2028, 12, 31});
  const Site& site = result.inventory->sites.at("CLIEXEMP/SIEGE");
  CHECK(site.name == "Siège");
  CHECK(site.contract == Contract::reinforced);
  CHECK(site.backup_owner->mail == "a@x.example");
  CHECK(site.deputy->name == "Bruno");
  CHECK(site.window.iso_weekday == 6);
  CHECK(site.window.from_minute == 22 * 60 + 30);
  CHECK(site.window.to_minute == 120);
  CHECK(site.zone == "Indian/Reunion");
  CHECK(site.networks == Lines{"192.0.2.0/24", "2001:db8::/32"});
  const DeviceKey key = DeviceKey::from_path("CLIEXEMP/SIEGE/NVR_NVR-HALL").value();
  const Device& device = result.inventory->devices.at(key);
  CHECK(device.driver == "hikvision-isapi");
  CHECK(device.address == "https://nvr.siege.example:8443");
  CHECK(device.pin == kPin);
  CHECK(device.credential == "siege");
  CHECK(device.collection == Collection::automatic);
  CHECK(device.recipients == Lines{recipient});
  CHECK(device.renamed_from->display() == "CLIEXEMP/SIEGE/NVR_OLD");
  CHECK(device.settings.at("export") == "encrypted");
  CHECK(result.devices.at(key).file == "b.yaml");
  CHECK(result.devices.at(key).at == Position{13, 3});
  const Device& other = result.inventory->devices.at(DeviceKey::from_path("CLIEXEMP/SIEGE/VMS_ARCHIVE").value());
  CHECK(other.collection == Collection::manual);
  CHECK(other.retired->date == Date{2026, 5, 1});
  CHECK(other.retired->reason == "remplacé");
}

TEST_CASE("a site without a window has the usual one, an empty file has nothing") {
  const InventoryResult result = read({{"a", kGood}, {"b", "# nothing\n"}, {"c", "devices:\nsites: {}\n"}});
  CHECK(lines_of(result.errors).empty());
  REQUIRE(result.inventory);
  const Window& window = result.inventory->sites.at("CLIEXEMP/SIEGE").window;
  CHECK(window.iso_weekday == 7);
  CHECK(window.from_minute == 60);
  CHECK(window.to_minute == 300);
}

TEST_CASE("a key defined in two files names both places") {
  const InventoryResult result = read({{"one.yaml", kGood}, {"two.yaml", kGood}});
  CHECK(lines_of(result.errors) ==
        Lines{
            "two.yaml:2:3: /clients/CLIEXEMP: is already defined in one.yaml:2:3",
            "two.yaml:5:3: /sites/CLIEXEMP~1SIEGE: is already defined in one.yaml:5:3",
            "two.yaml:8:3: /devices/CLIEXEMP~1SIEGE~1NVR_NVR-HALL: is already defined in one.yaml:8:3",
        });
}

TEST_CASE("mistakes in several files come all at once, in the order of the files") {
  const InventoryResult result =
      read({{"b", "clients:\n  X: {}\n"}, {"a", "sites:\n  X/y: {name: n}\n  Z/Y: {name: n}\n"}});
  CHECK(lines_of(result.errors) == Lines{"b:2:3: /clients/X: the key \"name\" is missing",
                                         "a:2:3: /sites/X~1y: the name has to be CLIENT/SITE of capital letters, "
                                         "digits and \"-\", at most 32 each; for "
                                         "example X/Y",
                                         "a:3:3: /sites/Z~1Y: no file defines the client Z"});
}

TEST_CASE("former names belong to one device, and to none that is still there") {
  const std::string more =
      "  CLIEXEMP/SIEGE/NVR_B: {driver: d, address: https://b, renamed_from: CLIEXEMP/SIEGE/NVR_NVR-HALL}\n"
      "  CLIEXEMP/SIEGE/NVR_C: {driver: d, address: https://c, renamed_from: CLIEXEMP/SIEGE/NVR_OLD}\n"
      "  CLIEXEMP/SIEGE/NVR_D: {driver: d, address: https://d, renamed_from: CLIEXEMP/SIEGE/NVR_OLD}\n";
  CHECK(
      lines_of(read({{"i", kGood + more}}).errors) ==
      Lines{
          "i:12:3: /devices/CLIEXEMP~1SIEGE~1NVR_B/renamed_from: CLIEXEMP/SIEGE/NVR_NVR-HALL is still in the "
          "inventory: a "
          "former name belongs to no device",
          "i:14:3: /devices/CLIEXEMP~1SIEGE~1NVR_D/renamed_from: CLIEXEMP/SIEGE/NVR_OLD is already the former name of "
          "CLIEXEMP/SIEGE/NVR_C"});
}

TEST_CASE("one address twice at a site is a warning, at two sites it is normal") {
  const std::string same = "  CLIEXEMP/SIEGE/NVR_B: {driver: d, address: https://192.0.2.10}\n";
  const InventoryResult result = read({{"i", kGood + same}});
  CHECK(result.inventory);
  CHECK(lines_of(result.warnings) ==
        Lines{"i:8:3: /devices/CLIEXEMP~1SIEGE~1NVR_NVR-HALL: has the same address as CLIEXEMP/SIEGE/NVR_B"});
  const std::string elsewhere =
      "  CLIEXEMP/USINE/NVR_B: {driver: d, address: https://192.0.2.10}\nsites:\n  CLIEXEMP/USINE: {name: x}\n";
  CHECK(lines_of(read({{"i", kGood}, {"j", "devices:\n" + elsewhere}}).warnings).empty());
}

TEST_CASE("files are found by name and by glob, and a lost one is said") {
  const test::TempDir folder;
  test::write_file(folder / "a.yaml", kGood);
  test::write_file(folder / "b.yaml", "# nothing\n");
  test::write_file(folder / ".hidden.yaml", "devices: broken\n");
  test::write_file(folder / "b.yaml~", "devices: broken\n");
  test::write_file(folder / "sub/c.yaml", "devices: broken\n");
  std::vector<Finding> findings;
  const auto files = inventory_files({folder / "*.yaml", folder / "a.yaml"}, findings);
  CHECK(lines_of(findings).empty());
  CHECK(files == std::vector<std::filesystem::path>{folder / "a.yaml", folder / "b.yaml"});
  CHECK(load_inventory({folder / "*.yaml"}).devices.size() == 1);

  CHECK(inventory_files({folder / "none-*.yaml", folder / "none.yaml", folder / "sub"}, findings).empty());
  const std::string where = folder.path().string();
  CHECK(lines_of(findings) ==
        Lines{where + "/none-*.yaml: no file has a name of this form: put the inventory's files back, or "
                      "correct `inventory:` in the configuration",
              where + "/none.yaml: there is no such file",
              where + "/sub: is a folder: write the files in it as FOLDER/*.yaml"});
}

TEST_CASE("a lost file is not reported as lost clients") {
  const test::TempDir folder;
  test::write_file(folder / "sites.yaml", "sites:\n  X/Y: {name: n}\n");
  const InventoryResult result = read_inventory({folder / "clients.yaml", folder / "sites.yaml"});
  CHECK_FALSE(result.inventory);
  CHECK(lines_of(result.errors) == Lines{(folder / "clients.yaml").string() + ": there is no such file"});
  try {
    load_inventory({folder / "clients.yaml"});
    FAIL("loaded");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::usage);
    CHECK(error.step() == "reading the inventory");
  }
}

}  // namespace coffre
