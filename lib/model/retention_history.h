// What retention is told of one device: plain facts, without names of vendors, buckets or tables.
// Threads: values only. Errors: Error(usage) where FloorRelease says so.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "model/kind.h"
#include "model/proof.h"

namespace coffre {

// Wherever there is one of something per replica, it stands in this order.
enum class ReplicaRole : std::uint8_t { local, cloud };
inline constexpr std::array kReplicaRoles = {ReplicaRole::local, ReplicaRole::cloud};
std::string_view to_string(ReplicaRole role);  // "local", "cloud": the replicas' names everywhere else

template <typename T>
class PerReplica {
 public:
  T& operator[](ReplicaRole role) { return values_[static_cast<std::size_t>(role)]; }
  const T& operator[](ReplicaRole role) const { return values_[static_cast<std::size_t>(role)]; }

 private:
  std::array<T, kReplicaRoles.size()> values_{};
};

// One copy. Its level is that of prove() with this replica alone in ProofContext::replicas; what holds in both is the
// lower of the two. A copy that is lost, damaged or deleted is not held and has no level.
struct CopyFacts {
  bool held = false;
  std::optional<ProofLevel> level{};    // that counts now
  std::optional<ProofLevel> highest{};  // ever reached: prove() with read-backs and key proofs of any age
};

// Only a value of this type lets a device's last backups go: the one exception of rule 4.
class FloorRelease {
 public:
  // Two named persons who are not the same, and why. Throws Error(usage) otherwise. The names and the reason are the
  // journal's to keep; here only the date counts: nothing goes before it.
  FloorRelease(std::string_view first_person, std::string_view second_person, std::string_view reason, Instant from);
  [[nodiscard]] Instant from() const { return from_; }

 private:
  Instant from_;
};

enum class Hold : std::uint8_t { none, contract, legal };

struct BackupFacts {
  std::string name;  // "..._HEBDO.bak"; unique in a history
  Kind kind = Kind::hebdo;
  bool suspect = false;
  Hold hold = Hold::none;
  Instant created_at{};        // that *we* recorded
  std::uint64_t sequence = 0;  // device_seq: says which of two is newer, not the clock
  PerReplica<CopyFacts> copies{};
  // When it first reached the required proof in both replicas; stays when the evidence ages. nullopt: never.
  std::optional<Instant> first_proven{};
  std::optional<FloorRelease> release{};  // counts only where the device is no longer backed up
};

enum class DeviceState : std::uint8_t { active, retired, client_closed };

struct RetentionHistory {
  DeviceState state = DeviceState::active;
  Hold hold = Hold::none;            // of the device, its site or its client
  std::vector<BackupFacts> backups;  // of one device_id, in any order, suspect ones included
};

// A backup dated more than this after `now` is future-dated: never expires, never counts for anything.
inline constexpr Seconds kFutureTolerance = std::chrono::hours{1};
bool is_future_dated(const BackupFacts& backup, Instant now);

// The lower of the two levels that count now; nullopt where a copy is not held or proves nothing.
std::optional<ProofLevel> level_in_both(const BackupFacts& backup);
// That level >= required; a required level below `replicated` is taken as `replicated`.
bool is_proven_in_both(const BackupFacts& backup, ProofLevel required);

}  // namespace coffre
