#include "model/retention_floor.h"

#include <algorithm>

namespace coffre {
namespace {

template <typename T>
void raise(std::optional<T>& greatest, const T& value) {
  if (greatest < value) greatest = value;  // nullopt is the least
}

std::size_t index_of(ProofLevel level) {
  return static_cast<std::size_t>(level);
}

// The level that was reached, also where only the present one was filled in.
std::optional<ProofLevel> reached(const CopyFacts& copy) {
  return std::max(copy.highest, copy.level);
}

std::optional<ProofLevel> reached_anywhere(const BackupFacts& backup) {
  std::optional<ProofLevel> highest;
  for (const ReplicaRole replica : kReplicaRoles) highest = std::max(highest, reached(backup.copies[replica]));
  return highest;
}

}  // namespace

Floor::Floor(const RetentionHistory& history, ProofLevel required, Instant now)
    : state_(history.state), required_(std::max(required, ProofLevel::replicated)), now_(now) {
  for (const BackupFacts& backup : history.backups) {
    // Whatever its date, a released one is as good as gone: were it to count until then, what expires before that date
    // because of it would be kept after it.
    const bool leaves = state_ != DeviceState::active && backup.release;
    if (!backup.suspect && !is_future_dated(backup, now) && !leaves) count(backup);
  }
}

void Floor::count(const BackupFacts& backup) {
  for (const ReplicaRole replica : kReplicaRoles) {
    const CopyFacts& copy = backup.copies[replica];
    if (!copy.held) continue;
    if (copy.level >= required_) raise(newest_proven_[replica], backup.sequence);
    if (const auto level = reached(copy)) raise(highest_[replica], std::pair(*level, backup.sequence));
  }
  const std::optional<ProofLevel> both = level_in_both(backup);
  if (both < required_) return;
  // A backup takes the place of those that never got further than it.
  for (std::size_t level = 0; level <= index_of(*both); ++level) raise(newest_in_both_[level], backup.sequence);
}

bool Floor::is_newest_proven(const BackupFacts& backup, ReplicaRole replica) const {
  const CopyFacts& copy = backup.copies[replica];
  if (!copy.held || backup.suspect || is_future_dated(backup, now_)) return false;
  return copy.level >= required_ && newest_proven_[replica] == backup.sequence;
}

bool Floor::is_highest_level(const BackupFacts& backup, ReplicaRole replica) const {
  const CopyFacts& copy = backup.copies[replica];
  if (!copy.held || backup.suspect || is_future_dated(backup, now_)) return false;
  const std::optional<ProofLevel> level = reached(copy);
  return level && highest_[replica] == std::pair(*level, backup.sequence);
}

std::optional<std::uint64_t> Floor::successor_of(const BackupFacts& backup) const {
  const ProofLevel needed = std::max(reached_anywhere(backup).value_or(ProofLevel::collected), required_);
  const std::optional<std::uint64_t> newest = newest_in_both_[index_of(needed)];
  return newest > backup.sequence ? newest : std::nullopt;
}

bool Floor::is_released(const BackupFacts& backup) const {
  return state_ != DeviceState::active && backup.release && backup.release->from() <= now_;
}

std::optional<FloorPermit> permit_deletion(const RetentionHistory& history, std::string_view name, ReplicaRole replica,
                                           ProofLevel required, Instant now) {
  const auto found = std::ranges::find(history.backups, name, &BackupFacts::name);
  if (found == history.backups.end() || !found->copies[replica].held) return std::nullopt;
  if (history.hold != Hold::none || found->hold != Hold::none || is_future_dated(*found, now)) return std::nullopt;

  const Floor floor(history, required, now);
  const bool last =
      floor.is_newest_proven(*found, replica) || floor.is_highest_level(*found, replica) || !floor.successor_of(*found);
  if (last && !floor.is_released(*found)) return std::nullopt;
  return FloorPermit(std::string(name), replica);
}

}  // namespace coffre
