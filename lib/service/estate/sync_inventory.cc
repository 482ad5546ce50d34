#include "service/estate/sync_inventory.h"

#include <fmt/format.h>

#include <array>
#include <map>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/hash.h"
#include "base/translate.h"
#include "catalog/anomalies.h"
#include "catalog/devices.h"
#include "catalog/installation.h"
#include "catalog/journal.h"

namespace coffre {
namespace {

constexpr std::string_view kAcceptedLossFact = "inventory_accepted_loss";
constexpr std::string_view kAnomalySubject = "inventory";

std::string new_device_id(Random& random) {
  std::array<std::uint8_t, 16> id{};
  random.fill(id);
  return to_hex(ByteView(id));
}

// Which rows of the catalog the inventory no longer accounts for.
std::vector<DeviceKey> lost_devices(const std::vector<DeviceRow>& rows, const Inventory& inventory) {
  std::set<DeviceKey> known;
  for (const auto& [key, device] : inventory.devices) {
    known.insert(key);
    if (device.renamed_from) known.insert(*device.renamed_from);
  }
  std::vector<DeviceKey> lost;
  for (const DeviceRow& row : rows) {
    if (!row.retired && !known.contains(row.key)) lost.push_back(row.key);
  }
  return lost;
}

std::size_t expected_count(const std::vector<DeviceRow>& rows) {
  std::size_t count = 0;
  for (const DeviceRow& row : rows) count += row.retired ? 0 : 1;
  return count;
}

// Names exactly this loss, so that accepting one loss does not accept the next.
std::string loss_mark(const std::vector<DeviceKey>& lost) {
  std::string text;
  for (const DeviceKey& key : lost) text += key.path() + "\n";
  return to_hex(sha256(as_bytes(text)));
}

bool too_many(std::size_t lost, std::size_t expected) {
  return lost > 0 && static_cast<double>(lost) > kLargestSilentLoss * static_cast<double>(expected);
}

std::string first_names(const std::vector<DeviceKey>& keys) {
  constexpr std::size_t kShown = 3;
  std::string text;
  for (std::size_t i = 0; i < keys.size() && i < kShown; ++i) text += (i > 0 ? ", " : "") + keys[i].path();
  return keys.size() > kShown ? text + ", ..." : text;
}

void append_change(Session& session, const std::string& account, const Device& device,
                   std::map<std::string, std::string> detail, Instant now) {
  append_journal(session,
                 {.account = account,
                  .action = "inventory_sync",
                  .subject = device.key.display(),
                  .result = "done",
                  .ticket = {},
                  .detail = std::move(detail)},
                 now);
}

std::map<std::string, std::string> retired_detail(const Device& device) {
  if (!device.retired) return {{"change", "expected_again"}};
  return {{"change", "retired"}, {"by", device.retired->by}, {"reason", device.retired->reason}};
}

// The new key's row: found under the new key, or moved from the old one.
std::optional<DeviceRow> row_for(Session& session, const Device& device, InventorySync& sync) {
  if (auto row = find_device(session, device.key)) return row;
  if (!device.renamed_from) return std::nullopt;
  auto row = find_device(session, *device.renamed_from);
  if (!row) return std::nullopt;
  row->key = device.key;
  update_device(session, *row);
  sync.renamed.push_back(device.key);
  return row;
}

void sync_device(Session& session, const Device& device, Random& random, const std::string& account, Instant now,
                 InventorySync& sync) {
  const std::size_t renamed = sync.renamed.size();
  auto row = row_for(session, device, sync);
  if (!row) {
    DeviceRow fresh{.id = new_device_id(random), .key = device.key};
    fresh.retired = device.retired.has_value();
    insert_device(session, fresh);
    append_change(session, account, device, {{"change", "added"}, {"device_id", fresh.id}}, now);
    sync.added.push_back(device.key);
    return;
  }
  if (sync.renamed.size() > renamed) {
    append_change(session, account, device, {{"change", "renamed"}, {"from", device.renamed_from->display()}}, now);
  }
  if (row->retired == device.retired.has_value()) return;
  row->retired = device.retired.has_value();
  update_device(session, *row);
  append_change(session, account, device, retired_detail(device), now);
}

}  // namespace

InventorySync sync_inventory(Database& catalog, const Inventory& inventory, Random& random, const std::string& account,
                             Instant now) {
  InventorySync sync;
  std::size_t expected = 0;
  bool refused = false;
  catalog.write([&](Session& session) {
    const auto rows = list_devices(session);
    expected = expected_count(rows);
    sync.missing = lost_devices(rows, inventory);
    refused = too_many(sync.missing.size(), expected) &&
              get_fact(session, kAcceptedLossFact).value_or("") != loss_mark(sync.missing);
    if (refused) {
      open_anomaly(session, AnomalyCode::inventory_shrunk, kAnomalySubject, first_names(sync.missing), now);
      return;
    }
    close_anomaly(session, AnomalyCode::inventory_shrunk, kAnomalySubject, "inventory loaded", now);
    for (const auto& [key, device] : inventory.devices) sync_device(session, device, random, account, now, sync);
  });
  if (refused) {
    throw Error(
        ErrorCode::rule, tr("loading the inventory"),
        fmt::format(fmt::runtime(tr("{} of {} expected devices are no longer in it ({})")), sync.missing.size(),
                    expected, first_names(sync.missing)),
        tr("Put them back, mark them `retired:`, or accept the loss: backupd inventory accept --ticket T --reason R"));
  }
  return sync;
}

std::vector<DeviceKey> accept_inventory(Database& catalog, const Inventory& inventory, const std::string& account,
                                        const std::string& ticket, const std::string& reason, Instant now) {
  std::vector<DeviceKey> lost;
  catalog.write([&](Session& session) {
    lost = lost_devices(list_devices(session), inventory);
    if (lost.empty()) return;
    put_fact(session, kAcceptedLossFact, loss_mark(lost));
    close_anomaly(session, AnomalyCode::inventory_shrunk, kAnomalySubject, reason, now);
    append_journal(session,
                   {.account = account,
                    .action = "inventory_accept",
                    .subject = first_names(lost),
                    .result = "done",
                    .ticket = ticket,
                    .detail = {{"reason", reason}, {"lost", std::to_string(lost.size())}}},
                   now);
  });
  if (lost.empty()) {
    throw Error(ErrorCode::usage, tr("accepting the inventory"),
                tr("it has lost no device: there is nothing to accept"));
  }
  return lost;
}

}  // namespace coffre
