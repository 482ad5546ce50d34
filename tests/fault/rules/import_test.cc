// The integrator's table through the program: certificates are confirmed once a site by a person at the terminal, and
// nothing is written of what was not confirmed.
#include <catch2/catch.hpp>

#include "fleet.h"

using namespace coffre::test;

namespace {

constexpr const char* kHeader = "client;site;contrat;responsable;suppléant;type;nom;adresse;pilote;identifiant\n";

// NVR-2 stands in the warehouse, the others at the head office.
std::filesystem::path table_of(Fleet& fleet) {
  std::string text = kHeader;
  for (const SimulatedDevice& device : fleet.recorders().devices()) {
    const std::string site = device.name == "NVR-2" ? "ENTREPOT" : "SIEGE";
    text += "NOUVEAU;" + site + ";standard;Anne Martin <a@example.org>;Bruno;NVR;" + device.name + ";" + device.url +
            ";hikvision-isapi;lecture\n";
  }
  const auto file = fleet.server() / "parc.csv";
  write_file(file, text);
  return file;
}

std::filesystem::path inventory_of(const Fleet& fleet) {
  return fleet.server() / "inventory" / "fleet.yaml";
}

}  // namespace

TEST_CASE("fingerprints are confirmed once a site, and of a site that was refused nothing is written") {
  Fleet fleet({.devices = 3});
  fleet.write_inventory(0);
  const std::string empty = read_file(inventory_of(fleet));
  const std::string table = table_of(fleet).string();

  const auto dry = fleet.call("backupd", {"inventory", "import", table});
  INFO(dry.err);
  CHECK(dry.exit_code == 0);
  CHECK_THAT(dry.out,
             Catch::Contains("   2  NOUVEAU/SIEGE/NVR_NVR-1 ") && Catch::Contains("fingerprint to be confirmed"));
  CHECK(read_file(inventory_of(fleet)) == empty);
  CHECK(fleet.call("backupd", {"inventory", "import", table, "--confirm-pins"}).exit_code == 2);  // nobody to ask

  ChildProcess first = fleet.start_at_terminal("backupd", {"inventory", "import", table, "--confirm-pins"});
  first.wait_for_err("NOUVEAU/ENTREPOT: certificates");
  first.write_input("y\n");
  first.wait_for_err("NOUVEAU/SIEGE: certificates");
  first.write_input("n\n");
  const ChildResult confirmed = first.wait();
  INFO(confirmed.err);
  CHECK(confirmed.exit_code == 0);
  CHECK(confirmed.out ==
        "   2  NOUVEAU/SIEGE/NVR_NVR-1                      fingerprint to be confirmed\n"
        "   3  NOUVEAU/ENTREPOT/NVR_NVR-2                   ready\n"
        "   4  NOUVEAU/SIEGE/NVR_NVR-3                      fingerprint to be confirmed\n");
  const std::string written = read_file(inventory_of(fleet));
  CHECK_THAT(written, Catch::Contains("NOUVEAU/ENTREPOT/NVR_NVR-2:") &&
                          Catch::Contains(fleet.recorders().device("NVR-2").pin) && Catch::Contains("Anne Martin"));
  CHECK_THAT(written, !Catch::Contains("SIEGE/") && !Catch::Contains("NVR-1") && !Catch::Contains("NVR-3"));
  CHECK(fleet.recorders().counts("*").total == 0);

  SECTION("again: nothing to do, and no byte changes") {
    const auto again = fleet.call("backupd", {"inventory", "import", table, "--apply"});
    INFO(again.err);
    CHECK(again.exit_code == 0);
    CHECK_THAT(again.out, Catch::Contains("ready (in the inventory already)"));
    CHECK_THAT(again.err, Catch::Contains("Nothing was to be written."));
    CHECK(read_file(inventory_of(fleet)) == written);
    CHECK(fleet.journal("inventory_import") == std::vector<std::string>{"inventory done  devices=1"});
    CHECK(fleet.journal("device_pin") ==
          std::vector<std::string>{"NOUVEAU/ENTREPOT/NVR_NVR-2 done  new=" + fleet.recorders().device("NVR-2").pin +
                                   " old= reason=confirmed at an import"});
  }
  SECTION("what was refused is asked again, and only that; then there is nobody to ask any more") {
    ChildProcess second = fleet.start_at_terminal("backupd", {"inventory", "import", table, "--confirm-pins"});
    second.wait_for_err("NOUVEAU/SIEGE: certificates");
    second.write_input("y\n");
    CHECK(second.wait().exit_code == 0);
    CHECK_THAT(second.result().err, !Catch::Contains("NOUVEAU/ENTREPOT: certificates"));
    const std::string whole = read_file(inventory_of(fleet));
    for (const SimulatedDevice& device : fleet.recorders().devices()) CHECK_THAT(whole, Catch::Contains(device.pin));
    CHECK(fleet.call("backupd", {"inventory", "import", table, "--confirm-pins"}).exit_code == 0);
    CHECK(read_file(inventory_of(fleet)) == whole);
    CHECK(fleet.run({"--all"}).exit_code == 0);
  }
}
