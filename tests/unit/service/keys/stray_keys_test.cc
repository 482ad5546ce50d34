#include "service/keys/offline_secrets.h"

#include <catch2/catch.hpp>

#include "config/settings.h"
#include "unit/service/opening_samples.h"

using namespace coffre;
using namespace coffre::test;

namespace fs = std::filesystem;

TEST_CASE("the server's own keys, the database and sealed backups are no identity") {
  InstallationFixture fixture;
  fixture.proven_backup(kHall);
  CHECK(find_identities(fixture.settings()).empty());
  CHECK_NOTHROW(require_no_identities(fixture.settings()));
}

TEST_CASE("a key that opens backups is found in every folder of ours, whatever its name") {
  InstallationFixture fixture;
  const std::string below = GENERATE(as<std::string>{}, "server/old", "server/data", "local/CLIEXEMP", "cloud");
  const fs::path folder = fixture.folder() / below;
  fs::create_directories(folder);
  const fs::path stray = folder / "notes.txt";
  fs::copy_file(fixture.key_file("recovery"), stray);
  INFO(stray);
  CHECK(find_identities(fixture.settings()) == std::vector<fs::path>{stray});
  const Error error = error_of([&] { require_no_identities(fixture.settings()); });
  CHECK(exit_code(error.code()) == 4);
  CHECK(error.subject() == stray.string());
  Settings station = fixture.settings();
  station.same_machine_station = true;
  CHECK_NOTHROW(require_no_identities(station));
}
