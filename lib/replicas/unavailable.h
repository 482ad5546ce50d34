// Stands for a replica that cannot be used now (its directory is gone, its volume not mounted), so that a run goes on
// with the other one: every call throws the Error that says why. Threads: all functions from any thread.
#pragma once

#include <memory>

#include "base/error.h"
#include "replicas/replica.h"

namespace coffre {

// The calls throw `why` with the code io, whatever code it had: a replica that is away says nothing about the objects
// that lie in it (absent is something else). Step, reason, hint, category and subject stay.
std::unique_ptr<Replica> unavailable_replica(ReplicaProperties properties, const Error& why);

}  // namespace coffre
