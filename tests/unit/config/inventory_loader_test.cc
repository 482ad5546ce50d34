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

struct Row {
  std::string name;
  std::string find;  // in kGood; "" appends
  std::string put;
  Lines lines;
};

std::string edited(const Row& row) {
  std::string text = kGood;
  if (row.find.empty()) return text + row.put;
  const std::size_t at = text.find(row.find);
  REQUIRE(at != std::string::npos);
  return text.replace(at, row.find.size(), row.put);
}

const std::string kDeviceKeys =
    "address, collection, credential, driver, pin, recipients, renamed_from, retired, settings";
const std::string kAddressForm =
    "has to be an address that starts with https://, without user, password or path, as https://192.0.2.10:8443";

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

TEST_CASE("each mistake in the inventory names file, line, column and what is allowed") {
  const auto row = GENERATE(values<Row>({
      {"unknown section",
       "",
       "device:\n  x: 1\n",
       {"i:12:1: /device: unknown key, is \"devices\" meant? Allowed: clients, devices, sites"}},
      {"misspelt key",
       "    address: https",
       "    adress: https",
       {"i:10:5: /devices/CLIEXEMP~1SIEGE~1NVR_NVR-HALL/adress: unknown key, is \"address\" meant? Allowed: " +
        kDeviceKeys}},
      {"a password",
       "    credential: siege",
       "    password: hunter2",
       {"i:11:5: /devices/CLIEXEMP~1SIEGE~1NVR_NVR-HALL/password: a secret does not belong into this file: delete the "
        "line, "
        "change the password if others could read it, then store it with `backupd secret set NAME`"}},
      {"a password among the settings",
       "    credential: siege",
       "    settings: {admin_password: hunter2}",
       {"i:11:16: /devices/CLIEXEMP~1SIEGE~1NVR_NVR-HALL/settings/admin_password: a secret does not belong into this "
        "file: "
        "delete the line, change the password if others could read it, then store it with `backupd secret set NAME`"}},
      {"a password in the address",
       "https://192.0.2.10",
       "https://admin:hunter2@192.0.2.10",
       {"i:10:14: /devices/CLIEXEMP~1SIEGE~1NVR_NVR-HALL/address: " + kAddressForm}},
      {"http",
       "https://192.0.2.10",
       "http://192.0.2.10",
       {"i:10:14: /devices/CLIEXEMP~1SIEGE~1NVR_NVR-HALL/address: " + kAddressForm}},
      {"an address alone",
       "https://192.0.2.10",
       "192.0.2.10",
       {"i:10:14: /devices/CLIEXEMP~1SIEGE~1NVR_NVR-HALL/address: " + kAddressForm}},
      {"an address with a path",
       "https://192.0.2.10",
       "https://192.0.2.10/login",
       {"i:10:14: /devices/CLIEXEMP~1SIEGE~1NVR_NVR-HALL/address: " + kAddressForm}},
      {"a port that does not exist",
       "https://192.0.2.10",
       "https://192.0.2.10:70000",
       {"i:10:14: /devices/CLIEXEMP~1SIEGE~1NVR_NVR-HALL/address: the port has to lie between 1 and 65535"}},
      {"no address",
       "    address: https://192.0.2.10\n",
       "",
       {"i:8:3: /devices/CLIEXEMP~1SIEGE~1NVR_NVR-HALL: the key \"address\" is missing; without an address a device "
        "needs "
        "`collection: manual`"}},
      {"no driver",
       "    driver: hikvision-isapi\n",
       "",
       {"i:8:3: /devices/CLIEXEMP~1SIEGE~1NVR_NVR-HALL: the key \"driver\" is missing"}},
      {"a driver in capitals",
       "hikvision-isapi",
       "Hikvision",
       {"i:9:13: /devices/CLIEXEMP~1SIEGE~1NVR_NVR-HALL/driver: has to be the name of a driver: small letters, digits "
        "and \"-\""}},
      {"a pin that is a browser's fingerprint",
       "    credential: siege",
       "    pin: \"AB:CD:EF\"",
       {"i:11:10: /devices/CLIEXEMP~1SIEGE~1NVR_NVR-HALL/pin: has to be \"sha256//\" and 44 characters of base64, as "
        "`backupd "
        "device pin` prints it"}},
      {"a pin cut off",
       "    credential: siege",
       "    pin: sha256//47DEQpj8HBSa",
       {"i:11:10: /devices/CLIEXEMP~1SIEGE~1NVR_NVR-HALL/pin: has to be \"sha256//\" and 44 characters of base64, as "
        "`backupd "
        "device pin` prints it"}},
      {"a recipient of another kind",
       "    credential: siege",
       "    recipients: [age1xyz]",
       {"i:11:18: /devices/CLIEXEMP~1SIEGE~1NVR_NVR-HALL/recipients/0: has to be one line `coffre-recipient x25519 "
        "full|meta` and "
        "64 hexadecimal digits"}},
      {"a setting that is a number",
       "    credential: siege",
       "    settings: {port: 8000}",
       {"i:11:22: /devices/CLIEXEMP~1SIEGE~1NVR_NVR-HALL/settings/port: is a whole number, but has to be a text; put "
        "it in quotes"}},
      {"retired without reason",
       "    credential: siege",
       "    retired: {date: 2026-01-01, by: x}",
       {"i:11:5: /devices/CLIEXEMP~1SIEGE~1NVR_NVR-HALL/retired: the key \"reason\" is missing"}},
      {"retired on no day",
       "    credential: siege",
       "    retired: {date: 2026-02-30, by: x, reason: y}",
       {"i:11:21: /devices/CLIEXEMP~1SIEGE~1NVR_NVR-HALL/retired/date: there is no such day"}},
      {"a human name for a client",
       "  CLIEXEMP:\n    name",
       "  Client Exemplé:\n    name",
       {"i:2:3: /clients/Client Exemplé: the name has to be a code of capital letters, digits and \"-\", at most 32 "
        "each; for "
        "example CLIENT-EXEMPLE",
        "i:5:3: /sites/CLIEXEMP~1SIEGE: no file defines the client CLIEXEMP"}},
      {"a human name for a site",
       "  CLIEXEMP/SIEGE:",
       "  CLIEXEMP/Siège Paris:",
       {"i:5:3: /sites/CLIEXEMP~1Siège Paris: the name has to be CLIENT/SITE of capital letters, digits and \"-\", at "
        "most 32 "
        "each; for example CLIEXEMP/SIEGE-PARIS",
        "i:8:3: /devices/CLIEXEMP~1SIEGE~1NVR_NVR-HALL: no file defines the site CLIEXEMP/SIEGE"}},
      {"a human name for a device",
       "NVR_NVR-HALL",
       "NVR_Hall d'entrée_2",
       {"i:8:3: /devices/CLIEXEMP~1SIEGE~1NVR_Hall d'entrée_2: the name has to be CLIENT/SITE/TYPE_NAME of capital "
        "letters, digits "
        "and \"-\", at most 32 each; for example CLIEXEMP/SIEGE/NVR_HALL-D-ENTREE-2"}},
      {"a device without its type",
       "/NVR_NVR-HALL",
       "/HALL",
       {"i:8:3: /devices/CLIEXEMP~1SIEGE~1HALL: the name has to be CLIENT/SITE/TYPE_NAME of capital letters, digits "
        "and \"-\", at "
        "most 32 each"}},
      {"a name that leaves its folder",
       "/NVR_NVR-HALL",
       "/../NVR_X",
       {"i:8:3: /devices/CLIEXEMP~1SIEGE~1..~1NVR_X: the name has to be CLIENT/SITE/TYPE_NAME of capital letters, "
        "digits and \"-\", "
        "at most 32 each"}},
      {"a name that is too long",
       "NVR-HALL",
       std::string(33, 'A'),
       {"i:8:3: /devices/CLIEXEMP~1SIEGE~1NVR_" + std::string(33, 'A') +
        ": the name has to be CLIENT/SITE/TYPE_NAME of capital letters, digits and \"-\", at most 32 each; for example "
        "CLIEXEMP/SIEGE/NVR_" +
        std::string(32, 'A')}},
      {"a site that does not exist",
       "  CLIEXEMP/SIEGE/NVR",
       "  CLIEXEMP/SIEG/NVR",
       {"i:8:3: /devices/CLIEXEMP~1SIEG~1NVR_NVR-HALL: no file defines the site CLIEXEMP/SIEG; is CLIEXEMP/SIEGE "
        "meant?"}},
      {"a client that does not exist",
       "  CLIEXEMP/SIEGE:",
       "  CLIEXAMP/SIEGE:",
       {"i:5:3: /sites/CLIEXAMP~1SIEGE: no file defines the client CLIEXAMP; is CLIEXEMP meant?",
        "i:8:3: /devices/CLIEXEMP~1SIEGE~1NVR_NVR-HALL: no file defines the site CLIEXEMP/SIEGE; is CLIEXAMP/SIEGE "
        "meant?"}},
      {"an unknown contract",
       "    name: Siège",
       "    name: Siège\n    contract: gold",
       {"i:7:15: /sites/CLIEXEMP~1SIEGE/contract: \"gold\" is not allowed; allowed: standard, reinforced, renforcé"}},
      {"an unknown day",
       "    name: Siège",
       "    name: Siège\n    window: {day: sunnday, from: \"01:00\", to: \"05:00\"}",
       {"i:7:19: /sites/CLIEXEMP~1SIEGE/window/day: \"sunnday\" is not allowed, is \"sunday\" meant? Allowed: monday, "
        "tuesday, "
        "wednesday, thursday, friday, saturday, sunday, lundi, mardi, mercredi, jeudi, vendredi, samedi, dimanche"}},
      {"a time the French way",
       "    name: Siège",
       "    name: Siège\n    window: {day: sunday, from: 1h00, to: \"05:00\"}",
       {"i:7:33: /sites/CLIEXEMP~1SIEGE/window/from: has to be a time of day from 00:00 to 23:59, as \"01:30\""}},
      {"a window without end",
       "    name: Siège",
       "    name: Siège\n    window: {day: sunday, from: \"01:00\"}",
       {"i:7:5: /sites/CLIEXEMP~1SIEGE/window: the key \"to\" is missing"}},
      {"a network without length",
       "    name: Siège",
       "    name: Siège\n    networks: [192.0.2.0]",
       {"i:7:16: /sites/CLIEXEMP~1SIEGE/networks/0: has to be a network, as 192.0.2.0/24"}},
      {"a network that does not exist",
       "    name: Siège",
       "    name: Siège\n    networks: [192.0.2.0/33]",
       {"i:7:16: /sites/CLIEXEMP~1SIEGE/networks/0: there is no such network"}},
      {"a person as a text",
       "    name: Siège",
       "    name: Siège\n    deputy: Bruno",
       {"i:7:13: /sites/CLIEXEMP~1SIEGE/deputy: is a text, but has to be a map (lines `key: value`)"}},
      {"a mail without a domain",
       "    name: Client Exemple",
       "    name: Client\n    report_address: rapports@client",
       {"i:4:21: /clients/CLIEXEMP/report_address: has to be a mail address, as name@example.fr"}},
      {"a phone number as a number",
       "    name: Client Exemple",
       "    name: Client\n    on_call_contact: {name: x, phone: +33123456789}",
       {"i:4:39: /clients/CLIEXEMP/on_call_contact/phone: is a whole number, but has to be a text; put it in quotes"}},
      {"a contract that ends first",
       "    name: Client Exemple",
       "    name: Client\n    contract: {from: 2027-01-01, to: 2026-01-01}",
       {"i:4:5: /clients/CLIEXEMP/contract: the contract ends before it begins"}},
      {"renamed from itself",
       "    credential: siege",
       "    renamed_from: CLIEXEMP/SIEGE/NVR_NVR-HALL",
       {"i:11:19: /devices/CLIEXEMP~1SIEGE~1NVR_NVR-HALL/renamed_from: is the device's own name"}},
      {"a list of devices",
       "  CLIEXEMP/SIEGE/NVR_NVR-HALL:\n    driver: hikvision-isapi\n    address: https://192.0.2.10\n    credential: "
       "siege\n",
       "  - name: NVR\n",
       {"i:8:3: /devices: is a list (lines `- value`), but has to be a map (lines `key: value`)"}},
  }));
  DYNAMIC_SECTION(row.name) {
    const InventoryResult result = read({{"i", edited(row)}});
    CHECK(lines_of(result.errors) == row.lines);
    CHECK_FALSE(result.inventory);
    CHECK(result.devices.empty());
    for (const Finding& finding : result.errors) CHECK(finding.line().find("hunter2") == std::string::npos);
  }
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
  CHECK(lines_of(findings) == Lines{where + "/none-*.yaml: no file has a name of this form",
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
