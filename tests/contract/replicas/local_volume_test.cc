#include "replicas/local_volume.h"

#include <stdlib.h>

#include <catch2/catch.hpp>

#include "replica_contract.h"
#include "support/temp_dir.h"

using namespace coffre;

namespace {

LocalVolumeOptions clear_volume(const std::string& path) {
  return {"local", "here", path, VolumeEncryption::none, {}};
}

}  // namespace

TEST_CASE("A local volume keeps the contract of a replica") {
  const test::TempDir dir;
  test::check_replica_contract([&] { return LocalVolume::open(clear_volume(dir.path())); });
}

TEST_CASE("A local volume loses nothing that was acknowledged while calls fail") {
  std::vector<std::unique_ptr<test::TempDir>> places;
  test::check_replica_survives_faults([&]() -> test::OpenReplica {
    places.push_back(std::make_unique<test::TempDir>());
    return [path = places.back()->path()] { return LocalVolume::open(clear_volume(path)); };
  });
}

// Run by luks_volume_test.sh, which makes the volume and says where it is mounted.
TEST_CASE("A local volume on real LUKS keeps the contract, with encryption required", "[.luks]") {
  const char* const mount_point = ::getenv("COFFRE_LUKS_MOUNT");
  REQUIRE(mount_point != nullptr);
  LocalVolumeOptions options{"local", "here", mount_point, VolumeEncryption::required, {}};
  CHECK(LocalVolume::open(options)->verdict().reason.rfind("LUKS2 on dm-", 0) == 0);
  CHECK(LocalVolume::open(options)->properties().concerns.empty());
  test::check_replica_contract([&] { return LocalVolume::open(options); });
}
