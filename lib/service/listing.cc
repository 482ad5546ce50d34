#include "service/listing.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/error.h"
#include "base/translate.h"
#include "catalog/anomalies.h"
#include "service/proof_of.h"

namespace coffre {
namespace {

using DeviceNames = std::map<std::string, DeviceRow>;

DeviceNames devices_by_id(Session& session) {
  DeviceNames devices;
  for (DeviceRow& row : list_devices(session)) devices.emplace(row.id, std::move(row));
  return devices;
}

BackupView view_of(const Installation& at, Session& session, BackupRow backup, const DeviceNames& devices) {
  BackupView view;
  const auto device = devices.find(backup.device_id);
  view.device = device == devices.end() ? backup.device_id : device->second.key.display();
  view.copies = copies_of(session, backup.digest);
  view.evidence = evidence_of(session, backup.digest);
  view.proof = proof_of(at, session, backup);
  view.backup = std::move(backup);
  return view;
}

BackupFilter catalog_filter(Session& session, const ListFilter& filter) {
  BackupFilter wanted{
      .client = filter.client, .site = filter.site, .device_id = {}, .from = filter.from, .to = filter.to};
  if (filter.device.empty()) return wanted;
  const auto key = DeviceKey::from_path(filter.device);
  const auto row = key ? find_device(session, *key) : std::nullopt;
  if (!row) {
    throw Error(ErrorCode::not_found, tr("listing backups"),
                fmt::format(fmt::runtime(tr("there is no device \"{}\"")), filter.device),
                tr("List the devices with: restore-cli list --devices"));
  }
  wanted.device_id = row->id;
  return wanted;
}

bool covers(const ListFilter& filter, const DeviceKey& key) {
  if (!filter.device.empty()) return key.display() == filter.device;
  if (!filter.client.empty() && key.client.text() != filter.client) return false;
  return filter.site.empty() || key.site.text() == filter.site;
}

DeviceView device_view(const Installation& at, Session& session, const DeviceRow& row, const DeviceNames& devices) {
  DeviceView view{
      .device = row, .in_inventory = at.inventory.devices.contains(row.key), .newest = {}, .newest_proven = {}};
  const BackupFilter filter{.client = {}, .site = {}, .device_id = row.id, .from = {}, .to = {}};
  for (BackupRow& backup : list_backups(session, filter)) {
    ++view.backups;
    if (backup.suspect) {
      ++view.suspects;
      continue;
    }
    if (view.newest && view.newest_proven) continue;
    const BackupView one = view_of(at, session, std::move(backup), devices);
    if (!view.newest) view.newest = one;
    if (!view.newest_proven && is_proven(one.proof, at.policy.required_proof)) view.newest_proven = one;
  }
  return view;
}

// 0 never backed up, 1 nothing proven, 2 proven, 3 retired.
int urgency(const DeviceView& view) {
  if (view.device.retired) return 3;
  if (!view.newest) return 0;
  return view.newest_proven ? 2 : 1;
}

bool worse(const DeviceView& a, const DeviceView& b) {
  if (urgency(a) != urgency(b)) return urgency(a) < urgency(b);
  const Instant proven_a = a.newest_proven ? a.newest_proven->backup.created_at : Instant{};
  const Instant proven_b = b.newest_proven ? b.newest_proven->backup.created_at : Instant{};
  if (proven_a != proven_b) return proven_a < proven_b;
  return a.device.key < b.device.key;
}

}  // namespace

std::vector<BackupView> list_backup_views(const Installation& at, const ListFilter& filter) {
  std::vector<BackupView> views;
  at.catalog.read([&](Session& session) {
    const DeviceNames devices = devices_by_id(session);
    for (BackupRow& backup : list_backups(session, catalog_filter(session, filter))) {
      views.push_back(view_of(at, session, std::move(backup), devices));
    }
  });
  return views;
}

std::vector<DeviceView> list_device_views(const Installation& at, const ListFilter& filter) {
  std::vector<DeviceView> views;
  at.catalog.read([&](Session& session) {
    const DeviceNames devices = devices_by_id(session);
    for (const auto& [id, row] : devices) {
      if (covers(filter, row.key)) views.push_back(device_view(at, session, row, devices));
    }
    // In the inventory, but no run has seen it yet: never backed up, and so among the first.
    for (const auto& [key, device] : at.inventory.devices) {
      if (!covers(filter, key) || find_device(session, key)) continue;
      DeviceRow row{.id = {}, .key = key};
      row.retired = device.retired.has_value();
      views.push_back({.device = std::move(row), .newest = {}, .newest_proven = {}});
    }
  });
  std::ranges::sort(views, worse);
  return views;
}

std::vector<Anomaly> list_anomalies(const Installation& at) {
  std::vector<Anomaly> anomalies;
  at.catalog.read([&](Session& session) { anomalies = open_anomalies(session); });
  return anomalies;
}

BackupView find_backup_view(const Installation& at, const std::string& name) {
  const std::string full = name.ends_with(".bak") ? name : name + ".bak";
  std::optional<BackupView> found;
  at.catalog.read([&](Session& session) {
    if (auto backup = find_backup_by_name(session, full))
      found = view_of(at, session, std::move(*backup), devices_by_id(session));
  });
  if (!found) {
    throw Error(ErrorCode::not_found, tr("looking up a backup"), tr("the catalog has no backup of this name"),
                tr("List them with: restore-cli list"))
        .on(full);
  }
  return *found;
}

}  // namespace coffre
