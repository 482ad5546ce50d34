// The floor: what of a device is never deleted (rule 4 of design.md section 3; schemas/retention.md). Pure.
//
// Of each replica stay the newest proven backup and the newest of the highest level ever reached; and nothing goes
// whose place no newer backup takes, proven in *both* replicas at that level or a higher one. Suspect, future-dated and
// released ones count for neither. "Newer" means a higher sequence number; of two with one number neither is newer.
//
// Threads: values only; a Floor is immutable. It copies what it needs: the history may change or go.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "model/retention_history.h"

namespace coffre {

class Floor {
 public:
  // `required`: level from which a backup counts as proven; below `replicated` it is taken as `replicated`.
  Floor(const RetentionHistory& history, ProofLevel required, Instant now);

  // Whether this copy is one of the two that stay in that replica. False where it is not held.
  [[nodiscard]] bool is_newest_proven(const BackupFacts& backup, ReplicaRole replica) const;
  [[nodiscard]] bool is_highest_level(const BackupFacts& backup, ReplicaRole replica) const;
  // Sequence number of the newest backup that takes its place; nullopt: none.
  [[nodiscard]] std::optional<std::uint64_t> successor_of(const BackupFacts& backup) const;
  // Whether two persons let it go although it is the last: counts from its date on, and only where the device is
  // retired or its client closed. What becomes the last one by it stays in its turn.
  [[nodiscard]] bool is_released(const BackupFacts& backup) const;

 private:
  static constexpr std::size_t kLevels = 6;

  void count(const BackupFacts& backup);

  DeviceState state_;
  ProofLevel required_;
  Instant now_;
  PerReplica<std::optional<std::uint64_t>> newest_proven_;
  // Highest level ever reached, and the newest sequence number that reached it.
  PerReplica<std::optional<std::pair<ProofLevel, std::uint64_t>>> highest_;
  std::array<std::optional<std::uint64_t>, kLevels> newest_in_both_;  // by level that counts now
};

// Leave to delete one copy from one replica. The function that deletes takes it by value, so that it is used once.
// Nothing but permit_deletion makes one.
class FloorPermit {
 public:
  FloorPermit(FloorPermit&& other) noexcept = default;
  FloorPermit& operator=(FloorPermit&& other) noexcept = default;
  FloorPermit(const FloorPermit&) = delete;
  FloorPermit& operator=(const FloorPermit&) = delete;
  ~FloorPermit() = default;

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] ReplicaRole replica() const { return replica_; }

 private:
  friend std::optional<FloorPermit> permit_deletion(const RetentionHistory&, std::string_view, ReplicaRole, ProofLevel,
                                                    Instant);
  FloorPermit(std::string name, ReplicaRole replica) : name_(std::move(name)), replica_(replica) {}

  std::string name_;
  ReplicaRole replica_;
};

// Asked again for each copy just before it goes, with facts read then: a plan may be weeks old. nullopt when the floor
// says no: it is one of the replica's two, or nothing takes its place (unless released); it is future-dated or under a
// hold (of its own or the device's); or the history has no such copy there. Tiers are not its business (retention.h).
std::optional<FloorPermit> permit_deletion(const RetentionHistory& history, std::string_view name, ReplicaRole replica,
                                           ProofLevel required, Instant now);

}  // namespace coffre
