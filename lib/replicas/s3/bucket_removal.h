// Takes one object out of a bucket for good: every version and delete marker of its key, newest first, so that the one
// that counts as the object (bucket.h) goes last; then what belongs to it (Replica::remove).
//
// What is under lock is found out before anything goes. A version that the store refuses to remove although it is not
// locked, or was not within the last 5 minutes (the clocks may differ), means that the key lacks the right:
// Error(refused). Each request is tried again by `each`.
// Threads: no shared state. Errors: those of S3Client. A kill leaves the object, or some of what belongs to it.
#pragma once

#include <functional>
#include <string>

#include "base/clock.h"
#include "replicas/replica.h"
#include "replicas/s3/s3_client.h"

namespace coffre {

// Runs one request; the caller puts its retries around it.
using EachRequest = std::function<void(const std::function<void()>& ask)>;

Removal remove_from_bucket(const S3Client& client, const std::string& key, bool versioned, Instant now,
                           const EachRequest& each);

}  // namespace coffre
