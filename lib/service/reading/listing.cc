#include "service/reading/listing.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/error.h"
#include "base/translate.h"
#include "catalog/anomalies.h"
#include "config/suggest.h"
#include "service/reading/proof_of.h"

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

[[noreturn]] void throw_unknown(std::string why, const std::string& typed, const std::vector<std::string>& known) {
  const std::string meant = nearest(typed, known);
  const std::string where = tr("List the devices with: restore-cli list --devices");
  const std::string hint = meant.empty() ? where : fmt::format(fmt::runtime(tr("Is {} meant? {}")), meant, where);
  throw Error(ErrorCode::not_found, tr("listing backups"), std::move(why), hint);
}

// A name that nobody knows is a typing mistake, not a place without backups. Known is what the inventory or the catalog
// names: the history of a device that the inventory has lost stays within reach.
void require_known(const Installation& at, Session& session, const ListFilter& filter) {
  std::set<std::string> clients;
  std::set<std::string> sites;
  std::set<std::string> devices;
  const auto add_device = [&](const DeviceKey& key) {
    clients.insert(key.client.text());
    sites.insert(site_key(key.client, key.site));
    devices.insert(key.display());
  };
  for (const auto& [code, client] : at.inventory.clients) clients.insert(code.text());
  for (const auto& [key, site] : at.inventory.sites) sites.insert(key);
  for (const auto& [key, device] : at.inventory.devices) add_device(key);
  for (const DeviceRow& row : list_devices(session)) add_device(row.key);

  const auto require = [](const char* why, const std::string& typed, const std::set<std::string>& known) {
    if (known.contains(typed)) return;
    throw_unknown(fmt::format(fmt::runtime(why), typed), typed, {known.begin(), known.end()});
  };
  if (!filter.device.empty()) require(tr("there is no device \"{}\""), filter.device, devices);
  if (!filter.site.empty()) {
    require(tr("there is no site \"{}\""), filter.client + "/" + filter.site, sites);
  } else if (!filter.client.empty()) {
    require(tr("there is no client \"{}\""), filter.client, clients);
  }
}

// nullopt: a device that no run has seen yet, so without any backup.
std::optional<BackupFilter> catalog_filter(Session& session, const ListFilter& filter) {
  BackupFilter wanted{
      .client = filter.client, .site = filter.site, .device_id = {}, .from = filter.from, .to = filter.to};
  if (filter.device.empty()) return wanted;
  const auto key = DeviceKey::from_path(filter.device);
  const auto row = key ? find_device(session, *key) : std::nullopt;
  if (!row) return std::nullopt;
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
    require_known(at, session, filter);
    const auto wanted = catalog_filter(session, filter);
    if (!wanted) return;
    const DeviceNames devices = devices_by_id(session);
    for (BackupRow& backup : list_backups(session, *wanted)) {
      views.push_back(view_of(at, session, std::move(backup), devices));
    }
  });
  return views;
}

std::vector<DeviceView> list_device_views(const Installation& at, const ListFilter& filter) {
  std::vector<DeviceView> views;
  at.catalog.read([&](Session& session) {
    require_known(at, session, filter);
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
  std::string device;  // meant by somebody who typed a device's name
  at.catalog.read([&](Session& session) {
    if (auto backup = find_backup_by_name(session, full)) {
      found = view_of(at, session, std::move(*backup), devices_by_id(session));
      return;
    }
    std::vector<std::string> devices;
    for (const DeviceRow& row : list_devices(session)) devices.push_back(row.key.display());
    device = nearest(name, devices);
  });
  if (!found) {
    throw Error(ErrorCode::not_found, tr("looking up a backup"), tr("the catalog has no backup of this name"),
                device.empty() ? std::string(tr("List them with: restore-cli list"))
                               : fmt::format(fmt::runtime(tr("List them with: restore-cli list --device {}")), device))
        .on(full);
  }
  return *found;
}

}  // namespace coffre
