// One row per backup to be made, with a lease and a fencing number. A worker that was stopped (SIGSTOP, swapped out)
// and wakes up after its lease was taken over finds its number outdated at publishing and at its last transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "catalog/database.h"
#include "model/kind.h"

namespace coffre {

enum class JobState { queued, running, done, failed, suspect };
std::string_view to_string(JobState state);

struct JobRow {
  std::int64_t id = 0;
  std::string device_id{};
  Kind kind = Kind::hebdo;
  Instant slot{};  // start of the slot, or the time of the request
  JobState state = JobState::queued;
  std::int64_t fence = 0;  // +1 at each lease
  std::optional<Instant> lease_until{};
  std::string holder{};  // "host:pid"
  int attempts = 0;
  std::string error{};  // one line
  std::string ticket{};
  std::string operator_id{};
  std::string intent{};  // what is about to be published (service/backup/intent.h); "" before and after
};

// Queues a job (device, kind, slot, ticket and operator of `job`; the rest begins anew) unless the device has a queued
// or running one (then that one's id is returned).
std::int64_t enqueue_job(Session& session, const JobRow& job);

// Takes a job that is queued, or running with an expired lease (lease_until <= now): running, attempts + 1, fence + 1,
// lease until `until`. nullopt when somebody else holds it or it is finished.
std::optional<JobRow> lease_job(Session& session, std::int64_t id, std::string_view holder, Instant now, Instant until);
// Extends the lease; false when the fence is outdated.
[[nodiscard]] bool renew_lease(Session& session, std::int64_t id, std::int64_t fence, Instant until);
// Whether the fence is still the job's and the job running. The last transaction calls it before it writes.
[[nodiscard]] bool holds_lease(Session& session, std::int64_t id, std::int64_t fence);
// Writes the intent down; false (and nothing written) when the fence is outdated.
[[nodiscard]] bool set_intent(Session& session, std::int64_t id, std::int64_t fence, std::string_view intent);
// For whoever holds the device's lock and so knows that the job's holder is gone: the job is failed ("interrupted"),
// its fence grows so that a holder that wakes up all the same is refused, its intent is cleared.
void abandon_job(Session& session, std::int64_t id, std::string_view error);
// Ends it with that state (done, failed or suspect; others: Error(internal)); false (and nothing written) when the
// fence is outdated.
[[nodiscard]] bool finish_job(Session& session, std::int64_t id, std::int64_t fence, JobState state,
                              std::string_view error);

std::vector<JobRow> open_jobs(Session& session);  // queued and running, oldest first
std::optional<JobRow> find_job(Session& session, std::int64_t id);

}  // namespace coffre
