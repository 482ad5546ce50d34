// A scripted store with a client, a bucket and retries that do not wait, for the tests of this folder.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "replicas/s3/bucket.h"
#include "replicas/s3/s3_client.h"
#include "simulators/scripted_store.h"
#include "support/error_of.h"
#include "support/temp_dir.h"

namespace coffre::test {

// Notes what it was asked to wait, and moves nothing.
class NotingSleeper final : public Sleeper {
 public:
  void pause(std::chrono::milliseconds time) override { slept.push_back(time); }
  std::vector<std::chrono::milliseconds> slept{};
};

// Always draws the longest pause.
class HighestRandom final : public Random {
 public:
  void fill(ByteSpan out) override { std::fill(out.begin(), out.end(), std::uint8_t{0xff}); }
};

inline const std::string kAccess = "ACCESS";
inline const std::string kSecret = "very-secret-key-material";

class ScriptedBucket {
 public:
  explicit ScriptedBucket(std::vector<simulator::StoreAnswer> answers) : store_(std::move(answers)) {
    write_file(folder_ / "ca.pem", store_.authority_pem());
  }

  [[nodiscard]] S3Location location() const {
    return {store_.url(), "fr-test", "bucket", S3Addressing::path, (folder_ / "ca.pem").string()};
  }
  [[nodiscard]] S3Client client() const {
    return {location(), {kAccess, SecretString::copy_of(kSecret)}, clock_, brief()};
  }
  // Uses up the first two answers: versioning, locks.
  std::unique_ptr<Bucket> open() {
    BucketOptions options{"cloud", "a script", location()};
    options.limits = brief();
    return Bucket::open(std::move(options), {kAccess, SecretString::copy_of(kSecret)}, {clock_, random_, sleeper_});
  }

  [[nodiscard]] const simulator::ScriptedStore& store() const { return store_; }
  [[nodiscard]] const std::vector<std::chrono::milliseconds>& slept() const { return sleeper_.slept; }
  [[nodiscard]] const Clock& clock() const { return clock_; }

 private:
  static Limits brief() {
    Limits limits = s3_limits();
    limits.first_byte = std::chrono::milliseconds(5000);
    return limits;
  }

  TempDir folder_;
  simulator::ScriptedStore store_;
  SystemClock clock_;  // the scripted store dates its answers
  HighestRandom random_;
  NotingSleeper sleeper_;
};

}  // namespace coffre::test
