#include "service/reading/listing.h"

#include <catch2/catch.hpp>

#include "service/estate/sync_inventory.h"
#include "unit/service/opening_samples.h"

using namespace coffre;
using namespace coffre::test;

namespace {

constexpr const char* kDock = "AUTRE/PORT/NVR_NVR-DOCK";

InstallationFixture three_devices() {
  return InstallationFixture({.devices = {std::string(kHall), std::string(kQuai), kDock}});
}

std::vector<std::string> names_of(const std::vector<BackupView>& views) {
  std::vector<std::string> names;
  for (const BackupView& view : views) names.push_back(view.backup.name);
  return names;
}

std::vector<std::string> devices_of(const std::vector<DeviceView>& views) {
  std::vector<std::string> devices;
  for (const DeviceView& view : views) devices.push_back(view.device.key.display());
  return devices;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a backup is shown with its device, both copies, its evidence and its proof") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  const auto views = list_backup_views(fixture.at(), {});
  REQUIRE(views.size() == 1);
  CHECK(views[0].backup.name == name);
  CHECK(views[0].device == kHall);
  CHECK(views[0].copies.size() == 2);
  CHECK(views[0].evidence.size() >= 4);
  CHECK(views[0].proof.level == ProofLevel::understood);
}

TEST_CASE("backups are listed by device, newest first, and filtered by client, site, device and time") {
  InstallationFixture fixture = three_devices();
  const std::string hall_1 = fixture.proven_backup(kHall);
  const std::string quai = fixture.proven_backup(kQuai);
  const std::string dock = fixture.proven_backup(kDock);
  const Instant later = fixture.clock().now();
  const std::string hall_2 = fixture.proven_backup(kHall);

  struct Row {
    const char* name;
    ListFilter filter;
    Names expected;
  };
  const std::vector<Row> rows{
      {"all", {}, {dock, quai, hall_2, hall_1}},
      {"a client", {.client = "CLIEXEMP"}, {quai, hall_2, hall_1}},
      {"a site", {.client = "CLIEXEMP", .site = "ENTREPOT"}, {quai}},
      {"a device", {.device = std::string(kHall)}, {hall_2, hall_1}},
      {"from a time on", {.from = later}, {hall_2}},
      {"before a time", {.client = "CLIEXEMP", .to = later}, {quai, hall_1}},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    CHECK(names_of(list_backup_views(fixture.at(), row.filter)) == row.expected);
  }
}

TEST_CASE("a filter that names an unknown device is an error, not an empty list") {
  InstallationFixture fixture;
  for (const char* const device : {"CLIEXEMP/SIEGEPARIS/NVR_NVR-NONE", "no path at all"}) {
    CHECK(error_of([&] { list_backup_views(fixture.at(), {.device = device}); }).code() == ErrorCode::not_found);
  }
}

TEST_CASE("devices are listed worst first: never backed up, not proven, proven longest ago; retired ones last") {
  const std::string retired = "CLIEXEMP/SIEGEPARIS/NVR_NVR-OLD";
  InstallationFixture fixture(
      {.devices = {std::string(kHall), std::string(kQuai), kDock, "CLIEXEMP/SIEGEPARIS/NVR_NVR-NEVER", retired}});
  fixture.proven_backup(kQuai);
  fixture.proven_backup(kHall);
  fixture.driver().problems = {"restore/configuration.bin: not understood"};
  REQUIRE(fixture.back_up(kDock).result == BackupResult::weaker);
  fixture.at().inventory.devices.at(InstallationFixture::key(retired)).retired =
      Retired{.date = {2026, 11, 1}, .by = "A. Martin", .reason = "sold"};
  sync_inventory(fixture.at().catalog, fixture.at().inventory, fixture.at().random, "tester", fixture.clock().now());

  const auto views = list_device_views(fixture.at(), {});
  CHECK(devices_of(views) ==
        Names{"CLIEXEMP/SIEGEPARIS/NVR_NVR-NEVER", kDock, std::string(kQuai), std::string(kHall), retired});
  CHECK(views[0].backups == 0);
  CHECK_FALSE(views[0].newest);
  CHECK(views[1].newest.has_value());
  CHECK_FALSE(views[1].newest_proven);
  CHECK(views[2].newest_proven.has_value());
  CHECK(devices_of(list_device_views(fixture.at(), {.client = "AUTRE"})) == Names{kDock});
  CHECK(devices_of(list_device_views(fixture.at(), {.device = std::string(kHall)})) == Names{std::string(kHall)});
}

TEST_CASE("a suspect backup is counted, and is neither the newest nor the newest proven one") {
  InstallationFixture fixture;
  const std::string good = fixture.proven_backup(kHall);
  fixture.device(kHall).identity.serial = "OTHER-1";
  REQUIRE(fixture.back_up(kHall).result == BackupResult::suspect);
  const auto views = list_device_views(fixture.at(), {});
  REQUIRE(views.size() == 1);
  CHECK(views[0].backups == 2);
  CHECK(views[0].suspects == 1);
  CHECK(views[0].newest->backup.name == good);
  CHECK(views[0].newest_proven->backup.name == good);
}

TEST_CASE("a device that the inventory has lost, and one that no run has seen yet, are both listed") {
  InstallationFixture fixture;
  fixture.proven_backup(kHall);
  Device fresh = fixture.at().inventory.devices.at(InstallationFixture::key(kHall));
  fresh.key = InstallationFixture::key(kQuai);
  fixture.at().inventory.devices.clear();
  fixture.at().inventory.devices.emplace(fresh.key, fresh);

  const auto views = list_device_views(fixture.at(), {});
  CHECK(devices_of(views) == Names{std::string(kQuai), std::string(kHall)});
  CHECK(views[0].in_inventory);
  CHECK_FALSE(views[1].in_inventory);
}

TEST_CASE("open anomalies are listed, closed ones are not") {
  InstallationFixture fixture;
  fixture.at().catalog.write([&](Session& session) {
    open_anomaly(session, AnomalyCode::pin_changed, kHall, "another answers", fixture.clock().now());
    open_anomaly(session, AnomalyCode::disk_space, "local", "9 % free", fixture.clock().now());
    close_anomaly(session, AnomalyCode::disk_space, "local", "40 % free", fixture.clock().now());
  });
  const auto open = list_anomalies(fixture.at());
  REQUIRE(open.size() == 1);
  CHECK(open[0].code == AnomalyCode::pin_changed);
  CHECK(open[0].detail == "another answers");
}

TEST_CASE("a backup is found by name with or without its ending, also with both places away") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  fixture.restart_without_secrets();
  CHECK(find_backup_view(fixture.at(), name).device == kHall);
  CHECK(find_backup_view(fixture.at(), name.substr(0, name.size() - 4)).backup.name == name);
  const Error error = error_of([&] { find_backup_view(fixture.at(), "X_Y_Z_W_20260101_0300_HEBDO"); });
  CHECK(error.code() == ErrorCode::not_found);
  CHECK(error.subject() == "X_Y_Z_W_20260101_0300_HEBDO.bak");
}
