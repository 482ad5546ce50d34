#include "support/catalog_rows.h"

#include <fmt/format.h>

#include "base/text.h"
#include "catalog/backups.h"
#include "catalog/devices.h"

namespace coffre::test {
namespace {

std::string backup_line(Session& session, const BackupRow& row, std::string_view replica) {
  std::string line = fmt::format("  {} {} {} {} {} {}", row.sequence, row.name, to_hex(row.digest), row.file_size,
                                 to_string(row.kind), row.suspect ? "suspect" : "good");
  line += fmt::format(" after {} id {} of {} made by {} at {}", to_hex(row.prev_digest), row.file_id, row.device_id,
                      row.build, to_rfc3339(row.created_at));
  line += fmt::format(" ticket '{}' operator '{}' epoch {} readers {}", row.ticket, row.operator_id, row.epoch,
                      join(row.full_recipients, ","));
  for (const CopyRow& copy : copies_of(session, row.digest)) {
    if (replica.empty() || copy.replica == replica) line += fmt::format(" {}:{}", copy.replica, copy.path);
  }
  return line;
}

}  // namespace

std::vector<std::string> catalog_rows(const Database& catalog, std::string_view replica) {
  std::vector<std::string> lines;
  catalog.read([&](Session& session) {
    for (const DeviceRow& device : list_devices(session)) {
      lines.push_back(device.key.display() + " " + device.id);
      for (const BackupRow& row : list_all_of_device(session, device.id)) {
        lines.push_back(backup_line(session, row, replica));
      }
    }
  });
  return lines;
}

}  // namespace coffre::test
