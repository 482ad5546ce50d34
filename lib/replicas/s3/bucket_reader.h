// One version of one object, read in ranged requests.
//
// A read that starts anywhere is answered by exactly that range; one that goes on where the last one ended fetches
// ahead, twice as much each time and at most 4 MiB, so that a pass over the object takes few requests and a look at its
// head or tail transfers nothing else; begin() is for whoever will read it all. Threads: one. Errors: damaged (past the
// end; the version is not what it was), unreachable after the retries (also a version that has gone), and what else the
// store answers.
#pragma once

#include <memory>
#include <string>

#include "base/stream.h"
#include "replicas/s3/retry.h"
#include "replicas/s3/s3_client.h"

namespace coffre {

class BucketReader final : public RandomReader {
 public:
  struct Object {
    std::string key;
    std::string version;
    std::uint64_t size = 0;
  };
  // The client is shared: a reader may outlive the bucket that gave it.
  BucketReader(std::shared_ptr<const S3Client> client, Retry retry, Object object);

  // Fetches the first part ahead: one request shows that the version is there, and is its first read too.
  void begin();

  [[nodiscard]] std::uint64_t size() const override { return object_.size; }
  void read_at(std::uint64_t offset, ByteSpan out) const override;

 private:
  void fetch(std::uint64_t offset, ByteSpan out) const;

  std::shared_ptr<const S3Client> client_;
  Retry retry_;
  Object object_;
  // What was fetched ahead: bytes of a version never change.
  mutable Bytes window_;
  mutable std::uint64_t window_start_ = 0;
  mutable std::uint64_t next_ = 0;  // where the last read ended
  mutable std::uint64_t ahead_ = 0;
};

}  // namespace coffre
