// A recorder with an RSA-1024 certificate: refused before anything is sent, unless a dated exception is written down.
#include <catch2/catch.hpp>

#include "fleet.h"

using namespace coffre::test;

namespace {

FleetOptions weak_recorders() {
  return {.devices = 2, .recorder = {"--make", "hikvision", "--key", "rsa1024"}};
}

void allow(const Fleet& fleet, const std::string& device, const std::string& until) {
  write_file(fleet.config(), read_file(fleet.config()) + "\nallow:\n  - {exception: weak-tls, device: " +
                                 Fleet::display(device) + ", until: " + until + ", by: A. Martin, reason: ordered}\n");
}

}  // namespace

TEST_CASE("a device with a weak key is backed up only while a dated exception holds for it") {
  Fleet fleet(weak_recorders());
  SECTION("without one nothing is sent") {
    const Run run = fleet.run({"--all"});
    CHECK(run.exit_code == 1);
    CHECK(run.device("NVR-1").result == "failed");
    CHECK(run.device("NVR-1").category == "WEAK_KEY");
    CHECK_THAT(run.device("NVR-1").message, Catch::Contains("RSA 1024") && Catch::Contains("weak-tls"));
    CHECK(fleet.recorders().counts("*").total == 0);
    CHECK(fleet.call("backupd", {"check"}).exit_code == 3);
  }
  SECTION("with one that is over nothing is sent") {
    allow(fleet, "NVR-1", "2020-01-31");
    CHECK(fleet.run({"--all"}).device("NVR-1").category == "WEAK_KEY");
    CHECK(fleet.recorders().counts("*").total == 0);
  }
  SECTION("with one that holds its device is backed up, and a warning says so") {
    allow(fleet, "NVR-1", "2099-01-31");
    const Run run = fleet.run({"--all"});
    CHECK(run.device("NVR-1").result == "proven");
    CHECK_THAT(run.err, Catch::Contains("RSA 1024") && Catch::Contains("allowed by a dated exception"));
    CHECK(run.device("NVR-2").category == "WEAK_KEY");
    CHECK_THAT(fleet.call("backupd", {"check"}).out, Catch::Contains("allowed until 2099-01-31"));
  }
}

TEST_CASE("device add refuses a weak key before the password is sent, and says what to write") {
  Fleet fleet(weak_recorders());
  fleet.write_inventory(1);
  const SimulatedDevice device = fleet.recorders().devices().at(1);
  const std::vector<std::string> words{
      "device",          "add",          Fleet::display("NVR-2"),       "--address", device.url, "--driver",
      "hikvision-isapi", "--credential", std::string(kFleetCredential), "--pin",     device.pin};
  const auto refused = fleet.call("backupd", words);
  CHECK(refused.exit_code == 7);
  CHECK_THAT(refused.err, Catch::Contains("exception: weak-tls"));
  CHECK(fleet.recorders().counts("*").total == 0);
  allow(fleet, "NVR-2", "2099-01-31");
  const auto added = fleet.call("backupd", words);
  INFO(added.err);
  CHECK(added.exit_code == 0);
}
