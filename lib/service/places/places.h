// The two places of an installation as its configuration describes them: the local volume and the second place. Each
// caller says by what it does next what it wants of them: `init` claims them, everybody else asks whether they are ours
// (replicas/installation.h). Which store stands behind the second place is decided here and nowhere else.
//
// Threads: no shared state. Errors: rule (the local volume is not encrypted, and the configuration does not allow it),
// not_found, io, as replicas/local_volume.h and replicas/directory.h say; those of replicas/s3/bucket.h; what the
// caller's KeyOfStore throws. Nothing is written by opening.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "config/settings.h"
#include "replicas/local_volume.h"
#include "replicas/replica.h"
#include "replicas/s3/bucket.h"
#include "replicas/s3/s3_client.h"

namespace coffre {

// The access key and its secret, of a credential by the name that the configuration gives it. From the catalog
// (service/places/store_credentials.h), or from a person where there is no catalog.
using KeyOfStore = std::function<S3Credentials(const std::string& name)>;

struct StoreAccess {
  KeyOfStore key;  // asked once, and only when the second place is a bucket
  BucketMeans means;
  ConditionalPut conditional_put = ConditionalPut::unknown;  // as it was measured (service/places/check_replica.h)
};

// Named kLocalReplica.
std::unique_ptr<LocalVolume> open_local(const Settings& settings);
// Named kCloudReplica. A bucket is asked whether it answers, and what it can do.
std::unique_ptr<Replica> open_cloud(const Settings& settings, const StoreAccess& access);
// The same with the credential that may also remove versions: for expiry alone. Error(usage) when the configuration
// names none. A directory needs none.
std::unique_ptr<Replica> open_cloud_to_remove(const Settings& settings, const StoreAccess& access);
// For whoever measures a bucket: its client with the key that also deletes versions. nullptr when the second place is
// no bucket or `deleter:` names none. Nothing else may have that key (security-design.md section 3, Bucket).
std::unique_ptr<S3Client> open_deleter(const Settings& settings, const StoreAccess& access);
S3LockMode lock_mode_of(const BucketSettings& bucket);
// For whoever cannot have a key of a bucket yet (`init`): Error(usage) when the second place is one.
std::unique_ptr<Replica> open_cloud(const Settings& settings);

}  // namespace coffre
