// Where a store is asked what it does: objects of our own below `_coffre/probe/`, a new folder each time. Nothing
// outside is ever put or removed here, so that no backup can be hurt by a measurement.
//
// Threads: one. Errors: those of s3_client.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "replicas/s3/s3_client.h"

namespace coffre {

// Who asks, and with what. All outlive whatever is made of it.
struct StoreProbe {
  const S3Client& writer;
  const S3Client* deleter = nullptr;  // the key that also deletes versions; nullptr: the writer's is tried
  S3LockMode lock = S3LockMode::compliance;
  const Clock& clock;
  Random& random;
  Seconds lock_time{60};  // of what is locked; a store that wants more gets kLongerLock
};
inline constexpr Seconds kLongerLock = std::chrono::hours{25};

class ProbeFolder {
 public:
  explicit ProbeFolder(const StoreProbe& probe);

  [[nodiscard]] std::string key(std::string_view name) const { return folder_ + std::string(name); }
  [[nodiscard]] const std::string& prefix() const { return folder_; }

  struct Extras {
    Fields metadata{};
    std::optional<S3Retention> lock{};
    bool only_if_absent = false;
  };
  // As S3Client::put. Errors are not tried again: what was not answered is not measured.
  std::optional<S3Stored> put(std::string_view name, std::string_view content, const Extras& extras) const;
  std::optional<S3Stored> put(std::string_view name, std::string_view content) const { return put(name, content, {}); }

  // This version of one of our objects, by the key that may.
  void remove(const std::string& name, const std::string& version) const;

  // What this folder still holds, as far as the store lets us; what is locked stays for remove_old of a later call.
  void clear() const;
  // What earlier calls left and is older than `lock_time`; returns how many are still there, the locked ones.
  std::size_t remove_old(Instant store_time) const;

 private:
  std::size_t remove_below(const std::string& prefix, std::optional<Instant> before) const;

  const StoreProbe& probe_;
  std::string folder_;
};

}  // namespace coffre
