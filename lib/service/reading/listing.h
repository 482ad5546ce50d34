// What lies where, and how far it is proven: the view behind `restore-cli list`, `show`, and later the dashboard.
// Reads the catalog only: works with the volume away. One consistent snapshot.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/backups.h"
#include "catalog/devices.h"
#include "model/anomaly.h"
#include "model/proof.h"
#include "service/installation.h"

namespace coffre {

struct BackupView {
  BackupRow backup;
  std::string device;  // "CLIENT/SITE/TYPE_NAME"
  std::vector<CopyRow> copies;
  std::vector<Evidence> evidence;
  Proof proof;
};

struct DeviceView {
  DeviceRow device;
  bool in_inventory = true;                 // false: expected, but the inventory has lost it
  std::optional<BackupView> newest;         // newest non-suspect one
  std::optional<BackupView> newest_proven;  // newest at required_proof or above
  std::size_t backups = 0;
  std::size_t suspects = 0;
};

struct ListFilter {
  std::string client{};
  std::string site{};    // code, with client
  std::string device{};  // "CLIENT/SITE/TYPE_NAME"
  std::optional<Instant> from{};
  std::optional<Instant> to{};
};

// By device, newest first. Error(not_found), with the nearest name, when the filter names a client, site or device that
// neither the inventory nor the catalog knows; list_device_views likewise.
std::vector<BackupView> list_backup_views(const Installation& at, const ListFilter& filter);

// Worst first: never backed up, then not proven, then by age of the newest proven one. Retired devices come last.
std::vector<DeviceView> list_device_views(const Installation& at, const ListFilter& filter);

std::vector<Anomaly> list_anomalies(const Installation& at);

// By name, with or without ".bak"; Error(not_found) with the way to find names.
BackupView find_backup_view(const Installation& at, const std::string& name);

}  // namespace coffre
