// What the second place can do: asked, put on record, and read again by whoever relies on it.
//
// Threads: as the catalog. Errors: those of the catalog; those of the place when it cannot be asked at all: then
// nothing is recorded.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/settings.h"
#include "replicas/s3/bucket.h"
#include "replicas/s3/store_probe.h"
#include "service/installation.h"

namespace coffre {

// Which place it is, as the records name it: "https://endpoint/bucket", or the directory.
std::string place_of(const CloudReplicaSettings& cloud);

struct PlaceMeasures {
  Instant at;
  std::string place;
  std::vector<Measured> all;            // every Capability once, in order
  std::optional<CanaryFinding> canary;  // of a bucket; recorded as service/places/canary.h says
};
// Each asks, and records a fact and a journal row.
PlaceMeasures check_bucket(Installation& at, const StoreProbe& probe, const std::string& place);
PlaceMeasures check_folder(Installation& at, Replica& folder, const std::string& place);

// What is on record of that place: `enforced` only when the newest measurement said yes. A note that cannot be read is
// no measurement.
ConditionalPut measured_conditional_put(const Database& catalog, const std::string& place);

}  // namespace coffre
