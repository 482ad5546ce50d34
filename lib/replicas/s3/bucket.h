// The replica in an S3 bucket.
//
// What "the object at a path" is: in a bucket that keeps versions, the **oldest** version that is no delete marker. So
// neither an overwrite nor a delete marker of somebody who got hold of the key hides what was stored first, and two
// writers at once need no help from the store: each puts, lists, and the older one has won. (Stores enforce
// If-None-Match badly there: s3-facts.md section 3.) In a bucket without versions it is what the key holds now, and
// only a store that enforces the condition keeps two writers apart: properties().concerns says so when it does not.
//
// An oldest version that is damaged, or somebody else's, is not in the way of the good one: repair() puts that as a
// later version, and whoever reads finds it there (open_others).
//
// A put has to find out whose version is the oldest; the first open() after it begins with that version instead of
// asking once more, and with its first bytes: only if the store gives these now is the object there. An object put and
// read back costs HEAD, PUT, a listing of its versions, and the reads; with a lock one HEAD more.
//
// A put asks first, and asks again after each attempt whose answer was lost; a lock is asked for with the put and read
// back from the version, set afterwards where the store ignored it, and a failure when it still is not there. Before a
// lock is asked for, our clock must agree with the store's within 5 minutes and the date be at most 13 months away
// (design.md section 7), otherwise nothing is put.
//
// The key needs these rights: PutObject, GetObject, GetObjectVersion, ListBucket, ListBucketVersions,
// GetBucketVersioning, GetBucketObjectLockConfiguration, PutObjectRetention, GetObjectRetention.
// Keys that are no paths (replica.h) are no objects of ours, and not listed.
//
// Threads: as Replica; clock, random source and sleeper must be usable by many threads, and outlive the bucket and its
// readers. Memory: at most 4 MiB a reader. Errors: as Replica; one line, with the store's own code as category.
// A kill leaves no half object: a put that the store has not seen to its end is none.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "net/s3_signature.h"
#include "replicas/replica.h"
#include "replicas/s3/retry.h"
#include "replicas/s3/s3_answers.h"
#include "replicas/s3/s3_wire.h"

namespace coffre {

enum class ConditionalPut {
  unknown,   // not measured, or not enforced: not asked for
  enforced,  // measured: a second put with If-None-Match: * is refused
};

struct BucketOptions {
  std::string name = "cloud";
  std::string location;  // where it is, who holds it
  S3Location at;
  ConditionalPut conditional_put = ConditionalPut::unknown;
  S3LockMode lock = S3LockMode::compliance;  // what PutOptions::locked_until asks for; none: the bucket locks nothing
  RetryPolicy retry{};
  Limits limits = s3_limits();
};

struct BucketMeans {
  const Clock& clock;
  Random& random;
  Sleeper& sleeper;
};

class S3Client;

class Bucket final : public Replica {
 public:
  // Asks the bucket what it is: versions, locks. Throws usage (the location), or what asking it throws.
  static std::unique_ptr<Bucket> open(BucketOptions options, S3Credentials credentials, BucketMeans means);
  ~Bucket() override;

  [[nodiscard]] const ReplicaProperties& properties() const override;
  using Replica::put_if_absent;
  PutResult put_if_absent(std::string_view path, const RandomReader& content, const Digest& digest,
                          const PutOptions& options) override;
  std::string repair(std::string_view path, const RandomReader& content, const Digest& digest,
                     const PutOptions& options) override;
  void open_others(std::string_view path, const Take& take) override;
  // The version is fixed here: whatever is put later, the reader goes on with the same bytes.
  std::unique_ptr<RandomReader> open(std::string_view path) override;
  std::optional<ObjectInfo> head(std::string_view path) override;
  void list(std::string_view prefix, const Visitor& visit) override;
  // Needs DeleteObject and DeleteObjectVersion besides. The versions go newest first, so that a kill leaves what counts
  // as the object. Error(refused) when the store refuses what is not under lock: the key lacks the right.
  Removal remove(std::string_view path, FloorPermit permit) override;
  // By the Date of an answer.
  std::optional<Instant> store_time() override;

  // The requests themselves, for whoever measures what a store does.
  [[nodiscard]] const S3Client& client() const;

 private:
  struct State;
  explicit Bucket(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace coffre
