#include "service/places.h"

#include "replicas/directory.h"
#include "service/installation.h"

namespace coffre {

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

std::unique_ptr<Replica> open_cloud(const Settings& settings) {
  DirectoryOptions options;
  options.name = kCloudReplica;
  options.location = settings.cloud.location;
  options.path = settings.cloud.directory.string();
  return open_directory(options);
}

}  // namespace coffre
