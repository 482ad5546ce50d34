#include "catalog/jobs.h"

#include <array>
#include <utility>

#include "base/error.h"
#include "base/translate.h"
#include "catalog/session.h"

namespace coffre {
namespace {

#define COFFRE_JOB_COLUMNS \
  "id, device_id, kind, slot, state, fence, lease_until, holder, attempts, error, ticket, operator_id, intent"
constexpr const char* kSelect = "SELECT " COFFRE_JOB_COLUMNS " FROM jobs WHERE id = :id";
constexpr const char* kSelectOpen =
    "SELECT " COFFRE_JOB_COLUMNS " FROM jobs WHERE state IN ('queued', 'running') ORDER BY id";
constexpr const char* kLease =
    "UPDATE jobs SET state = 'running', fence = fence + 1, attempts = attempts + 1, holder = :holder, "
    "lease_until = :lease_until WHERE id = :id AND (state = 'queued' OR (state = 'running' AND lease_until <= :now)) "
    "RETURNING " COFFRE_JOB_COLUMNS;
#undef COFFRE_JOB_COLUMNS

constexpr const char* kEnqueue =
    "INSERT INTO jobs (device_id, kind, slot, state, fence, lease_until, holder, attempts, error, ticket, operator_id, "
    "intent) VALUES (:device_id, :kind, :slot, 'queued', 0, NULL, '', 0, '', :ticket, :operator_id, '') "
    "ON CONFLICT (device_id) WHERE state IN ('queued', 'running') DO NOTHING RETURNING id";
constexpr const char* kSelectOpenOfDevice =
    "SELECT id FROM jobs WHERE device_id = :device_id AND state IN ('queued', 'running')";
constexpr const char* kRenew =
    "UPDATE jobs SET lease_until = :lease_until WHERE id = :id AND fence = :fence AND state = 'running'";
constexpr const char* kSelectHeld = "SELECT id FROM jobs WHERE id = :id AND fence = :fence AND state = 'running'";
constexpr const char* kSetIntent =
    "UPDATE jobs SET intent = :intent WHERE id = :id AND fence = :fence AND state = 'running'";
constexpr const char* kAbandon =
    "UPDATE jobs SET state = 'failed', fence = fence + 1, lease_until = NULL, error = :error, intent = '' "
    "WHERE id = :id AND state IN ('queued', 'running')";
constexpr const char* kFinish =
    "UPDATE jobs SET state = :state, lease_until = NULL, error = :error, intent = '' "
    "WHERE id = :id AND fence = :fence AND state = 'running'";

constexpr std::array<std::pair<JobState, std::string_view>, 5> kStates{{{JobState::queued, "queued"},
                                                                        {JobState::running, "running"},
                                                                        {JobState::done, "done"},
                                                                        {JobState::failed, "failed"},
                                                                        {JobState::suspect, "suspect"}}};

JobState state_of(std::string_view text) {
  for (const auto& [state, name] : kStates) {
    if (name == text) return state;
  }
  throw Error(ErrorCode::damaged, tr("reading a job from the catalog"), tr("its state is unknown"));
}

Kind kind_of(std::string_view text) {
  const auto kind = kind_from_string(text);
  if (kind) return *kind;
  throw Error(ErrorCode::damaged, tr("reading a job from the catalog"), tr("its kind is unknown"));
}

std::vector<JobRow> fetch_jobs(Session& session, const char* sql, const Values& values) {
  std::vector<JobRow> rows;
  JobRow row;
  std::string kind;
  std::string state;
  session.each(sql, values,
               {&row.id, &row.device_id, &kind, &row.slot, &state, &row.fence, &row.lease_until, &row.holder,
                &row.attempts, &row.error, &row.ticket, &row.operator_id, &row.intent},
               [&] {
                 row.kind = kind_of(kind);
                 row.state = state_of(state);
                 rows.push_back(row);
               });
  return rows;
}

std::optional<JobRow> fetch_job(Session& session, const char* sql, const Values& values) {
  auto rows = fetch_jobs(session, sql, values);
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

}  // namespace

std::string_view to_string(JobState state) {
  for (const auto& [known, name] : kStates) {
    if (known == state) return name;
  }
  return "queued";
}

std::int64_t enqueue_job(Session& session, const JobRow& job) {
  std::int64_t id = 0;
  if (session.one(kEnqueue, {job.device_id, to_string(job.kind), job.slot, job.ticket, job.operator_id}, {&id}))
    return id;
  if (session.one(kSelectOpenOfDevice, {job.device_id}, {&id})) return id;
  throw Error(ErrorCode::internal, tr("queuing a job"), "neither inserted nor there already");
}

std::optional<JobRow> lease_job(Session& session, std::int64_t id, std::string_view holder, Instant now,
                                Instant until) {
  return fetch_job(session, kLease, {holder, until, id, now});
}

bool renew_lease(Session& session, std::int64_t id, std::int64_t fence, Instant until) {
  return session.run(kRenew, {until, id, fence}) == 1;
}

bool holds_lease(Session& session, std::int64_t id, std::int64_t fence) {
  std::int64_t held = 0;
  return session.one(kSelectHeld, {id, fence}, {&held});
}

bool set_intent(Session& session, std::int64_t id, std::int64_t fence, std::string_view intent) {
  return session.run(kSetIntent, {intent, id, fence}) == 1;
}

void abandon_job(Session& session, std::int64_t id, std::string_view error) {
  session.run(kAbandon, {error, id});
}

bool finish_job(Session& session, std::int64_t id, std::int64_t fence, JobState state, std::string_view error) {
  if (state == JobState::queued || state == JobState::running) {
    throw Error(ErrorCode::internal, tr("ending a job"), "not a state that a job ends in");
  }
  return session.run(kFinish, {to_string(state), error, id, fence}) == 1;
}

std::vector<JobRow> open_jobs(Session& session) {
  return fetch_jobs(session, kSelectOpen, {});
}

std::optional<JobRow> find_job(Session& session, std::int64_t id) {
  return fetch_job(session, kSelect, {id});
}

}  // namespace coffre
