// A whole installation in a folder of its own: made by init_installation (encryption: none, offline keys unlocked
// unless asked otherwise), composed as the programs do, with recorders in memory (support/fake_driver.h) and a clock
// that stands still. For suites that link the room service.
//
//   InstallationFixture fixture;                                       // one device: kHall
//   const BackupOutcome outcome = fixture.back_up(kHall);              // or run_pass(fixture.at(), ...)
//   fixture.device(kHall).fail_at("collect", Error(...));              // the next session meets it
//   fixture.restart();                                                 // another process: all from disk again
//
// Threads: the test's own.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "config/settings.h"
#include "os/file_layer.h"
#include "service/backup/back_up.h"
#include "service/estate/init_installation.h"
#include "service/installation.h"
#include "support/fake_driver.h"
#include "support/faulty_replica.h"
#include "support/fixed_clock.h"
#include "support/temp_dir.h"
#include "vault/key_files.h"

namespace coffre::test {

inline constexpr std::string_view kHall = "CLIEXEMP/SIEGEPARIS/NVR_NVR-HALL";
inline constexpr std::string_view kQuai = "CLIEXEMP/ENTREPOT/NVR_NVR-QUAI";
inline constexpr std::string_view kFixtureCredential = "lecture";
inline constexpr std::string_view kFixtureBuild = "coffre 0.1.0";
inline constexpr std::string_view kFixtureAccount = "tester";

struct FixtureOptions {
  std::string start = "2026-11-21T02:00:00Z";  // a Saturday, 03:00 in Paris
  std::vector<std::string> devices = {std::string(kHall)};
  std::optional<std::string> passphrase{};  // locks the offline keys; at least kShortestPassphrase characters
  FileLayer* layer = nullptr;               // of the local volume; nullptr: the system's. Outlives the fixture
};

class InstallationFixture {
 public:
  explicit InstallationFixture(FixtureOptions options = {});

  // `local`, `cloud` and `keys` are all there.
  [[nodiscard]] Installation& at() { return *at_; }
  // Composes anew from what lies on the disk (inventory and fake devices stay): what a next process would see.
  void restart();
  // As a command that only looks: no replicas, no server keys.
  void restart_without_secrets();

  // Adds client, site and device to the inventory as needed (address https://192.0.2.N, pinned, kFixtureCredential),
  // and brings the catalog in line.
  void add_device(std::string_view path);
  [[nodiscard]] static DeviceKey key(std::string_view path);
  [[nodiscard]] std::string address(std::string_view path);
  [[nodiscard]] std::string device_id(std::string_view path);
  [[nodiscard]] FakeDevice& device(std::string_view path) { return driver_.device(address(path)); }
  [[nodiscard]] FakeDriver& driver() { return driver_; }

  // One backup, now; moves the clock on by a minute afterwards, so that the next one has another name.
  BackupOutcome back_up(std::string_view path, Kind kind = Kind::hebdo);
  // As back_up, and requires proof level 4; the name.
  std::string proven_backup(std::string_view path);

  // Puts a replica that fails on request in front of the second one; the same one at each call until restart().
  FaultyReplica& faulty_cloud();

  [[nodiscard]] FixedClock& clock() { return clock_; }
  [[nodiscard]] const Settings& settings() const { return settings_; }
  [[nodiscard]] const InitResult& init() const { return init_; }
  [[nodiscard]] std::filesystem::path folder() const { return dir_.path(); }
  [[nodiscard]] std::filesystem::path config() const { return init_.config_file; }
  [[nodiscard]] std::filesystem::path local() const { return dir_ / "local"; }
  [[nodiscard]] std::filesystem::path cloud() const { return dir_ / "cloud"; }
  // "op", "drill", "recovery".
  [[nodiscard]] std::filesystem::path key_file(std::string_view role) const;
  [[nodiscard]] std::vector<Identity> identities(std::string_view role) const;
  // Both copies of a backup, suspect or not, as files.
  [[nodiscard]] std::filesystem::path local_file(std::string_view name) const;
  [[nodiscard]] std::filesystem::path cloud_file(std::string_view name) const;

 private:
  enum class With { everything, no_secrets };
  void compose(With with);

  TempDir dir_;
  FixedClock clock_;
  SystemRandom random_;
  FileLayer* layer_;
  FakeDriver driver_;
  Inventory inventory_;
  InitResult init_;
  Settings settings_;
  std::unique_ptr<Replica> real_cloud_;
  FaultyReplica* faulty_cloud_ = nullptr;
  std::unique_ptr<Installation> at_;
};

// Changes one byte of a file in place.
void damage(const std::filesystem::path& file, std::uint64_t offset);

}  // namespace coffre::test
