// Asks a place that is a folder the questions that make sense of one, through replica.h alone. Puts one object,
// `_coffre/probe/once`, which stays: the next call finds it again.
//
// Threads: one. Errors: those of the replica when it cannot be asked at all.
#pragma once

#include <vector>

#include "replicas/capability.h"
#include "replicas/replica.h"

namespace coffre {

// Every Capability once, in order.
std::vector<Measured> measure_folder(Replica& folder);

}  // namespace coffre
