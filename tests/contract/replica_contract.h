// What every Replica must do (replicas/replica.h), as checks that any implementation runs: the local volume, the
// directory, later the bucket, and every decorator.
#pragma once

#include <functional>
#include <memory>

#include "replicas/replica.h"

namespace coffre::test {

// Opens the same empty place each time it is called: two calls give two views of one store.
using OpenReplica = std::function<std::unique_ptr<Replica>()>;

// Runs all of it inside a TEST_CASE; the place must be empty. Leaves objects behind.
void check_replica_contract(const OpenReplica& open);

// The same, while calls fail: call 1, then 2, ... until none fails. `fresh` gives a new empty place for each round.
// Checks that nothing that was acknowledged is lost, that nothing half is visible, and that a second run finishes.
void check_replica_survives_faults(const std::function<OpenReplica()>& fresh);

}  // namespace coffre::test
