// Everything that one replica holds, in the form of catalog rows: the reading half of rebuild_catalog.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "catalog/backups.h"
#include "catalog/devices.h"
#include "service/healing/rebuild_catalog.h"
#include "service/healing/surveyed_backup.h"

namespace coffre {

struct Survey {
  std::vector<SurveyedBackup> backups;       // by path
  std::map<std::string, DeviceRow> devices;  // by id; key and facts as its newest backup has them
  std::size_t own_objects = 0;
  std::vector<LeftOut> left_out;
};

// Two ranged reads an object. What cannot be a backup of this installation is in `left_out`, with the reason; Errors of
// the replica itself (io, unreachable) are thrown: half a survey is none.
Survey survey_replica(const RebuildRequest& request);

}  // namespace coffre
