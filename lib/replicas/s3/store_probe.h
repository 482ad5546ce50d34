// Asks a store, with objects of our own (probe_folder.h), the questions on which the bucket relies: what it does is
// measured, not taken from a list of providers. About 30 requests; leaves nothing but one locked object, which the next
// call removes.
//
// Threads: one. Errors: those of s3_client.h when the store cannot be asked at all (it does not answer, the key is
// wrong); a question that fails alone is not measured, with the reason.
#pragma once

#include <vector>

#include "replicas/s3/canary.h"

namespace coffre {

struct StoreMeasures {
  std::vector<Measured> all;  // every Capability once, in order
  CanaryFinding canary;
};

StoreMeasures measure_store(const StoreProbe& probe);

}  // namespace coffre
