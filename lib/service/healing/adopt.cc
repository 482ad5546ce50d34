#include "service/healing/adopt.h"

#include "base/log.h"
#include "catalog/devices.h"
#include "service/healing/surveyed_backup.h"

namespace coffre {
namespace {

bool has_device(Session& session, const SurveyedBackup& backup) {
  if (find_device_by_id(session, backup.row.device_id)) return true;
  if (find_device(session, backup.device)) return false;
  insert_device(session, {.id = backup.row.device_id, .key = backup.device});
  return true;
}

}  // namespace

std::optional<BackupRow> adopt(Installation& at, std::string_view replica, const StoredFile& file) {
  const auto backup = surveyed(file);
  const Instant now = at.clock.now();
  bool adopted = false;
  at.catalog.write([&](Session& session) {
    adopted = false;
    if (!backup || find_backup_by_name(session, backup->row.name) || !has_device(session, *backup)) return;
    insert_surveyed(session, *backup, replica, now);
    adopted = true;
  });
  log(LogLevel::warning, file.path,
      adopted ? "the catalog did not know this backup: recorded, to be proven anew"
              : "the catalog cannot record this file: its name or its device's belongs to another one");
  if (!adopted) return std::nullopt;
  return backup->row;
}

}  // namespace coffre
