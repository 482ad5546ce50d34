#include "replicas/local_volume.h"

#include <filesystem>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "support/error_of.h"
#include "support/temp_dir.h"

using namespace coffre;
using namespace std::chrono_literals;
using test::error_of;
namespace fs = std::filesystem;

namespace {

// A folder that claims to lie on LUKS until decrypt() is called.
class Volume {
 public:
  Volume() {
    fs::create_directories(dir_ / "data");
    test::write_file(dir_ / "sys/dev/block/253:0/dm/uuid", "CRYPT-LUKS2-0123456789abcdef-data\n");
    const Folder folder = Folder::open(dir_ / "data");
    test::write_file(dir_ / "mountinfo", std::to_string(folder.mount_id()) + " 1 253:0 / / rw - ext4 /dev/dm-0 rw\n");
  }
  void decrypt() const { fs::remove(dir_ / "sys/dev/block/253:0/dm/uuid"); }
  [[nodiscard]] std::unique_ptr<LocalVolume> open(VolumeEncryption encryption = VolumeEncryption::required) const {
    return LocalVolume::open({"local", "Paris, server room", dir_ / "data", encryption, {}},
                             {dir_ / "mountinfo", dir_ / "sys"});
  }
  [[nodiscard]] fs::path data() const { return dir_ / "data"; }

 private:
  test::TempDir dir_;
};

constexpr const char* kFolder = "CLI/SITE/NVR_A";
constexpr const char* kPath = "CLI/SITE/NVR_A/x.bak";

}  // namespace

TEST_CASE("An encrypted volume is opened without concerns, one without encryption only aloud") {
  const Volume volume;
  CHECK(volume.open()->properties().concerns.empty());
  CHECK(volume.open()->properties().kind == ReplicaKind::local);
  CHECK(volume.open()->verdict().encrypted);
  volume.decrypt();
  const Error error = error_of([&] { (void)volume.open(); });
  CHECK(error.code() == ErrorCode::rule);
  CHECK(error.category() == "VOLUME_NOT_ENCRYPTED");
  const auto aloud = volume.open(VolumeEncryption::none);
  REQUIRE(aloud->properties().concerns.size() == 1);
  CHECK_THAT(aloud->properties().concerns.front(), Catch::Contains("encryption: none"));
  CHECK_FALSE(aloud->verdict().encrypted);
}

TEST_CASE("A backup is sealed in place and appears whole") {
  const Volume volume;
  const auto local = volume.open();
  const auto file = local->start_file(kFolder);
  file->write(as_bytes("sealed"));
  file->sync();
  CHECK(file->size() == 6);
  CHECK(file->reread()->size() == 6);
  local->list("", [](const ObjectInfo& object) { FAIL(object.path); });
  CHECK(file->publish(kPath) == PublishResult::published);
  CHECK(test::read_file(volume.data() / kPath) == "sealed");
  REQUIRE(local->open(kPath) != nullptr);
  CHECK(local->head(kPath)->size == 6);
}

TEST_CASE("A suspect backup lies beside, and a taken name is a value") {
  const Volume volume;
  const auto local = volume.open();
  test::write_file(volume.data() / kPath, "older");
  const auto file = local->start_file(kFolder);
  file->sync();
  CHECK(file->publish(kPath) == PublishResult::exists);
  CHECK(file->publish("CLI/SITE/NVR_A/_suspect/x.bak") == PublishResult::published);
  CHECK(test::read_file(volume.data() / kPath) == "older");
}

TEST_CASE("A volume that is not encrypted any more gets nothing") {
  const Volume volume;
  const auto local = volume.open();
  const auto file = local->start_file(kFolder);
  file->write(as_bytes("sealed"));
  file->sync();
  volume.decrypt();
  CHECK(error_of([&] { (void)file->publish(kPath); }).code() == ErrorCode::rule);
  CHECK(error_of([&] { (void)local->start_file(kFolder); }).code() == ErrorCode::rule);
  const MemoryReader content(as_bytes("x"));
  CHECK(error_of([&] { (void)local->put_if_absent(kPath, content, sha256(as_bytes("x"))); }).code() == ErrorCode::rule);
  CHECK_FALSE(fs::exists(volume.data() / kPath));
}

TEST_CASE("Reading goes on when the check says no: a restore matters more") {
  const Volume volume;
  const auto local = volume.open();
  test::write_file(volume.data() / kPath, "sealed");
  volume.decrypt();
  CHECK(local->open(kPath) != nullptr);
}

TEST_CASE("A device's lock excludes the second one, which is told who holds it") {
  const Volume volume;
  const auto first = volume.open();
  const auto second = volume.open();
  const SystemClock clock;
  CHECK_FALSE(first->holder(kFolder).has_value());
  auto lock = first->try_lock(kFolder, clock);
  REQUIRE(lock.has_value());
  CHECK(fs::exists(volume.data() / "_coffre/locks/CLI_SITE_NVR_A.lock"));
  CHECK_FALSE(second->try_lock(kFolder, clock).has_value());
  REQUIRE(second->holder(kFolder).has_value());
  const Error error = error_of([&] { (void)second->lock(kFolder, clock, 20ms); });
  CHECK(error.code() == ErrorCode::conflict);
  CHECK(error.subject() == kFolder);
  CHECK(second->try_lock("CLI/SITE/NVR_B", clock).has_value());
  lock.reset();
  CHECK_NOTHROW(second->lock(kFolder, clock, 0ms));
}

TEST_CASE("Locks are no objects") {
  const Volume volume;
  const auto local = volume.open();
  const auto lock = local->try_lock(kFolder, SystemClock());
  test::write_file(volume.data() / "_coffre/INSTALLATION", "x");
  std::vector<std::string> paths;
  local->list("", [&](const ObjectInfo& object) { paths.push_back(object.path); });
  CHECK(paths == std::vector<std::string>{"_coffre/INSTALLATION"});
}

TEST_CASE("A volume knows its space") {
  const Volume volume;
  CHECK(volume.open()->space().total_bytes > 0);
}
