#include "replicas/local_volume.h"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/translate.h"
#include "replicas/folder_store.h"

namespace coffre {
namespace {

constexpr std::string_view kLockFolder = "_coffre/locks/";

std::string lock_path(std::string_view subject) {
  std::string name(subject);
  std::replace(name.begin(), name.end(), '/', '_');
  return std::string(kLockFolder) + name + ".lock";
}

}  // namespace

struct LocalVolume::State {
  LocalVolumeOptions options;
  VolumeSources sources;
  Folder folder;
  ReplicaProperties properties;

  [[nodiscard]] VolumePolicy policy() const { return {options.allowed_fuse_types}; }
  [[nodiscard]] VolumeVerdict verdict() const { return inspect_volume(folder.fd(), policy(), sources); }
};

LocalVolume::LocalVolume(std::unique_ptr<State> state) : state_(std::move(state)) {}
LocalVolume::~LocalVolume() = default;

std::unique_ptr<LocalVolume> LocalVolume::open(LocalVolumeOptions options, VolumeSources sources, FileLayer& layer) {
  Folder folder = Folder::open(options.path, layer);
  ReplicaProperties properties{options.name, options.location, ReplicaKind::local, {}};
  auto state =
      std::make_unique<State>(State{std::move(options), std::move(sources), std::move(folder), std::move(properties)});
  // NOLINTNEXTLINE(modernize-make-unique): the constructor is private, so that every volume was checked
  std::unique_ptr<LocalVolume> volume(new LocalVolume(std::move(state)));
  volume->require_volume();
  volume->note_concerns();
  return volume;
}

void LocalVolume::note_concerns() {
  auto& concerns = state_->properties.concerns;
  if (state_->options.encryption == VolumeEncryption::none)
    concerns.emplace_back(tr("the volume is not required to be encrypted (encryption: none)"));
  const VolumeVerdict found = state_->verdict();
  constexpr std::string_view kFuse = "fuse";
  if (found.encrypted && found.filesystem.rfind(kFuse, 0) == 0)
    concerns.push_back(
        fmt::format(fmt::runtime(tr("that the volume is encrypted is only claimed by {}")), found.filesystem));
}

const ReplicaProperties& LocalVolume::properties() const {
  return state_->properties;
}

void LocalVolume::require_volume() const {
  state_->folder.require_mounted();
  if (state_->options.encryption == VolumeEncryption::none) return;
  require_encrypted(state_->folder, state_->policy(), state_->sources);
}

PutResult LocalVolume::put_if_absent(std::string_view path, const RandomReader& content, const Digest& digest,
                                     const PutOptions& /*options*/) {
  return store_put(state_->folder, path, content, digest, [this] { require_volume(); });
}

std::string LocalVolume::repair(std::string_view path, const RandomReader& content, const Digest& digest,
                                const PutOptions& /*options*/) {
  return store_repair(state_->folder, path, content, digest, [this] { require_volume(); });
}

std::unique_ptr<RandomReader> LocalVolume::open(std::string_view path) {
  return store_open(state_->folder, path);
}

std::optional<ObjectInfo> LocalVolume::head(std::string_view path) {
  return store_head(state_->folder, path);
}

void LocalVolume::list(std::string_view prefix, const Visitor& visit) {
  store_list(state_->folder, prefix, [&](const ObjectInfo& object) {
    if (object.path.rfind(kLockFolder, 0) != 0) visit(object);
  });
}

Removal LocalVolume::remove(std::string_view path, FloorPermit permit) {
  require_permit(permit, path, state_->properties.name);
  require_volume();
  return store_remove(state_->folder, path);
}

std::unique_ptr<NewFile> LocalVolume::start_file(std::string_view folder) {
  require_volume();
  return std::unique_ptr<NewFile>(new NewFile(*this, folder));
}

std::optional<FileLock> LocalVolume::try_lock(std::string_view subject, const Clock& clock) {
  state_->folder.require_mounted();
  return FileLock::try_acquire(state_->folder, lock_path(subject), clock);
}

FileLock LocalVolume::lock(std::string_view subject, const Clock& clock, std::chrono::milliseconds patience) {
  state_->folder.require_mounted();
  return FileLock::acquire(state_->folder, lock_path(subject), clock, patience, subject);
}

std::optional<LockHolder> LocalVolume::holder(std::string_view subject) {
  return lock_holder(state_->folder, lock_path(subject));
}

Space LocalVolume::space() const {
  return space_of(state_->folder);
}

VolumeVerdict LocalVolume::verdict() const {
  return state_->verdict();
}

NewFile::NewFile(const LocalVolume& volume, std::string_view folder)
    : volume_(volume), file_(volume.state_->folder, folder) {}

void NewFile::write(ByteView bytes) {
  file_.write(bytes);
}
void NewFile::sync() {
  file_.sync();
}
std::uint64_t NewFile::size() const {
  return file_.size();
}
std::unique_ptr<RandomReader> NewFile::reread() const {
  return file_.reread();
}

PublishResult NewFile::publish(std::string_view path) {
  volume_.require_volume();
  return file_.publish(path);
}

}  // namespace coffre
