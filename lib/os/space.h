// Free-space watermarks of a volume (security-design.md section 3, "Space"). Nothing is ever deleted to make room.
#pragma once

#include <cstdint>

#include "model/kind.h"
#include "os/folder.h"

namespace coffre {

struct Space {
  std::uint64_t total_bytes = 0;
  std::uint64_t available_bytes = 0;  // to unprivileged users, like ours
  std::uint64_t total_files = 0;      // inodes; 0 where the filesystem has no fixed number
  std::uint64_t available_files = 0;

  // Share that is free, 0..1: the smaller one of bytes and files.
  [[nodiscard]] double free_share() const;
};

inline constexpr double kSpaceWarnShare = 0.20;
inline constexpr double kSpaceCriticalShare = 0.10;
inline constexpr double kSpaceReserveShare = 0.05;  // kept for PRE and POST

enum class SpaceLevel {
  ample,
  warn,      // at most 20 % free
  critical,  // at most 10 % free
  reserve,   // at most 5 % free: scheduled backups are refused, those around a change may use the rest
};

// Throws Error(io).
Space space_of(const Folder& folder);

SpaceLevel level_of(const Space& space);

// Throws Error(no_space) unless a backup of that kind may start: scheduled kinds (HEBDO, MENSUEL) keep the reserve and
// may not eat into it with `expected_bytes`; PRE, POST and our own objects only need `expected_bytes` to fit.
void require_space(const Space& space, Kind kind, std::uint64_t expected_bytes);

}  // namespace coffre
