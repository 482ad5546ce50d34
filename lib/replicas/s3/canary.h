// Asks a store whether its locks hold: of two fresh objects of our own, one locked, the key that may delete removes the
// other one and tries the locked one (security-design.md section 3, Bucket). The locked one stays until its lock ends,
// and is removed by a later call.
// A lock that reads back weaker or shorter than it was asked to be has not held either.
//
// Threads: one. Errors: those of s3_client.h when the store cannot be asked at all; an answer that refuses is a
// finding.
#pragma once

#include "replicas/s3/probe_folder.h"
#include "replicas/s3/store_judge.h"

namespace coffre {

struct CanaryReport {
  CanaryFinding finding;
  Measured lock_read_back;
};

CanaryReport ask_canary(const StoreProbe& probe);

}  // namespace coffre
