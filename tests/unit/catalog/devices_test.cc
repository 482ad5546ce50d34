#include "catalog/devices.h"

#include <catch2/catch.hpp>

#include "support/error_of.h"
#include "support/print_instant.h"
#include "unit/catalog/sample_rows.h"

namespace coffre {
namespace {

using test::at;
using test::error_of;

// Every field as text, so that a failing comparison shows which one differs.
std::string described(const DeviceRow& row) {
  const auto time = [](const std::optional<Instant>& when) { return when ? to_rfc3339(*when) : std::string("-"); };
  std::string text = fmt::format("{} {} {} {} {} {} [{}] {} {}", row.id, row.key.path(), time(row.last_attempt),
                                 time(row.last_success), time(row.last_proven), time(row.next_expected), row.last_error,
                                 row.retired, row.collect_requested);
  if (!row.expectation) return text;
  const DeviceIdentity& identity = row.expectation->identity;
  text += fmt::format(" expects {}/{}/{}/{} {}", identity.vendor, identity.model, identity.serial, identity.firmware,
                      row.expectation->restore_bytes);
  for (const auto& [name, count] : identity.counts) text += fmt::format(" {}={}", name, count);
  for (const auto& [name, bytes] : row.expectation->restore_parts) text += fmt::format(" {}:{}", name, bytes);
  return text;
}

DeviceRow full_row() {
  DeviceRow row = test::device(1, "CLIEXEMP/SIEGEPARIS/NVR_NVR-HALL");
  row.expectation = Expectation{{"Hikvision", "DS-7616", "SN-1", "4.30", {{"channels", 16}, {"users", 3}}},
                                123456,
                                {{"restore/a.bin", 3456}, {"restore/b.bin", 120000}}};
  row.last_attempt = at("2026-11-21T03:00:00Z");
  row.last_success = at("2026-11-20T03:00:00Z");
  row.last_proven = at("2026-11-19T03:00:00Z");
  row.next_expected = at("2026-11-28T03:00:00Z");
  row.last_error = "device answers no more";
  row.retired = true;
  row.collect_requested = true;
  return row;
}

TEST_CASE("a device comes back with every field, by key, by id and in the list", "[catalog]") {
  test::SampleCatalog catalog;
  const DeviceRow full = full_row();
  const DeviceRow bare = test::device(2, "CLIEXEMP/SIEGEPARIS/NVR_NVR-CAVE");
  catalog.database.write([&](Session& session) {
    insert_device(session, full);
    insert_device(session, bare);
  });
  catalog.database.read([&](Session& session) {
    for (const DeviceRow& row : {full, bare}) {
      CHECK(described(find_device(session, row.key).value()) == described(row));
      CHECK(described(find_device_by_id(session, row.id).value()) == described(row));
    }
    const auto listed = list_devices(session);
    REQUIRE(listed.size() == 2);
    CHECK(described(listed[0]) == described(bare));
    CHECK(described(listed[1]) == described(full));
    CHECK_FALSE(find_device(session, test::device_key("CLIEXEMP/SIEGEPARIS/NVR_OTHER")));
    CHECK_FALSE(find_device_by_id(session, test::device_id(9)));
  });
}

TEST_CASE("the list is ordered by client, site, type, name, as the keys are", "[catalog]") {
  test::SampleCatalog catalog;
  const std::vector<std::string> paths{"A/S/NVR_A",   "A/S/NVR_B",   "A/S/VMS_A",
                                       "A/S-2/NVR_A", "A-1/S/NVR_A", "B/A/NVR_A"};
  catalog.database.write([&](Session& session) {
    unsigned number = 10;
    for (auto path = paths.rbegin(); path != paths.rend(); ++path)
      insert_device(session, test::device(number++, *path));
  });
  catalog.database.read([&](Session& session) {
    std::vector<std::string> listed;
    for (const DeviceRow& row : list_devices(session)) listed.push_back(row.key.path());
    CHECK(listed == paths);
  });
}

TEST_CASE("an update writes every field, and can take an expectation away", "[catalog]") {
  test::SampleCatalog catalog;
  DeviceRow row = test::device(1, "CLIEXEMP/SIEGEPARIS/NVR_OLD");
  catalog.database.write([&](Session& session) { insert_device(session, row); });
  row = full_row();
  catalog.database.write([&](Session& session) { update_device(session, row); });
  catalog.database.read([&](Session& session) {
    CHECK(described(find_device_by_id(session, row.id).value()) == described(row));
    CHECK_FALSE(find_device(session, test::device_key("CLIEXEMP/SIEGEPARIS/NVR_OLD")));
  });
  row.expectation->identity.counts = {{"channels", 8}};
  catalog.database.write([&](Session& session) { update_device(session, row); });
  catalog.database.read(
      [&](Session& session) { CHECK(described(find_device_by_id(session, row.id).value()) == described(row)); });
  row.expectation.reset();
  catalog.database.write([&](Session& session) { update_device(session, row); });
  catalog.database.read(
      [&](Session& session) { CHECK(described(find_device_by_id(session, row.id).value()) == described(row)); });
}

TEST_CASE("a device is there once", "[catalog]") {
  test::SampleCatalog catalog;
  Database& database = catalog.database;
  database.write([&](Session& session) {
    insert_device(session, test::device(1, "A/S/NVR_ONE"));
    insert_device(session, test::device(2, "A/S/NVR_TWO"));
  });
  const auto insert = [&](unsigned number, const char* path) {
    return error_of([&] { database.write([&](Session& s) { insert_device(s, test::device(number, path)); }); }).code();
  };
  CHECK(insert(3, "A/S/NVR_ONE") == ErrorCode::conflict);
  CHECK(insert(1, "A/S/NVR_THREE") == ErrorCode::conflict);
  const auto update = [&](unsigned number, const char* path) {
    return error_of([&] { database.write([&](Session& s) { update_device(s, test::device(number, path)); }); }).code();
  };
  CHECK(update(2, "A/S/NVR_ONE") == ErrorCode::conflict);
  CHECK(update(7, "A/S/NVR_SEVEN") == ErrorCode::not_found);
}

TEST_CASE("an id that is not 32 lower-case hex digits never gets in", "[catalog]") {
  test::SampleCatalog catalog;
  const std::string id = GENERATE("", "00", "0000000000000000000000000000000G", "0000000000000000000000000000000A");
  DeviceRow row = test::device(1, "A/S/NVR_ONE");
  row.id = id;
  const Error error = error_of([&] { catalog.database.write([&](Session& session) { insert_device(session, row); }); });
  CHECK(error.code() == ErrorCode::internal);
}

}  // namespace
}  // namespace coffre
