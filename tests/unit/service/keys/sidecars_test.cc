#include "service/keys/sidecars.h"

#include <catch2/catch.hpp>

#include "service/places/stored_copy.h"
#include "service/reading/verify.h"
#include "unit/service/opening_samples.h"
#include "vault/open.h"
#include "vault/sidecar.h"

using namespace coffre;
using namespace coffre::test;

namespace {

// A backup, and a key that it does not name.
struct Station {
  InstallationFixture fixture;
  std::string name = fixture.proven_backup(kHall);
  BackupRow backup = find_backup_view(fixture.at(), name).backup;
  Identity stranger = Identity::generate(Scope::full);

  Bytes sidecar_for(const Identity& identity) {
    const KeyRing ring = ring_of(fixture, "recovery");
    const auto file = fixture.at().local->open(object_path(backup));
    const Opened opened = open_bak(*file, ring.open_request());
    return opened.rewrap_for(std::vector{identity.recipient()});
  }
  void put(std::uint32_t epoch, const Bytes& content) {
    for (const auto& file : {fixture.local_file(name), fixture.cloud_file(name)}) {
      write_file(file.parent_path() / sidecar_name(name, epoch), std::string(content.begin(), content.end()));
    }
  }
  std::vector<std::uint32_t> stored_epochs() {
    std::vector<std::uint32_t> epochs;
    for (const auto& one : stored_sidecars(*fixture.at().cloud, object_path(backup))) epochs.push_back(one.epoch);
    return epochs;
  }
  Verification verify() {
    const KeyRing ring = ring_with(fixture, stranger.clone());
    return verify_backup(fixture.at(), backup, std::string(kHall), {.ring = ring});
  }
};

}  // namespace

TEST_CASE("sidecars are found beside their backup, newest epoch first, by number") {
  Station station;
  for (const std::uint32_t epoch : {2U, 10U, 9U}) station.put(epoch, station.sidecar_for(station.stranger));
  station.put(11, Bytes(5000));  // larger than any sidecar
  write_file(station.fixture.cloud_file(station.name).parent_path() / "other.12.rwk", "x");
  CHECK(station.stored_epochs() == std::vector<std::uint32_t>{10, 9, 2});
  CHECK(sidecars_beside(station.fixture.local_file(station.name)).size() == 3);
}

TEST_CASE("a backup opens by name with a key that only its sidecar names") {
  Station station;
  CHECK(station.verify().error.value().category() == "E_NO_KEY");
  station.put(2, station.sidecar_for(station.stranger));
  const Verification result = station.verify();
  CHECK_FALSE(result.error);
  CHECK(result.content.value().recipient == to_hex(station.stranger.id()));
  CHECK(result.content->understood);
}

TEST_CASE("forged and useless sidecars keep nobody from a good one, nor from the file itself") {
  Station station;
  FileId id{};
  REQUIRE(from_hex_exact(station.backup.file_id, id));
  const auto forged_for = [&](const Identity& identity) {
    return make_sidecar(id, station.backup.digest, SecretBytes::random(kSecretKeySize),
                        std::vector{identity.recipient()});
  };
  station.put(2, station.sidecar_for(station.stranger));
  station.put(7, forged_for(station.stranger));
  station.put(8, forged_for(station.fixture.identities("op").at(0)));
  station.put(9, Bytes{1, 2, 3});
  CHECK_FALSE(station.verify().error);

  const KeyRing op = ring_of(station.fixture, "op");
  const Verification by_op = verify_backup(station.fixture.at(), station.backup, std::string(kHall), {.ring = op});
  CHECK_FALSE(by_op.error);
  for (const CopyCheck& copy : by_op.copies) CHECK(copy.state == "good");
}

TEST_CASE("a forged sidecar alone is no key, and no damage of the copy") {
  Station station;
  FileId id{};
  REQUIRE(from_hex_exact(station.backup.file_id, id));
  station.put(2, make_sidecar(id, station.backup.digest, SecretBytes::random(kSecretKeySize),
                              std::vector{station.stranger.recipient()}));
  CHECK(station.verify().error.value().category() == "E_NO_KEY");
  CHECK_FALSE(is_open(station.fixture, AnomalyCode::replica_damaged, "local: " + station.name));
}

TEST_CASE("nothing is looked for when the file names the key itself, or no key was given") {
  Station station;
  const auto file = station.fixture.at().local->open(object_path(station.backup));
  const auto never = []() -> std::vector<StoredSidecar> { throw std::runtime_error("was asked"); };
  CHECK(fitting_sidecar(*file, station.fixture.identities("drill"), never).empty());
  CHECK(fitting_sidecar(*file, {}, never).empty());
}
