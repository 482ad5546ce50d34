// `backupd device add` with a person at the terminal: nothing is sent before the certificate is confirmed, a password
// is tried once, and only a device that was collected from comes into the inventory.
#include <catch2/catch.hpp>

#include "fleet.h"

using namespace coffre::test;

namespace {

constexpr const char* kNew = "NEUF/DEPOT/NVR_NVR-7";

std::filesystem::path inventory_of(const Fleet& fleet) {
  return fleet.server() / "inventory" / "fleet.yaml";
}

void answer(ChildProcess& child, std::string_view question, std::string_view text) {
  child.wait_for_err(question);
  child.write_input(std::string(text) + "\n");
}

// As far as the certificate, which is shown when this returns.
ChildProcess start_adding(Fleet& fleet) {
  ChildProcess child = fleet.start_at_terminal("backupd", {"device", "add"});
  answer(child, "CLIENT/SITE/TYPE_NAME: ", kNew);
  answer(child, "name of the client [NEUF]: ", "Neuf & fils");
  answer(child, "name of the site [DEPOT]: ", "");
  answer(child, "HOST[:PORT]: ", fleet.recorders().devices()[0].url);
  answer(child, "driver: ", "hikvision-isapi");
  child.wait_for_err("[y/N] ");
  return child;
}

void give_account(ChildProcess& child, std::string_view password) {
  child.write_input("y\n");
  answer(child, "name of the credential: ", "depot-nvr");
  answer(child, "account on the device: ", kSimulatorUser);
  answer(child, "Password of backup (depot-nvr): ", password);
}

}  // namespace

TEST_CASE("a person is asked for everything, sees the certificate and each step, and the device is backed up") {
  Fleet fleet({.devices = 1});
  fleet.write_inventory(0);
  ChildProcess child = start_adding(fleet);
  CHECK_THAT(child.result().err, Catch::Contains("\n  pin          " + fleet.recorders().devices()[0].pin + "\n"));
  CHECK(fleet.recorders().counts("*").total == 0);
  give_account(child, kSimulatorPassword);
  const ChildResult added = child.wait();
  INFO(added.err);
  REQUIRE(added.exit_code == 0);
  CHECK_THAT(added.err, Catch::Contains("device: GET /ISAPI/System/deviceInfo -> 200") &&
                            Catch::Contains("configuration: GET ") && Catch::Contains("restore/configuration.bin") &&
                            Catch::Contains("kB"));
  CHECK_THAT(added.typed, Catch::Contains(kNew) && !Catch::Contains(std::string(kSimulatorPassword)));
  CHECK(fleet.backups().empty());  // the trial is kept nowhere

  const std::string written = read_file(inventory_of(fleet));
  CHECK_THAT(written, Catch::Contains("NEUF:\n    name: \"Neuf & fils\"\n") &&
                          Catch::Contains("NEUF/DEPOT:\n    name: DEPOT\n") && Catch::Contains(kNew) &&
                          Catch::Contains("credential: depot-nvr"));
  CHECK(fleet.journal("device_add").size() == 1);
  const Run run = fleet.run({"--device", kNew});
  INFO(run.err);
  CHECK(run.exit_code == 0);
  CHECK(run.device("NVR-7").result == "proven");
  CHECK(fleet.damage() == std::vector<std::string>{});

  // Known by now: neither name nor password is asked, and the entry stays as it is.
  ChildProcess again =
      fleet.start_at_terminal("backupd", {"device", "add", kNew, "--address", fleet.recorders().devices()[0].url,
                                          "--driver", "hikvision-isapi", "--credential", "depot-nvr"});
  answer(again, "[y/N] ", "y");
  CHECK(again.wait().exit_code == 0);
  CHECK(read_file(inventory_of(fleet)) == written);

  // Another certificate at a known device is no new device: that wants a reason.
  const std::string pin = fleet.recorders().new_certificate(fleet.name(1));
  const auto changed =
      fleet.call("backupd", {"device", "add", kNew, "--address", fleet.recorders().devices()[0].url, "--driver",
                             "hikvision-isapi", "--credential", "depot-nvr", "--pin", pin});
  CHECK(changed.exit_code == 4);
  CHECK_THAT(changed.err, Catch::Contains(std::string("backupd device pin ") + kNew));
  CHECK(read_file(inventory_of(fleet)) == written);
}

TEST_CASE("a fingerprint that a person does not confirm gets no request, and nothing is written") {
  Fleet fleet({.devices = 1});
  fleet.write_inventory(0);
  const std::string before = read_file(inventory_of(fleet));
  ChildProcess child = start_adding(fleet);
  child.write_input("n\n");
  const ChildResult refused = child.wait();
  INFO(refused.err);
  CHECK(refused.exit_code == 4);
  CHECK_THAT(refused.err, Catch::Contains("nothing was sent to the device") &&
                              Catch::Contains(std::string("backupd device add ") + kNew));
  CHECK(fleet.recorders().counts("*").total == 0);
  CHECK(fleet.recorders().counts("*").with_credentials == 0);
  CHECK(read_file(inventory_of(fleet)) == before);
  CHECK(fleet.journal("device_add").empty());
  CHECK_THAT(fleet.call("backupd", {"secret", "list"}).out, !Catch::Contains("depot-nvr"));
}

TEST_CASE("a wrong password is sent once, and the device does not come into the inventory") {
  Fleet fleet({.devices = 1});
  fleet.write_inventory(0);
  const std::string before = read_file(inventory_of(fleet));
  ChildProcess child = start_adding(fleet);
  give_account(child, "Wrong-Pass-9");
  const ChildResult refused = child.wait();
  INFO(refused.err);
  CHECK(refused.exit_code == 7);
  CHECK_THAT(refused.err, Catch::Contains("backupd secret set depot-nvr"));
  CHECK(fleet.recorders().counts("*").with_credentials == 1);
  CHECK(fleet.recorders().counts("*").wrong == 1);
  CHECK(read_file(inventory_of(fleet)) == before);
  CHECK(fleet.journal("device_add").empty());
  CHECK(fleet.anomalies() == std::vector<std::string>{"credential_stopped depot-nvr"});

  // Stopped: the next attempt sends nothing until a person has corrected the password.
  const std::vector<std::string> scripted{
      "device",          "add",          kNew,        "--address", fleet.recorders().devices()[0].url, "--driver",
      "hikvision-isapi", "--credential", "depot-nvr", "--pin",     fleet.recorders().devices()[0].pin};
  CHECK(fleet.call("backupd", scripted).exit_code == 7);
  CHECK(fleet.recorders().counts("*").with_credentials == 1);
  CHECK(
      fleet.call("backupd", {"secret", "set", "depot-nvr", "--user", "backup"}, std::string(kSimulatorPassword) + "\n")
          .exit_code == 0);
  CHECK(fleet.call("backupd", scripted).exit_code == 0);
  CHECK(fleet.anomalies() == std::vector<std::string>{});
}

TEST_CASE("a script gives everything by options, the confirmed pin among them") {
  Fleet fleet({.devices = 1});
  fleet.write_inventory(0);
  const std::string before = read_file(inventory_of(fleet));
  const SimulatedDevice& device = fleet.recorders().devices()[0];
  std::vector<std::string> words{
      "device",  "add",           kNew,      "--address",   device.url,   "--driver", "hikvision-isapi", "--credential",
      "lecture", "--client-name", "Neuf SA", "--site-name", "Dépôt nord", "--json"};
  const auto without_pin = fleet.call("backupd", words);
  INFO(without_pin.err);
  CHECK(without_pin.exit_code == 2);
  CHECK_THAT(without_pin.out, Catch::Contains("--pin"));

  std::vector<std::string> another = words;
  another.insert(another.end(), {"--pin", "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="});
  CHECK(fleet.call("backupd", another).exit_code == 4);
  CHECK(fleet.recorders().counts("*").total == 0);
  CHECK(read_file(inventory_of(fleet)) == before);

  words.insert(words.end(), {"--pin", device.pin});
  const auto added = fleet.call("backupd", words);
  INFO(added.err << added.out);
  REQUIRE(added.exit_code == 0);
  CHECK_THAT(added.out, Catch::Contains("\"steps\": [") && Catch::Contains("\"restore/configuration.bin\"") &&
                            Catch::Contains("\"pin\": \"" + device.pin + "\""));
  CHECK_THAT(read_file(inventory_of(fleet)),
             Catch::Contains("name: Neuf SA\n") && Catch::Contains("name: Dépôt nord\n"));
}
