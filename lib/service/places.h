// The two places of an installation as its configuration describes them: the local volume and the second place. Each
// caller says by what it does next what it wants of them: `init` claims them, everybody else asks whether they are ours
// (replicas/installation.h). Which store stands behind the second place is decided here and nowhere else.
//
// Threads: no shared state. Errors: rule (the local volume is not encrypted, and the configuration does not allow it),
// not_found, io, as replicas/local_volume.h and replicas/directory.h say. Nothing is written by opening.
#pragma once

#include <memory>

#include "config/settings.h"
#include "replicas/local_volume.h"
#include "replicas/replica.h"

namespace coffre {

// Named kLocalReplica.
std::unique_ptr<LocalVolume> open_local(const Settings& settings);
// Named kCloudReplica.
std::unique_ptr<Replica> open_cloud(const Settings& settings);

}  // namespace coffre
