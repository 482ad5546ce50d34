// A stored file as a row of the catalog, made from its header and metadata alone: for a catalog that does not know it
// (rebuilt, restored from an older copy, or behind what lies in a replica).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "catalog/backups.h"
#include "model/inventory.h"
#include "service/places/stored_file.h"

namespace coffre {

struct SurveyedBackup {
  BackupRow row;
  DeviceKey device;  // as its name says
  std::string path;
};

// nullopt when its name is none of the convention, or it lies where that name does not belong.
std::optional<SurveyedBackup> surveyed(const StoredFile& file);

// In the caller's transaction; the device's row must be there. The copy is "seen", not "good": only both ends of it
// were read. A signed file was sealed, and one that is not suspect was collected whole; everything above is to be
// proven anew.
void insert_surveyed(Session& session, const SurveyedBackup& backup, std::string_view replica, Instant now);

}  // namespace coffre
