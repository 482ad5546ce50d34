// A place where sealed objects are kept: the local volume, a directory, a bucket (s3/bucket.h). One contract suite for
// all: tests/contract/replica_contract.h.
//
// Objects are immutable: put once, read often, never overwritten. Paths are those of design.md section 6, relative,
// "CLIENT/SITE/TYPE_NAME/<name>.bak" or "_coffre/<name>"; form as in os/folder.h, others throw Error(usage).
// Nothing is trusted that was not read back: what put_if_absent stored, the caller reads again through open().
//
// Threads: every function may be called by many threads at once.
// Errors (thrown as Error, on the object or the replica):
//   unreachable  the store does not answer, or says "later": try again            (bucket)
//   refused      the store does not let us (credentials, rights)                  (bucket)
//   io           the volume is read-only, not mounted, broken
//   no_space     no room, no quota; watermarks are the caller's (os/space.h)
//   rule         the volume is not encrypted any more, the installation is another's, or a lock must not be asked for:
//                the clocks disagree, the date is too far                             (bucket)
//   unsupported  the store ignored the lock that was asked for, or cannot do what a replica needs  (bucket)
//   damaged      the source is not what `digest` says; nothing was stored
// After any error the object is absent or whole; calling again is safe and finishes the work.
//
// No object is ever overwritten, a damaged one neither: repair() puts the good content and keeps what was there.
//
// Removing takes a FloorPermit, which only the floor check makes (model/retention_floor.h): no bug elsewhere can remove
// an object.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/stream.h"
#include "model/retention_floor.h"

namespace coffre {

enum class ReplicaKind { local, directory, bucket };
std::string_view to_string(ReplicaKind kind);

struct ReplicaProperties {
  std::string name;      // "local", "cloud": in evidence, messages, ProofContext::replicas
  std::string location;  // where it is and who holds it, as configured
  ReplicaKind kind = ReplicaKind::directory;
  std::vector<std::string>
      concerns;        // what `check` and the dashboard must keep showing: "encryption: none", translated
  bool locks = false;  // whether PutOptions::locked_until holds here
};

enum class PutResult {
  stored,                  // it is there now, durably
  already_same,            // it was there with the same content: as good as stored
  conflict_other_content,  // another object has this path; it was left as it was: an anomaly, never overwritten
};

struct PutOptions {
  // The store is to refuse every removal until then (S3 Object Lock, COMPLIANCE). It may outlast that, never fall
  // short: a put that returns has read the lock back. Stores without locks (ReplicaProperties::locks) ignore it, and
  // nobody locks for a time that has passed.
  std::optional<Instant> locked_until;
};

struct ObjectInfo {
  std::string path;
  std::uint64_t size = 0;
  Instant modified;  // a hint by the store's clock
};

struct Removal {
  enum class State : std::uint8_t {
    removed,
    absent,  // it was not there
    locked,  // the store keeps it, or another version under its path, until `locked_until`: the object stays
  };
  State state = State::absent;
  std::optional<Instant> locked_until{};  // with `locked`, where the store says when
  bool operator==(const Removal&) const = default;
};

// Where folders keep what repair() has set aside: "<this>/<path>.<n>".
inline constexpr std::string_view kQuarantineFolder = "_coffre/quarantine";

class Replica {
 public:
  virtual ~Replica() = default;

  [[nodiscard]] virtual const ReplicaProperties& properties() const = 0;

  // Stores all bytes of `content`, whose SHA-256 over the whole is `digest` (for a .bak: over the file, not its G2).
  // Files are re-read and compared before they get their name; a bucket checks the digest itself before it does.
  // An object that is there with the same content gets the lock if its own ends earlier.
  virtual PutResult put_if_absent(std::string_view path, const RandomReader& content, const Digest& digest,
                                  const PutOptions& options) = 0;
  PutResult put_if_absent(std::string_view path, const RandomReader& content, const Digest& digest) {
    return put_if_absent(path, content, digest, {});
  }

  // The object as the store holds it now (no cache of ours, pages dropped); nullptr when absent.
  virtual std::unique_ptr<RandomReader> open(std::string_view path) = 0;

  // What the store keeps under that path besides what open() gives: the later versions of a bucket, oldest first, each
  // handed out until `take` says true. Names are hints: who reads decides by signatures which content is the object.
  using Take = std::function<bool(std::unique_ptr<RandomReader> content)>;
  virtual void open_others(std::string_view path, const Take& take);

  // As put_if_absent, but where another content has the path, that is kept for whoever looks into it, and `content` is
  // put: a folder moves it to kQuarantineFolder; a bucket that keeps versions has it as an older one, so that open()
  // goes on giving it, and open_others() the new one. Returns where it is kept now; "" when nothing was in the way.
  // Error(unsupported) where it would be lost. A kill leaves the path as it was, or absent: the next call finishes.
  virtual std::string repair(std::string_view path, const RandomReader& content, const Digest& digest,
                             const PutOptions& options);

  // nullopt when absent. Proves nothing about the content.
  virtual std::optional<ObjectInfo> head(std::string_view path) = 0;

  // Every object below the folder `prefix` ("" = all, "CLIENT/SITE"), in byte order of the paths. Unfinished files and
  // locks are no objects. Objects that come or go meanwhile may or may not be seen. The visitor may throw.
  using Visitor = std::function<void(const ObjectInfo& object)>;
  virtual void list(std::string_view prefix, const Visitor& visit) = 0;

  // Removes the object for good, with all that the store keeps under its path (versions of others, delete markers, what
  // repair() set aside),
  // and then what belongs to it: the objects of its folder named like it up to the last dot ("X.7.rwk" of "X.bak"),
  // except those under lock. The permit is for this very object and replica, otherwise Error(internal). A kill leaves
  // the object, or some of what belongs to it: the next call goes on.
  virtual Removal remove(std::string_view path, FloorPermit permit) = 0;

  // What the store's clock says now; nullopt where it has none of its own, or does not tell.
  virtual std::optional<Instant> store_time() { return std::nullopt; }
};

// For implementations: throws unless the permit is for this object in the replica of that name.
void require_permit(const FloorPermit& permit, std::string_view path, std::string_view replica);
// What repair() throws where the content that is in the way would be lost.
Error cannot_keep_aside(std::string_view replica, std::string_view path);
// "A/B/X." of "A/B/X.bak": how the paths of what belongs to it begin.
std::string companions_prefix(std::string_view path);

// SHA-256 over everything the reader gives, in bounded memory.
Digest content_digest(const RandomReader& content);

}  // namespace coffre
