// What people do to an inventory by hand, and the line that each mistake gives.
#include "config/inventory_loader.h"

#include <catch2/catch.hpp>

namespace coffre {
namespace {

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

}  // namespace coffre
