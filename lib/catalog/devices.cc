#include "catalog/devices.h"

#include <map>

#include "base/error.h"
#include "base/translate.h"
#include "catalog/session.h"

namespace coffre {
namespace {

// The tables beside `devices`, with one number a name: what is counted, and the bytes of each restore part.
struct NumbersTable {
  const char* select_all;
  const char* select;
  const char* insert;
  const char* remove;
};

#define COFFRE_NUMBERS_TABLE(table)                                                                                \
  {                                                                                                                \
    "SELECT device_id, name, value FROM " table, "SELECT name, value FROM " table " WHERE device_id = :device_id", \
        "INSERT INTO " table " (device_id, name, value) VALUES (:device_id, :name, :value)",                       \
        "DELETE FROM " table " WHERE device_id = :device_id"                                                       \
  }
constexpr NumbersTable kCounts = COFFRE_NUMBERS_TABLE("expected_counts");
constexpr NumbersTable kParts = COFFRE_NUMBERS_TABLE("expected_parts");
#undef COFFRE_NUMBERS_TABLE

#define COFFRE_SELECT_DEVICES                                                                                       \
  "SELECT id, client, site, type, name, expected_vendor, expected_model, expected_serial, expected_firmware, "      \
  "expected_bytes, last_attempt, last_success, last_proven, next_expected, last_error, retired, collect_requested " \
  "FROM devices "
constexpr const char* kSelectAll = COFFRE_SELECT_DEVICES "ORDER BY client, site, type, name";
constexpr const char* kSelectByKey =
    COFFRE_SELECT_DEVICES "WHERE client = :client AND site = :site AND type = :type AND name = :name";
constexpr const char* kSelectById = COFFRE_SELECT_DEVICES "WHERE id = :id";
#undef COFFRE_SELECT_DEVICES

constexpr const char* kInsert =
    "INSERT INTO devices (client, site, type, name, expected_vendor, expected_model, expected_serial, "
    "expected_firmware, "
    "expected_bytes, last_attempt, last_success, last_proven, next_expected, last_error, retired, collect_requested, "
    "id) "
    "VALUES (:client, :site, :type, :name, :vendor, :model, :serial, :firmware, :bytes, :attempt, :success, :proven, "
    ":next, :error, :retired, :collect, :id)";
constexpr const char* kUpdate =
    "UPDATE devices SET client = :client, site = :site, type = :type, name = :name, expected_vendor = :vendor, "
    "expected_model = :model, expected_serial = :serial, expected_firmware = :firmware, expected_bytes = :bytes, "
    "last_attempt = :attempt, last_success = :success, last_proven = :proven, next_expected = :next, "
    "last_error = :error, retired = :retired, collect_requested = :collect WHERE id = :id";

// Every column in the order of kInsert and kUpdate.
Values values_of(const DeviceRow& row) {
  const Expectation* expected = row.expectation ? &*row.expectation : nullptr;
  const auto text = [&](std::string DeviceIdentity::*field) {
    return expected == nullptr ? Value(std::nullopt) : Value(expected->identity.*field);
  };
  return {row.key.client.text(),
          row.key.site.text(),
          row.key.type.text(),
          row.key.name.text(),
          text(&DeviceIdentity::vendor),
          text(&DeviceIdentity::model),
          text(&DeviceIdentity::serial),
          text(&DeviceIdentity::firmware),
          expected == nullptr ? Value(std::nullopt) : Value(expected->restore_bytes),
          row.last_attempt,
          row.last_success,
          row.last_proven,
          row.next_expected,
          row.last_error,
          row.retired,
          row.collect_requested,
          row.id};
}

template <typename Number>
void insert_numbers(Session& session, const NumbersTable& table, const std::string& device_id,
                    const std::map<std::string, Number>& numbers) {
  for (const auto& [name, value] : numbers) session.run(table.insert, {device_id, name, value});
}

void insert_expectation(Session& session, const DeviceRow& row) {
  if (!row.expectation) return;
  insert_numbers(session, kCounts, row.id, row.expectation->identity.counts);
  insert_numbers(session, kParts, row.id, row.expectation->restore_parts);
}

template <typename Number>
void read_numbers(Session& session, const NumbersTable& table, const std::string& device_id,
                  std::map<std::string, Number>& numbers) {
  std::string name;
  std::int64_t value = 0;
  session.each(table.select, {device_id}, {&name, &value}, [&] { numbers[name] = static_cast<Number>(value); });
}

// Of all devices at once: device -> its numbers.
template <typename Number>
std::map<std::string, std::map<std::string, Number>> all_numbers(Session& session, const NumbersTable& table) {
  std::map<std::string, std::map<std::string, Number>> numbers;
  std::string id, name;
  std::int64_t value = 0;
  session.each(table.select_all, {}, {&id, &name, &value}, [&] { numbers[id][name] = static_cast<Number>(value); });
  return numbers;
}

Code code_of(const std::string& text) {
  auto code = Code::create(text);
  if (code) return *code;
  throw Error(ErrorCode::damaged, tr("reading a device from the catalog"),
              tr("a code is not of the form [A-Z0-9-]{1,32}"),
              tr("Stop Coffre, keep the file, and make it anew: restore-cli rebuild-catalog"));
}

// Runs one of the selects; counts are added by the caller.
std::vector<DeviceRow> select_devices(Session& session, const char* sql, const Values& values) {
  std::vector<DeviceRow> rows;
  std::string id, client, site, type, name, last_error;
  std::optional<std::string> vendor, model, serial, firmware;
  std::optional<std::int64_t> bytes;
  std::optional<Instant> attempt, success, proven, next;
  bool retired = false;
  bool collect = false;
  session.each(sql, values,
               {&id, &client, &site, &type, &name, &vendor, &model, &serial, &firmware, &bytes, &attempt, &success,
                &proven, &next, &last_error, &retired, &collect},
               [&] {
                 DeviceRow row{.id = id, .key = {code_of(client), code_of(site), code_of(type), code_of(name)}};
                 if (bytes) {
                   row.expectation = Expectation{
                       {vendor.value_or(""), model.value_or(""), serial.value_or(""), firmware.value_or(""), {}},
                       static_cast<std::uint64_t>(*bytes),
                       {}};
                 }
                 row.last_attempt = attempt;
                 row.last_success = success;
                 row.last_proven = proven;
                 row.next_expected = next;
                 row.last_error = last_error;
                 row.retired = retired;
                 row.collect_requested = collect;
                 rows.push_back(std::move(row));
               });
  return rows;
}

std::optional<DeviceRow> select_device(Session& session, const char* sql, const Values& values) {
  auto rows = select_devices(session, sql, values);
  if (rows.empty()) return std::nullopt;
  DeviceRow row = std::move(rows.front());
  if (!row.expectation) return row;
  read_numbers(session, kCounts, row.id, row.expectation->identity.counts);
  read_numbers(session, kParts, row.id, row.expectation->restore_parts);
  return row;
}

}  // namespace

std::vector<DeviceRow> list_devices(Session& session) {
  auto rows = select_devices(session, kSelectAll, {});
  auto counts = all_numbers<std::int64_t>(session, kCounts);
  auto parts = all_numbers<std::uint64_t>(session, kParts);
  for (DeviceRow& row : rows) {
    if (!row.expectation) continue;
    row.expectation->identity.counts = std::move(counts[row.id]);
    row.expectation->restore_parts = std::move(parts[row.id]);
  }
  return rows;
}

std::optional<DeviceRow> find_device(Session& session, const DeviceKey& key) {
  return select_device(session, kSelectByKey, {key.client.text(), key.site.text(), key.type.text(), key.name.text()});
}

std::optional<DeviceRow> find_device_by_id(Session& session, std::string_view id) {
  return select_device(session, kSelectById, {id});
}

void insert_device(Session& session, const DeviceRow& row) {
  session.run(kInsert, values_of(row));
  insert_expectation(session, row);
}

void update_device(Session& session, const DeviceRow& row) {
  if (session.run(kUpdate, values_of(row)) == 0) {
    throw Error(ErrorCode::not_found, tr("updating a device in the catalog"), tr("no device has this id"))
        .on(row.key.display());
  }
  session.run(kCounts.remove, {row.id});
  session.run(kParts.remove, {row.id});
  insert_expectation(session, row);
}

}  // namespace coffre
