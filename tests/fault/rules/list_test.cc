// restore-cli list only looks: what cannot be verified is said, and hides nothing.
#include <catch2/catch.hpp>

#include "fleet.h"

using namespace coffre::test;

TEST_CASE("list works when the trust lists do not verify, and warns") {
  Fleet fleet({.devices = 1});
  REQUIRE(fleet.run({"--all"}).exit_code == 0);
  const auto list = fleet.server() / "keys" / "signers.list";
  write_file(list, read_file(list) + "coffre-signer ed25519 " + std::string(64, 'a') + "\n");
  const auto listed = fleet.call("restore-cli", {"list"});
  CHECK(listed.exit_code == 0);
  CHECK_THAT(listed.out, Catch::Contains("CLIEXEMP_SIEGEPARIS_NVR_NVR_"));
  CHECK_THAT(listed.err, Catch::Contains("warning") && Catch::Contains("signers.list"));
  CHECK(fleet.run({"--all"}).exit_code == 4);
}

TEST_CASE("list of a client or site that nobody knows ends with exit code 2") {
  Fleet fleet({.devices = 1});
  const auto client = fleet.call("restore-cli", {"list", "--client", "NOPE"});
  CHECK(client.exit_code == 2);
  CHECK_THAT(client.err, Catch::Contains("there is no client \"NOPE\""));
  const auto site = fleet.call("restore-cli", {"list", "--site", "CLIEXEMP/SIEGEPARI"});
  CHECK(site.exit_code == 2);
  CHECK_THAT(site.err, Catch::Contains("Is CLIEXEMP/SIEGEPARIS meant?"));
}

TEST_CASE("a device that was never backed up has an empty list, and nothing to verify") {
  Fleet fleet({.devices = 1});
  CHECK(fleet.call("restore-cli", {"list", "--device", Fleet::display("NVR")}).exit_code == 0);
  const auto verified = fleet.call("restore-cli", {"verify", "--device", Fleet::display("NVR")});
  CHECK(verified.exit_code == 2);
  CHECK_THAT(verified.err, Catch::Contains("never backed up"));
}
