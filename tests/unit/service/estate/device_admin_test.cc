#include "service/estate/device_admin.h"

#include <catch2/catch.hpp>

#include "service/keys/secrets.h"
#include "unit/service/opening_samples.h"

using namespace coffre;
using namespace coffre::test;

namespace {

constexpr const char* kOldPin = "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
constexpr const char* kNewPin = "sha256//BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA=";

// One inventory file with the fixture's device in it, and what the loader says of it.
struct Files {
  std::filesystem::path file;
  InventoryResult loaded;

  explicit Files(InstallationFixture& fixture, const std::string& more = {})
      : file(fixture.settings().file.parent_path() / "inventory" / "inventaire.yaml") {
    write_file(file,
               "# Kept: a comment\nclients:\n  CLIEXEMP:\n    name: Exemple SA\nsites:\n  CLIEXEMP/SIEGEPARIS:\n"
               "    name: Siège\ndevices:\n  " +
                   std::string(kHall) + ":\n    driver: fake-recorder\n    address: " + fixture.address(kHall) +
                   "\n    pin: " + kOldPin + "\n    credential: lecture\n" + more);
    load(fixture);
  }
  void load(InstallationFixture& fixture) {
    loaded = read_inventory(fixture.settings().inventory);
    if (!loaded.inventory) FAIL(loaded.errors.front().line());
    fixture.at().inventory = *loaded.inventory;
  }
  [[nodiscard]] InventoryPlace place(const InstallationFixture& fixture) const {
    return {.patterns = fixture.settings().inventory, .loaded = loaded};
  }
  [[nodiscard]] std::string text() const { return read_file(file); }
};

Device new_device(std::string_view path) {
  Device device{.key = InstallationFixture::key(path)};
  device.driver = kFakeDriver;
  device.address = "https://192.0.2.77";
  device.pin = kNewPin;
  device.credential = kFixtureCredential;
  return device;
}

const Device& hall(InstallationFixture& fixture) {
  return fixture.at().inventory.devices.at(InstallationFixture::key(kHall));
}

void open_matter(InstallationFixture& fixture) {
  fixture.at().catalog.write([&](Session& session) {
    open_anomaly(session, AnomalyCode::pin_changed, kHall, "another answers", fixture.clock().now());
  });
}

std::string closed_by(InstallationFixture& fixture) {
  std::vector<Anomaly> all;
  fixture.at().catalog.read([&](Session& session) { all = all_anomalies(session); });
  return all.at(0).closed_by;
}

void nothing(const StepReport& /*step*/) {}

}  // namespace

// --- speaking with the device

TEST_CASE(
    "a trial collection gives identity and sizes of a device that the inventory need not have, and keeps nothing") {
  InstallationFixture fixture;
  const Device device = new_device(kQuai);
  fixture.driver().device(device.address).identity.serial = "NEW-77";
  const Trial trial = try_collection(fixture.at(), device, nothing);
  CHECK(trial.identity.serial == "NEW-77");
  REQUIRE_FALSE(trial.parts.empty());
  CHECK(trial.parts[0].name == kFakeExport);
  CHECK(trial.parts[0].size == 4096);
  CHECK(list_backup_views(fixture.at(), {}).empty());
  CHECK(identify_device(fixture.at(), device).serial == "NEW-77");
}

TEST_CASE("a refused password is sent once, stops the credential, and names the device") {
  InstallationFixture fixture;
  fixture.device(kHall).password = "another";
  const Error first = error_of([&] { try_collection(fixture.at(), hall(fixture), nothing); });
  CHECK(first.category() == "WRONG_PASSWORD");
  CHECK(first.subject() == kHall);
  CHECK_THAT(first.hint(), Catch::Contains("backupd secret set lecture") &&
                               Catch::Contains("backupd secret release lecture --reason R"));
  CHECK(fixture.driver().counts(fixture.address(kHall)).logins == 1);
  CHECK(is_open(fixture, AnomalyCode::credential_stopped, kFixtureCredential));
  CHECK(newest_entry(fixture).action == "secret_stop");
  CHECK(error_of([&] { identify_device(fixture.at(), hall(fixture)); }).category() == "CREDENTIAL_STOPPED");
  CHECK(fixture.driver().counts(fixture.address(kHall)).logins == 1);
}

TEST_CASE("without a confirmed certificate nothing is asked") {
  InstallationFixture fixture;
  Device device = new_device(kQuai);
  device.pin.clear();
  CHECK(error_of([&] { try_collection(fixture.at(), device, nothing); }).code() == ErrorCode::usage);
  CHECK(fixture.driver().counts(device.address).sessions == 0);
}

TEST_CASE("only the expected certificate passes") {
  InstallationFixture fixture;
  ServerCertificate shown;
  shown.pin = kOldPin;
  CHECK_NOTHROW(require_pin(hall(fixture), shown, kOldPin));
  const Error error = error_of([&] { require_pin(hall(fixture), shown, kNewPin); });
  CHECK(error.code() == ErrorCode::rule);
  CHECK(error.category() == "PIN_MISMATCH");
}

// --- into the inventory

TEST_CASE("a device of a new client comes with names that people use, and the rest of the file stays") {
  InstallationFixture fixture;
  Files files(fixture);
  const std::string before = files.text();
  const auto file = add_device(fixture.at(), files.place(fixture), new_device("NEUF/DEPOT/NVR_NVR-7"),
                               {.client = "Neuf & fils", .site = "Dépôt: nord"});
  CHECK(file == files.file);
  CHECK(files.text().starts_with("# Kept: a comment\n"));
  files.load(fixture);
  const Inventory& inventory = fixture.at().inventory;
  CHECK(inventory.clients.at(*Code::create("NEUF")).name == "Neuf & fils");
  CHECK(inventory.sites.at("NEUF/DEPOT").name == "Dépôt: nord");
  CHECK(inventory.devices.at(InstallationFixture::key("NEUF/DEPOT/NVR_NVR-7")).pin == kNewPin);
  CHECK(inventory.devices.size() == 2);
  CHECK(newest_entry(fixture).action == "device_add");
  CHECK(newest_entry(fixture).subject == "NEUF/DEPOT/NVR_NVR-7");
  CHECK(newest_entry(fixture).detail.at("pin") == kNewPin);
  CHECK(files.text() != before);
}

TEST_CASE("names default to the codes, and those of a known client and site are never changed") {
  InstallationFixture fixture;
  Files files(fixture);
  add_device(fixture.at(), files.place(fixture), new_device(kQuai), {.client = "Autre nom", .site = {}});
  files.load(fixture);
  CHECK(fixture.at().inventory.clients.at(*Code::create("CLIEXEMP")).name == "Exemple SA");
  CHECK(fixture.at().inventory.sites.at("CLIEXEMP/ENTREPOT").name == "ENTREPOT");
  CHECK(fixture.at().inventory.sites.at("CLIEXEMP/SIEGEPARIS").name == "Siège");
}

TEST_CASE("a device goes into the file of its site; an edit that one file refuses changes none") {
  InstallationFixture fixture;
  Files files(fixture);
  const auto second = files.file.parent_path() / "quai.yaml";
  write_file(second, "sites:\n  CLIEXEMP/ENTREPOT:\n    name: Entrepôt\ndevices:\n  " + std::string(kQuai) +
                         ":\n    driver: fake-recorder\n    address: https://192.0.2.9\n    credential: lecture\n");
  files.load(fixture);
  CHECK(add_device(fixture.at(), files.place(fixture), new_device("CLIEXEMP/ENTREPOT/NVR_NVR-8"), {}) == second);

  write_file(second, "sites: {CLIEXEMP/ENTREPOT: {name: E}}\ndevices: {" + std::string(kQuai) +
                         ": {driver: fake-recorder, address: https://192.0.2.9, credential: lecture}}\n");
  files.load(fixture);
  const std::string before = files.text();
  const InventoryPlace place = files.place(fixture);
  InventoryEditor editor(fixture.at(), place);
  editor.set_pin_of(InstallationFixture::key(kHall), kNewPin);
  editor.put({.code = *Code::create("CLIEXEMP")},
             {.client = *Code::create("CLIEXEMP"), .code = *Code::create("ENTREPOT")},
             new_device("CLIEXEMP/ENTREPOT/NVR_NVR-9"));
  CHECK(error_of([&] { editor.write(); }).code() == ErrorCode::unsupported);
  CHECK(files.text() == before);
}

TEST_CASE("an inventory without any file is said, not made up") {
  InstallationFixture fixture;
  const std::vector<std::filesystem::path> none;
  const InventoryResult empty;
  const InventoryPlace place{.patterns = none, .loaded = empty};
  CHECK(error_of([&] { add_device(fixture.at(), place, new_device(kQuai), {}); }).code() == ErrorCode::usage);
}

// --- another certificate

TEST_CASE(
    "a new certificate is confirmed with a reason: only its line changes, the matter is closed, the journal has both") {
  InstallationFixture fixture;
  Files files(fixture);
  open_matter(fixture);
  std::string expected = files.text();
  expected.replace(expected.find(kOldPin), std::string(kOldPin).size(), kNewPin);
  CHECK(is_pin_change_open(fixture.at(), InstallationFixture::key(kHall)));
  CHECK(set_device_pin(fixture.at(), files.place(fixture), hall(fixture), kNewPin, "T-1", "renewed") == files.file);
  CHECK(files.text() == expected);
  CHECK_FALSE(is_pin_change_open(fixture.at(), InstallationFixture::key(kHall)));
  CHECK(closed_by(fixture) == "tester: the new certificate was confirmed: renewed");
  const JournalEntry entry = newest_entry(fixture);
  CHECK(entry.action == "device_pin");
  CHECK(entry.ticket == "T-1");
  CHECK(entry.detail == std::map<std::string, std::string>{{"old", kOldPin}, {"new", kNewPin}, {"reason", "renewed"}});
}

TEST_CASE("a change without a reason is refused before anything is written") {
  InstallationFixture fixture;
  Files files(fixture);
  open_matter(fixture);
  const std::string before = files.text();
  CHECK(error_of([&] {
          set_device_pin(fixture.at(), files.place(fixture), hall(fixture), kNewPin, "T-1", "");
        }).code() == ErrorCode::usage);
  CHECK(files.text() == before);
  CHECK(is_open(fixture, AnomalyCode::pin_changed, kHall));
}

TEST_CASE("the first confirmation of all needs no reason") {
  InstallationFixture fixture;
  Files files(fixture, "  " + std::string("CLIEXEMP/SIEGEPARIS/NVR_NVR-2") +
                           ":\n    driver: fake-recorder\n    address: https://192.0.2.9\n    credential: lecture\n");
  const DeviceKey key = InstallationFixture::key("CLIEXEMP/SIEGEPARIS/NVR_NVR-2");
  set_device_pin(fixture.at(), files.place(fixture), fixture.at().inventory.devices.at(key), kNewPin, "", "");
  files.load(fixture);
  CHECK(fixture.at().inventory.devices.at(key).pin == kNewPin);
  CHECK(newest_entry(fixture).detail.at("old").empty());
}

TEST_CASE("the pinned certificate is there again: the matter stays open until a person concludes, with a reason") {
  InstallationFixture fixture;
  open_matter(fixture);
  fixture.proven_backup(kHall);
  REQUIRE(is_pin_change_open(fixture.at(), InstallationFixture::key(kHall)));
  CHECK(error_of([&] { conclude_pin_change(fixture.at(), hall(fixture), "T-2", ""); }).code() == ErrorCode::usage);
  REQUIRE(is_pin_change_open(fixture.at(), InstallationFixture::key(kHall)));

  CHECK(conclude_pin_change(fixture.at(), hall(fixture), "T-2", "a proxy during the works"));
  CHECK_FALSE(is_pin_change_open(fixture.at(), InstallationFixture::key(kHall)));
  CHECK(closed_by(fixture) == "tester: it shows the confirmed certificate again: a proxy during the works");
  const JournalEntry entry = newest_entry(fixture);
  CHECK(entry.action == "device_pin");
  CHECK(entry.subject == kHall);
  CHECK(entry.ticket == "T-2");
  CHECK(entry.detail ==
        std::map<std::string, std::string>{{"old", kOldPin}, {"new", kOldPin}, {"reason", "a proxy during the works"}});

  CHECK_FALSE(conclude_pin_change(fixture.at(), hall(fixture), "T-3", "again"));
  CHECK(newest_entry(fixture).ticket == "T-2");
}

TEST_CASE("another device's matter is none of this one's") {
  InstallationFixture fixture({.devices = {std::string(kHall), std::string(kQuai)}});
  open_matter(fixture);
  const Device& quai = fixture.at().inventory.devices.at(InstallationFixture::key(kQuai));
  CHECK_FALSE(is_pin_change_open(fixture.at(), quai.key));
  CHECK_FALSE(conclude_pin_change(fixture.at(), quai, "", "mistaken"));
  CHECK(is_pin_change_open(fixture.at(), InstallationFixture::key(kHall)));
}
