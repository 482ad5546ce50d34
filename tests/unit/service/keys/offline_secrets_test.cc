#include "service/keys/offline_secrets.h"

#include <catch2/catch.hpp>

#include "config/settings.h"
#include "unit/service/opening_samples.h"

using namespace coffre;
using namespace coffre::test;

namespace {

using Paths = std::vector<std::filesystem::path>;

// A copy of the restore key, somewhere in the server's folders.
std::filesystem::path planted(const InstallationFixture& fixture, const std::string& name) {
  const auto file = fixture.settings().file.parent_path() / name;
  write_file(file, read_file(fixture.key_file("op")));
  return file;
}

}  // namespace

TEST_CASE("a new installation holds no key that opens backups") {
  const InstallationFixture fixture;
  CHECK(find_identities(fixture.settings()).empty());
  CHECK_NOTHROW(require_no_identities(fixture.settings()));
}

TEST_CASE("a reading key is found wherever it lies in the server's folders, once, in path order") {
  const InstallationFixture fixture;
  const auto in_data = planted(fixture, "data/old/copy.txt");
  const auto in_keys = planted(fixture, "keys/restauration.key");
  CHECK(find_identities(fixture.settings()) == Paths{in_data, in_keys});
  const Error error = error_of([&] { require_no_identities(fixture.settings()); });
  CHECK(error.code() == ErrorCode::rule);
  CHECK(error.subject() == in_data.string());
}

TEST_CASE("the recovery key, locked keys, and lines inside another text are found as well") {
  const InstallationFixture locked({.passphrase = "douze lettres au moins"});
  const auto folder = locked.settings().file.parent_path();
  write_file(folder / "a.key", read_file(locked.key_file("recovery")));
  write_file(folder / "b.txt", "Notes of Tuesday\n\n" + read_file(locked.key_file("op")) + "\nand so on\n");
  CHECK(find_identities(locked.settings()) == Paths{folder / "a.key", folder / "b.txt"});
}

TEST_CASE("what opens no configuration may lie there, and what is too large to be a key file is not searched") {
  const InstallationFixture fixture;
  const auto folder = fixture.settings().file.parent_path();
  write_file(folder / "copy-of-catalog.identity", read_file(fixture.settings().keys.catalog_identity));
  write_file(folder / "large.bin", std::string(1024 * 1024, ' ') + read_file(fixture.key_file("op")));
  CHECK(find_identities(fixture.settings()).empty());
}

TEST_CASE("`station: same-machine`, said aloud, allows what is found") {
  const InstallationFixture fixture;
  planted(fixture, "restauration.key");
  Settings settings = fixture.settings();
  settings.same_machine_station = true;
  CHECK_NOTHROW(require_no_identities(settings));
  CHECK(find_identities(settings).size() == 1);  // `check` still shows it
}

TEST_CASE("looking leaves the catalog in use as it is") {
  InstallationFixture fixture;
  CHECK(find_identities(fixture.settings()).empty());
  fixture.proven_backup(kHall);  // SQLite's locks are still there
  CHECK(find_identities(fixture.settings()).empty());
}
