#include "service/estate/import_inventory.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "unit/service/opening_samples.h"

using namespace coffre;
using namespace coffre::test;

namespace {

constexpr const char* kHeader = "client;site;contrat;responsable;suppléant;type;nom;adresse;pilote;identifiant\n";
constexpr const char* kPin = "sha256//CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCA=";

std::string row(const std::string& site, const std::string& name, const std::string& address,
                const std::string& driver = std::string(kFakeDriver)) {
  return "NOUVEAU;" + site + ";;Anne Martin <a@example.org>;;NVR;" + name + ";" + address + ";" + driver + ";lecture\n";
}

// An empty inventory file, and imports into it as the program makes them.
struct Import {
  InstallationFixture fixture{{.devices = {}}};
  std::filesystem::path file = fixture.settings().file.parent_path() / "inventory" / "inventaire.yaml";
  InventoryResult loaded;

  explicit Import(const std::string& text = "# Kept\ndevices:\n") {
    write_file(file, text);
    load();
  }
  void load() {
    loaded = read_inventory(fixture.settings().inventory);
    if (!loaded.inventory) FAIL(loaded.errors.front().line());
    fixture.at().inventory = *loaded.inventory;
  }
  std::vector<ImportRow> judge(const std::string& rows) {
    return judge_import(fixture.at(), parse_inventory_csv(kHeader + rows));
  }
  // With every certificate confirmed.
  std::size_t apply_confirmed(const std::string& rows) {
    std::vector<ImportRow> judged = judge(rows);
    for (ImportRow& one : judged) {
      if (one.verdict != ImportVerdict::unconfirmed) continue;
      one.proposal->device.pin = kPin;
      one.verdict = ImportVerdict::ready;
    }
    return apply(judged);
  }
  std::size_t apply(const std::vector<ImportRow>& rows) {
    const std::size_t changed =
        apply_import(fixture.at(), {.patterns = fixture.settings().inventory, .loaded = loaded}, rows);
    load();
    return changed;
  }
  [[nodiscard]] std::string text() const { return read_file(file); }
  const Device& device(const std::string& path) {
    return fixture.at().inventory.devices.at(InstallationFixture::key(path));
  }
};

}  // namespace

TEST_CASE("a new row waits for its certificate, a known one is ready or unchanged, a wrong one is refused with why") {
  Import import;
  import.apply_confirmed(row("SIEGE", "NVR-1", "https://192.0.2.1") + row("SIEGE", "NVR-2", "https://192.0.2.2"));
  const auto rows = import.judge(row("SIEGE", "NVR-1", "https://192.0.2.1") +   // the same
                                 row("SIEGE", "NVR-2", "https://192.0.2.22") +  // moved
                                 row("SIEGE", "NVR-3", "https://192.0.2.3") +   // new
                                 row("SIEGE", "NVR-4", "https://192.0.2.4", "no-such-driver"));
  REQUIRE(rows.size() == 4);
  CHECK(rows[0].verdict == ImportVerdict::unchanged);
  CHECK(rows[1].verdict == ImportVerdict::unconfirmed);  // another address shows its own certificate
  CHECK(rows[2].verdict == ImportVerdict::unconfirmed);
  CHECK(rows[2].label == "NOUVEAU/SIEGE/NVR_NVR-3");
  CHECK(rows[2].line == 4);
  CHECK(rows[3].verdict == ImportVerdict::refused);
  CHECK_THAT(rows[3].reason, Catch::StartsWith("there is no driver \"no-such-driver\"; there are: "));
  CHECK_THAT(rows[3].reason, Catch::Contains(std::string(kFakeDriver)));
  CHECK_FALSE(rows[3].proposal);
}

TEST_CASE("a slip in the driver's name is answered with the nearest one") {
  Import import;
  const std::string slip = std::string(kFakeDriver) + "x";
  const auto rows = import.judge(row("SIEGE", "NVR-1", "https://192.0.2.1", slip));
  CHECK(rows[0].reason == "there is no driver \"" + slip + "\"; is " + std::string(kFakeDriver) + " meant?");
}

TEST_CASE("a password that is not stored yet is told beside the verdict, and refuses nothing") {
  Import import;
  const std::string stored = row("SIEGE", "NVR-1", "https://192.0.2.1");
  std::string text = stored;
  text.replace(text.find(";lecture"), 8, ";quai");
  const std::vector<std::string> no_password = {"no password is stored yet: backupd secret set quai --user USER"};
  const auto before = import.judge(text);
  CHECK(before[0].verdict == ImportVerdict::unconfirmed);
  CHECK(before[0].notes == no_password);
  REQUIRE(import.apply_confirmed(text) == 1);
  const auto unchanged = import.judge(text);
  CHECK(unchanged[0].verdict == ImportVerdict::unchanged);
  CHECK(unchanged[0].notes == no_password);
  CHECK(import.judge(stored)[0].notes.empty());
}

TEST_CASE("a type that no device has yet is told with the known ones: it may be a slip") {
  Import import;
  const auto notes_of = [&](const std::string& type) {
    std::string text = row("SIEGE", "N-1", "https://192.0.2.1");
    text.replace(text.find(";NVR;"), 5, ";" + type + ";");
    return import.judge(text)[0].notes;
  };
  CHECK(notes_of("NVR").empty());
  CHECK(notes_of("VMS").empty());
  CHECK(notes_of("NRV") ==
        std::vector<std::string>{"type NRV is new, and stays in the name of each backup; known: CAM, NVR, VMS"});
}

TEST_CASE("a known device that the table has otherwise: which column, from what to what") {
  Import import;
  import.apply_confirmed(row("SIEGE", "NVR-1", "https://192.0.2.1"));
  const auto rows = import.judge(row("SIEGE", "NVR-1", "https://192.0.2.2"));
  REQUIRE(rows[0].changes.size() == 1);
  CHECK(rows[0].changes[0].column == "adresse");
  CHECK(rows[0].changes[0].in_inventory == "https://192.0.2.1");
  CHECK(rows[0].changes[0].in_table == "https://192.0.2.2");
}

TEST_CASE("a site that the table has otherwise stays, and that is told") {
  Import import;
  import.apply_confirmed(row("SIEGE", "NVR-1", "https://192.0.2.1"));
  std::string other = row("SIEGE", "NVR-1", "https://192.0.2.1");
  other.replace(other.find(";;Anne"), 2, ";renforcé;");
  const auto rows = import.judge(other);
  CHECK(rows[0].verdict == ImportVerdict::unchanged);
  CHECK(rows[0].notes.back() ==
        "contrat of the site stays \"standard\" (table: \"renforcé\"): change it in the inventory file");
}

TEST_CASE("nothing is written of what is not confirmed, not even its client and site, and no journal row") {
  Import import;
  const std::string before = import.text();
  CHECK(import.apply(import.judge(row("SIEGE", "NVR-1", "https://192.0.2.1"))) == 0);
  CHECK(import.text() == before);
  CHECK(newest_entry(import.fixture).action != "inventory_import");
}

TEST_CASE(
    "what is confirmed is written with client and site, the rest of the file stays, one journal row says how many") {
  Import import("# Kept\ndevices:\n\n# This too\n");
  CHECK(import.apply_confirmed(row("SIEGE", "NVR-1", "https://192.0.2.1") +
                               row("SIEGE", "NVR-2", "https://192.0.2.2")) == 2);
  CHECK(import.text().starts_with("# Kept\ndevices:\n"));
  CHECK_THAT(import.text(), Catch::Contains("# This too\n"));
  CHECK(import.device("NOUVEAU/SIEGE/NVR_NVR-2").pin == kPin);
  CHECK(import.fixture.at().inventory.sites.at("NOUVEAU/SIEGE").backup_owner->name == "Anne Martin");
  CHECK(newest_entry(import.fixture).action == "inventory_import");
  CHECK(newest_entry(import.fixture).detail.at("devices") == "2");
}

TEST_CASE("importing the same table again changes no byte") {
  Import import;
  const std::string rows = row("SIEGE", "NVR-1", "https://192.0.2.1") + row("PORT", "NVR-2", "https://192.0.2.2");
  REQUIRE(import.apply_confirmed(rows) == 2);
  const std::string written = import.text();
  for (const ImportRow& judged : import.judge(rows)) CHECK(judged.verdict == ImportVerdict::unchanged);
  CHECK(import.apply_confirmed(rows) == 0);
  CHECK(import.text() == written);
}

TEST_CASE("what the table does not say stays as the inventory has it") {
  Import import(
      "clients:\n  NOUVEAU:\n    name: Nouveau SARL\nsites:\n  NOUVEAU/SIEGE:\n    name: Siège\ndevices:\n"
      "  NOUVEAU/SIEGE/NVR_NVR-1:\n    driver: other-driver\n    address: https://192.0.2.1\n    pin: " +
      std::string(kPin) +
      "\n    credential: lecture\n    collection: manual\n    settings:\n      export: encrypted\n");
  const auto rows = import.judge(row("SIEGE", "NVR-1", "https://192.0.2.1"));
  REQUIRE(rows[0].verdict == ImportVerdict::ready);  // another driver, the same certificate
  CHECK(import.apply(rows) == 1);
  const Device& device = import.device("NOUVEAU/SIEGE/NVR_NVR-1");
  CHECK(device.driver == kFakeDriver);
  CHECK(device.pin == kPin);
  CHECK(device.collection == Collection::manual);
  CHECK(device.settings.at("export") == "encrypted");
  CHECK(import.fixture.at().inventory.clients.at(*Code::create("NOUVEAU")).name == "Nouveau SARL");
  CHECK(import.fixture.at().inventory.sites.at("NOUVEAU/SIEGE").name == "Siège");
}

TEST_CASE("a whole fleet goes in at once, and again without a change") {
  constexpr int kSites = 100;
  constexpr int kDevices = 20;
  std::string rows;
  for (int site = 0; site < kSites; ++site) {
    for (int device = 0; device < kDevices; ++device) {
      rows += row(fmt::format("SITE-{}", site), fmt::format("NVR-{}", device),
                  fmt::format("https://10.0.{}.{}", site, device + 1));
    }
  }
  Import import;
  CHECK(import.apply_confirmed(rows) == kSites * kDevices);
  CHECK(import.fixture.at().inventory.devices.size() == kSites * kDevices);
  CHECK(import.fixture.at().inventory.sites.size() == kSites);
  const std::string written = import.text();
  CHECK(import.apply_confirmed(rows) == 0);
  CHECK(import.text() == written);
}
