// Rows for the catalog's tests, and a catalog in a folder of its own.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "base/hash.h"
#include "catalog/backups.h"
#include "catalog/database.h"
#include "catalog/devices.h"
#include "support/fixed_clock.h"
#include "support/temp_dir.h"

namespace coffre::test {

inline Instant at(std::string_view rfc3339) {
  return from_rfc3339(rfc3339).value();
}

// A fresh catalog; `clock` stands at 2026-11-21T03:00:00Z.
struct SampleCatalog {
  TempDir folder;
  FixedClock clock{"2026-11-21T03:00:00Z"};
  std::string path = folder / "catalog.db";
  Database database = Database::open(path, clock);
};

inline std::string device_id(unsigned number) {
  return fmt::format("{:032x}", number);
}

inline DeviceKey device_key(std::string_view path) {
  return DeviceKey::from_path(path).value();
}

inline DeviceRow device(unsigned number, std::string_view path) {
  return {.id = device_id(number), .key = device_key(path)};
}

inline Digest digest_of(std::string_view text) {
  return sha256(as_bytes(text));
}

// The `sequence`-th backup of the device, named by both; its digest is digest_of(name).
inline BackupRow backup(unsigned device, std::uint64_t sequence, std::string_view client = "CLIEXEMP") {
  BackupRow row;
  row.name = fmt::format("{}_SIEGEPARIS_NVR_NVR-{}_20261121_0300_HEBDO-{}.bak", client, device, sequence + 1);
  row.digest = digest_of(row.name);
  row.file_id = device_id(1000 * device + static_cast<unsigned>(sequence));
  row.device_id = device_id(device);
  row.sequence = sequence;
  row.created_at = at("2026-11-21T03:00:00Z") + std::chrono::days{7 * static_cast<int>(sequence)};
  row.recorded_at = row.created_at + Seconds{9};
  row.file_size = 5121;
  return row;
}

}  // namespace coffre::test
