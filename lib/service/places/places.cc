#include "service/places/places.h"

#include <utility>

#include "base/error.h"
#include "base/translate.h"
#include "replicas/directory.h"
#include "service/installation.h"

namespace coffre {
namespace {

std::unique_ptr<Replica> open_stand_in(const CloudReplicaSettings& cloud) {
  DirectoryOptions options;
  options.name = kCloudReplica;
  options.location = cloud.location;
  options.path = cloud.directory.string();
  return open_directory(options);
}

S3Location location_of(const BucketSettings& bucket) {
  return {.endpoint = bucket.endpoint,
          .region = bucket.region,
          .bucket = bucket.bucket,
          .addressing = bucket.style == BucketStyle::path ? S3Addressing::path : S3Addressing::virtual_host,
          .ca_file = bucket.ca_file.string()};
}

BucketOptions options_of(const BucketSettings& bucket, const std::string& location) {
  BucketOptions options;
  options.name = kCloudReplica;
  options.location = location;
  options.at = location_of(bucket);
  options.lock = lock_mode_of(bucket);
  return options;
}

}  // namespace

std::unique_ptr<LocalVolume> open_local(const Settings& settings) {
  LocalVolumeOptions options;
  options.name = kLocalReplica;
  options.location = settings.local.location;
  options.path = settings.local.path.string();
  options.encryption =
      settings.local.encryption == EncryptionDemand::none ? VolumeEncryption::none : VolumeEncryption::required;
  for (const std::string& type : settings.local.allow_fuse) options.allowed_fuse_types.push_back("fuse." + type);
  return LocalVolume::open(std::move(options));
}

std::unique_ptr<Replica> open_cloud(const Settings& settings, const StoreAccess& access) {
  const CloudReplicaSettings& cloud = settings.cloud;
  if (!cloud.bucket) return open_stand_in(cloud);
  BucketOptions options = options_of(*cloud.bucket, cloud.location);
  options.conditional_put = access.conditional_put;
  return Bucket::open(std::move(options), access.key(cloud.bucket->writer), access.means);
}

std::unique_ptr<S3Client> open_deleter(const Settings& settings, const StoreAccess& access) {
  const auto& bucket = settings.cloud.bucket;
  if (!bucket || bucket->deleter.empty()) return nullptr;
  return std::make_unique<S3Client>(location_of(*bucket), access.key(bucket->deleter), access.means.clock);
}

S3LockMode lock_mode_of(const BucketSettings& bucket) {
  if (bucket.lock == BucketLock::none) return S3LockMode::none;
  return bucket.lock == BucketLock::governance ? S3LockMode::governance : S3LockMode::compliance;
}

std::unique_ptr<Replica> open_cloud_to_remove(const Settings& settings, const StoreAccess& access) {
  const CloudReplicaSettings& cloud = settings.cloud;
  if (!cloud.bucket) return open_stand_in(cloud);
  if (cloud.bucket->deleter.empty()) {
    throw Error(ErrorCode::usage, tr("opening the second place to remove from it"),
                tr("the configuration names no `deleter`: nothing ever expires from this bucket"),
                tr("Name a second credential of the bucket under replicas.cloud.s3.deleter, and store its key with: "
                   "backupd secret set NAME --user ACCESS-KEY"))
        .on(std::string(kCloudReplica));
  }
  return Bucket::open(options_of(*cloud.bucket, cloud.location), access.key(cloud.bucket->deleter), access.means);
}

std::unique_ptr<Replica> open_cloud(const Settings& settings) {
  if (!settings.cloud.bucket) return open_stand_in(settings.cloud);
  throw Error(ErrorCode::usage, tr("opening the second place"), tr("no key of the bucket is stored yet"),
              tr("Begin with `directory:`; then name the bucket, and: backupd secret set NAME --user ACCESS-KEY, "
                 "backupd replica claim cloud"))
      .on(std::string(kCloudReplica));
}

}  // namespace coffre
