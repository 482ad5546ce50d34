// The replica on this machine: a directory on an encrypted volume, where new backups are sealed in place.
//
// There is no spool: the sealer writes straight into an unnamed file in the device's folder (NewFile). The volume is
// checked when it is opened and again before each publishing: still mounted, still encrypted (Error(io) "volume not
// mounted", Error(rule) "volume not encrypted: ..."). `encryption: none` skips the latter, and stays in
// properties().concerns. Locks live in `_coffre/locks/`.
//
// Threads: LocalVolume by many at once; a NewFile by one at a time.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/stream.h"
#include "os/durable_file.h"
#include "os/encrypted_volume.h"
#include "os/lock.h"
#include "os/space.h"
#include "replicas/replica.h"

namespace coffre {

enum class VolumeEncryption {
  required,  // LUKS below, or one of the allowed FUSE types
  none,      // said aloud in the configuration
};

struct LocalVolumeOptions {
  std::string name = "local";
  std::string location;
  std::string path;  // must exist
  VolumeEncryption encryption = VolumeEncryption::required;
  std::vector<std::string> allowed_fuse_types;  // {"fuse.gocryptfs"}
};

class LocalVolume;

// A backup being written in place. Dying before `published`: it never was. Recipe, errors and crash behaviour are those
// of os/durable_file.h: write -> sync -> reread -> publish.
class NewFile final : public ByteSink {
 public:
  void write(ByteView bytes) override;
  void sync();
  [[nodiscard]] std::uint64_t size() const;
  // What the disk holds, by a fresh descriptor.
  [[nodiscard]] std::unique_ptr<RandomReader> reread() const;
  // Checks the volume, then names the file: BackupName::path() or suspect_path(). `exists`: choose another name.
  PublishResult publish(std::string_view path);

 private:
  friend class LocalVolume;
  NewFile(const LocalVolume& volume, std::string_view folder);
  const LocalVolume& volume_;
  DurableFile file_;
};

class LocalVolume final : public Replica {
 public:
  // Throws Error(not_found), Error(rule) (not encrypted, symbolic link) or Error(io). `layer` outlives the volume.
  static std::unique_ptr<LocalVolume> open(LocalVolumeOptions options, VolumeSources sources = {},
                                           FileLayer& layer = system_file_layer());
  ~LocalVolume() override;

  [[nodiscard]] const ReplicaProperties& properties() const override;
  using Replica::put_if_absent;
  PutResult put_if_absent(std::string_view path, const RandomReader& content, const Digest& digest,
                          const PutOptions& options) override;
  std::string repair(std::string_view path, const RandomReader& content, const Digest& digest,
                     const PutOptions& options) override;
  std::unique_ptr<RandomReader> open(std::string_view path) override;
  std::optional<ObjectInfo> head(std::string_view path) override;
  void list(std::string_view prefix, const Visitor& visit) override;
  Removal remove(std::string_view path, FloorPermit permit) override;

  // Starts a file in that folder ("CLIENT/SITE/TYPE_NAME", made if missing). The volume outlives the file.
  [[nodiscard]] std::unique_ptr<NewFile> start_file(std::string_view folder);

  // Exclusive use of `subject` (a device's path, "run", ...), by a lock file `_coffre/locks/<subject with "_">.lock`.
  // nullopt / Error(conflict) naming the holder, as os/lock.h.
  std::optional<FileLock> try_lock(std::string_view subject, const Clock& clock);
  FileLock lock(std::string_view subject, const Clock& clock, std::chrono::milliseconds patience);
  std::optional<LockHolder> holder(std::string_view subject);

  [[nodiscard]] Space space() const;
  // Throws unless the volume is mounted, and encrypted if that is required.
  void require_volume() const;
  // What `check` prints about it.
  [[nodiscard]] VolumeVerdict verdict() const;

 private:
  friend class NewFile;
  struct State;
  explicit LocalVolume(std::unique_ptr<State> state);
  void note_concerns();
  std::unique_ptr<State> state_;
};

}  // namespace coffre
