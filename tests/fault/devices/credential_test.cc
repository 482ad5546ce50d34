// Rule 5: a wrong password is tried once, and a certificate that is not the confirmed one gets nothing at all.
#include <catch2/catch.hpp>

#include "fleet.h"

using namespace coffre::test;

TEST_CASE("a wrong password is sent once in the whole run, and then never, until a person releases it") {
  Fleet fleet({.devices = 4});
  fleet.recorders().set("*", "password", "Another-Pass-2");
  fleet.recorders().reset_counts("*");

  const Run run = fleet.run();
  INFO(run.err);
  CHECK(run.exit_code == 1);
  CHECK(fleet.recorders().counts("*").with_credentials == 1);
  int refused = 0;
  for (const auto& [name, device] : run.devices) {
    CHECK(device.result == "failed");
    refused += device.category == "WRONG_PASSWORD" ? 1 : 0;
    if (device.category != "WRONG_PASSWORD") CHECK(device.category == "CREDENTIAL_STOPPED");
    const auto lines = run.lines_about(name);
    REQUIRE(lines.size() == 1);
    CHECK_THAT(lines[0], Catch::Contains("backupd secret set lecture"));
    CHECK_THAT(lines[0], Catch::Contains("backupd secret release lecture --reason"));
  }
  CHECK(refused == 1);
  std::vector<std::string> open;
  for (int i = 1; i <= 4; ++i) open.push_back("backup_missing " + Fleet::display("NVR-" + std::to_string(i)));
  open.emplace_back("credential_stopped lecture");
  CHECK(fleet.anomalies() == open);

  SECTION("the next run sends nothing") {
    const Run next = fleet.run();
    CHECK(next.exit_code == 1);
    CHECK(fleet.recorders().counts("*").with_credentials == 1);
    CHECK(next.device("NVR-1").category == "CREDENTIAL_STOPPED");
  }
  SECTION("released while still wrong: once more") {
    CHECK(fleet.call("backupd", {"secret", "release", "lecture", "--reason", "compared with the sheet"}).exit_code ==
          0);
    CHECK(fleet.run().exit_code == 1);
    CHECK(fleet.recorders().counts("*").with_credentials == 2);
  }
  SECTION("released when the account is right again") {
    fleet.recorders().set("*", "password", kSimulatorPassword);
    CHECK(fleet.call("backupd", {"secret", "release", "lecture", "--reason", "was reset on site"}).exit_code == 0);
    CHECK(fleet.run().exit_code == 0);
    CHECK(fleet.anomalies() == std::vector<std::string>{});
  }
  SECTION("a new password releases it as well") {
    fleet.set_password("Another-Pass-2");
    CHECK(fleet.run().exit_code == 0);
    CHECK(fleet.anomalies() == std::vector<std::string>{});
  }
  CHECK(fleet.damage() == std::vector<std::string>{});
}

TEST_CASE(
    "an account that a device has locked is asked for nothing more in this run; its credential goes on elsewhere") {
  Fleet fleet({.devices = 3});
  fleet.recorders().fault("NVR-1", "locked");
  const Run run = fleet.run();
  INFO(run.err);
  CHECK(run.exit_code == 3);
  CHECK(run.device("NVR-1").category == "LOCKED_OUT");
  CHECK_THAT(run.device("NVR-1").message,
             Catch::Contains("30 minutes") && Catch::Contains("backupd run --device " + Fleet::display("NVR-1")));
  CHECK(run.device("NVR-2").result == "proven");
  CHECK(fleet.anomalies() == std::vector<std::string>{"backup_missing " + Fleet::display("NVR-1")});

  fleet.recorders().heal("NVR-1");
  CHECK(fleet.run().exit_code == 0);
  CHECK(fleet.anomalies() == std::vector<std::string>{});
}

TEST_CASE("a certificate that is not the confirmed one gets no request, and the others are backed up") {
  Fleet fleet({.devices = 3});
  REQUIRE(fleet.run().exit_code == 0);
  const std::string pin = fleet.recorders().new_certificate("NVR-1");
  fleet.recorders().reset_counts("*");

  const Run run = fleet.run({"--all"});
  INFO(run.err);
  CHECK(run.exit_code == 3);
  CHECK(fleet.recorders().counts("NVR-1").total == 0);
  CHECK(run.device("NVR-1").category == "PIN_MISMATCH");
  CHECK(run.device("NVR-2").result == "proven");
  CHECK(run.device("NVR-3").result == "proven");
  const std::string display = Fleet::display("NVR-1");
  const auto lines = run.lines_about("NVR-1");
  REQUIRE(lines.size() == 1);
  CHECK_THAT(lines[0], Catch::Contains("backupd device pin " + display));
  CHECK(fleet.anomalies() == std::vector<std::string>{"pin_changed " + display});
  CHECK(fleet.run({"--device", display}).exit_code == 7);

  const auto confirmed =
      fleet.call("backupd", {"device", "pin", display, "--pin", pin, "--reason", "replaced by the manufacturer"});
  INFO(confirmed.err);
  CHECK(confirmed.exit_code == 0);
  CHECK(fleet.run({"--device", display}).exit_code == 0);
  CHECK(fleet.anomalies() == std::vector<std::string>{});
  CHECK(fleet.damage() == std::vector<std::string>{});
}

TEST_CASE("whatever the make, a wrong password is one request with credentials, and no other device is asked") {
  struct Row {
    const char* name;
    std::vector<std::string> recorder;
    const char* driver;
    const char* device_lines;
  };
  const std::vector<Row> rows{
      {"Hikvision, encrypted export",
       {"--make", "hikvision", "--export", "encrypted"},
       "hikvision-isapi",
       "    settings: {export: encrypted}\n"},
      {"Hikvision, SHA-256", {"--make", "hikvision", "--digest", "SHA-256"}, "hikvision-isapi", ""},
      {"Nx", {"--make", "nx"}, "nx-witness", ""},
      {"Axis", {"--make", "axis"}, "axis-dca", ""},
  };
  for (const Row& row : rows) {
    INFO("row: " << row.name);
    Fleet fleet({.devices = 3, .recorder = row.recorder, .driver = row.driver, .device_lines = row.device_lines});
    fleet.recorders().fault("*", "wrong-password");
    const Run run = fleet.run();
    INFO(run.err);
    CHECK(run.exit_code == 1);
    const RequestCounts counts = fleet.recorders().counts("*");
    CHECK(counts.with_credentials == 1);
    CHECK(counts.wrong == 1);
    CHECK(fleet.run().exit_code == 1);
    CHECK(fleet.recorders().counts("*").with_credentials == 1);
    CHECK_THAT(fleet.anomalies(), Catch::VectorContains(std::string("credential_stopped lecture")));

    fleet.recorders().heal("*");
    CHECK(fleet.call("backupd", {"secret", "release", "lecture", "--reason", "reset on site"}).exit_code == 0);
    CHECK(fleet.run().exit_code == 0);
    CHECK(fleet.anomalies() == std::vector<std::string>{});
    CHECK(fleet.damage() == std::vector<std::string>{});
  }
}

TEST_CASE("whatever the make, a certificate that is not the confirmed one gets no request") {
  struct Row {
    const char* make;
    const char* driver;
  };
  for (const Row& row : {Row{"nx", "nx-witness"}, Row{"axis", "axis-dca"}}) {
    INFO("row: " << row.make);
    Fleet fleet({.devices = 1, .recorder = {"--make", row.make}, .driver = row.driver});
    fleet.recorders().new_certificate("NVR");
    const Run run = fleet.run();
    INFO(run.err);
    CHECK(run.exit_code == 7);
    CHECK(run.device("NVR").category == "PIN_MISMATCH");
    CHECK(fleet.recorders().counts("NVR").total == 0);
    CHECK(fleet.anomalies() == std::vector<std::string>{"pin_changed " + Fleet::display("NVR")});
  }
}

TEST_CASE("a device whose certificate nobody has confirmed is not even connected to") {
  Fleet fleet({.devices = 2});
  const auto file = fleet.server() / "inventory" / "fleet.yaml";
  std::string text = read_file(file);
  const std::string pin = "    pin: \"" + fleet.recorders().device("NVR-1").pin + "\"\n";
  const auto at = text.find(pin);
  REQUIRE(at != std::string::npos);
  write_file(file, text.erase(at, pin.size()));

  const Run run = fleet.run();
  INFO(run.out << run.err);
  CHECK(run.device("NVR-1").action == "not_confirmed");
  CHECK(fleet.recorders().counts("NVR-1").connections == 0);
  CHECK(run.device("NVR-2").result == "proven");
  const auto lines = run.lines_about("NVR-1");
  REQUIRE(lines.size() == 1);
  CHECK_THAT(lines[0], Catch::Contains("backupd device pin " + Fleet::display("NVR-1")));
}
