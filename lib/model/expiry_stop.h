// When nothing at all may expire (schemas/retention.md, "What stops everything"): pure decisions over what was
// measured.
//
// Threads: values only. No errors. Each reason names the command that releases it (rule 10). A clock in doubt is
// released by nobody's word: once it is right and agrees, it is no reason any more.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "model/retention_history.h"

namespace coffre {

enum class StopCode {
  clock_disagrees,   // with the bucket's Date by more than 5 minutes
  clock_behind,      // earlier than the last journal row
  clock_jumped,      // moved by more than an hour against CLOCK_BOOTTIME
  replica_in_doubt,  // not mounted, foreign, lagging, damaged, not measured
  catalog_in_doubt,  // rebuilt, and neither merged with a copy of itself nor waived
  too_many,          // more than max_percent of a replica's objects would go
};

inline constexpr Seconds kBucketClockTolerance = std::chrono::minutes{5};
inline constexpr Seconds kBootClockTolerance = std::chrono::hours{1};
inline constexpr unsigned kDefaultMaxPercent = 10;
inline constexpr std::uint64_t kAlwaysAllowedObjects = 3;  // whatever part of a small replica they are

struct ReplicaShare {
  std::uint64_t objects = 0;   // device backups that it holds
  std::uint64_t would_go = 0;  // of those, by this plan
};

struct ExpiryFacts {
  Instant now{};
  std::optional<Instant> bucket_date{};       // asked just now; nullopt: no bucket, or it gave no Date
  std::optional<Instant> last_journal_row{};  // nullopt: an empty journal
  Seconds moved_against_boot{0};  // how far the wall clock moved from CLOCK_BOOTTIME since it was last noted
  std::set<ReplicaRole> replicas_in_doubt{};
  bool catalog_in_doubt = false;
  PerReplica<ReplicaShare> shares{};
  unsigned max_percent = kDefaultMaxPercent;  // 1..100
  std::set<StopCode> released{};              // by `expire --resume` for this plan; ignored for the clock's three
};

struct StopReason {
  StopCode code;
  std::optional<ReplicaRole> replica{};
  bool operator==(const StopReason&) const = default;
};

// In the order of the enum, then of the replicas. Empty: expiry may go on.
std::vector<StopReason> expiry_stop_reasons(const ExpiryFacts& facts);

bool is_clock(StopCode code);
std::string_view to_string(StopCode code);  // "clock_disagrees": stable, for the catalog, the journal and --json
// English msgids, shown with tr(): what it is, and the command that releases it (rule 10).
const char* title_of(StopCode code);
const char* release_of(StopCode code);

}  // namespace coffre
