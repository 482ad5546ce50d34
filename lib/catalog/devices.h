// Devices as the catalog knows them: their random id (field device_id of every .bak), what is expected of them, and the
// four different facts of design.md section 1: last attempt, last success, last proven, next expected.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "catalog/database.h"
#include "model/backup_name.h"
#include "model/plausibility.h"

namespace coffre {

struct DeviceRow {
  std::string id{};  // 32 lower-case hex digits
  DeviceKey key;
  std::optional<Expectation> expectation{};
  std::optional<Instant> last_attempt{};
  std::optional<Instant> last_success{};  // non-suspect, at least sealed
  std::optional<Instant> last_proven{};
  std::optional<Instant> next_expected{};
  std::string last_error{};  // one line, printable; "" after a success
  bool retired = false;
  bool collect_requested = false;  // by `accept`: due at the next run, whatever the slot says
};

std::vector<DeviceRow> list_devices(Session& session);  // ordered by key
std::optional<DeviceRow> find_device(Session& session, const DeviceKey& key);
std::optional<DeviceRow> find_device_by_id(Session& session, std::string_view id);

// Inserts a device that is new; a second one of that key or id is Error(conflict).
void insert_device(Session& session, const DeviceRow& row);
// Writes every field of an existing row (found by id); Error(not_found) otherwise. Used for renames too.
void update_device(Session& session, const DeviceRow& row);

}  // namespace coffre
