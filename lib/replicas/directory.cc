#include "replicas/directory.h"

#include <utility>

#include "os/folder.h"
#include "replicas/folder_store.h"

namespace coffre {
namespace {

class Directory final : public Replica {
 public:
  Directory(ReplicaProperties properties, Folder folder)
      : properties_(std::move(properties)), folder_(std::move(folder)) {}

  [[nodiscard]] const ReplicaProperties& properties() const override { return properties_; }

  PutResult put_if_absent(std::string_view path, const RandomReader& content, const Digest& digest,
                          const PutOptions& /*options*/) override {
    return store_put(folder_, path, content, digest, [this] { folder_.require_mounted(); });
  }
  std::string repair(std::string_view path, const RandomReader& content, const Digest& digest,
                     const PutOptions& /*options*/) override {
    return store_repair(folder_, path, content, digest, [this] { folder_.require_mounted(); });
  }
  std::unique_ptr<RandomReader> open(std::string_view path) override { return store_open(folder_, path); }
  std::optional<ObjectInfo> head(std::string_view path) override { return store_head(folder_, path); }
  void list(std::string_view prefix, const Visitor& visit) override { store_list(folder_, prefix, visit); }
  Removal remove(std::string_view path, FloorPermit permit) override {
    require_permit(permit, path, properties_.name);
    return store_remove(folder_, path);
  }

 private:
  ReplicaProperties properties_;
  Folder folder_;
};

}  // namespace

std::unique_ptr<Replica> open_directory(const DirectoryOptions& options, FileLayer& layer) {
  ReplicaProperties properties{options.name, options.location, ReplicaKind::directory, {}};
  return std::make_unique<Directory>(std::move(properties), Folder::open(options.path, layer));
}

}  // namespace coffre
