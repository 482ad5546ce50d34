// A store that may lie, and what it takes to ask it; for the tests of this folder.
#pragma once

#include "base/random.h"
#include "replicas/s3/probe_folder.h"
#include "simulators/lying_store.h"
#include "support/temp_dir.h"

namespace coffre::test {

class AskedStore {
 public:
  explicit AskedStore(const simulator::StoreLies& lies = {}) : store_(lies) {}

  [[nodiscard]] StoreProbe probe(S3LockMode lock = S3LockMode::compliance) {
    return {.writer = writer_, .deleter = &deleter_, .lock = lock, .clock = clock_, .random = random_};
  }
  [[nodiscard]] simulator::LyingStore& store() { return store_; }
  [[nodiscard]] const S3Client& client() const { return writer_; }

 private:
  // The authority is written before the first client wants it.
  [[nodiscard]] S3Location location() const {
    write_file(folder_ / "ca.pem", store_.authority_pem());
    return {store_.url(), "fr-test", "bucket", S3Addressing::path, (folder_ / "ca.pem").string()};
  }

  TempDir folder_;
  simulator::LyingStore store_;
  SystemClock clock_;
  SystemRandom random_;
  S3Client writer_{location(), {"WRITER", SecretString::copy_of("w")}, clock_};
  S3Client deleter_{location(), {"DELETER", SecretString::copy_of("d")}, clock_};
};

}  // namespace coffre::test
