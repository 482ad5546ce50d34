#include "catalog/jobs.h"

#include <catch2/catch.hpp>

#include "support/error_of.h"
#include "support/print_instant.h"
#include "unit/catalog/sample_rows.h"

namespace coffre {
namespace {

using std::chrono::minutes;
using test::at;
using test::device_id;
using test::error_of;

struct Fixture : test::SampleCatalog {
  Instant now = at("2026-11-21T03:00:00Z");

  Fixture() {
    database.write([](Session& session) {
      insert_device(session, test::device(1, "A/S/NVR_ONE"));
      insert_device(session, test::device(2, "A/S/NVR_TWO"));
    });
  }
  // Runs one call in a transaction of its own and gives its result.
  template <typename Call>
  auto in_transaction(Call call) {
    decltype(call(std::declval<Session&>())) result{};
    database.write([&](Session& session) { result = call(session); });
    return result;
  }
  std::int64_t enqueue(unsigned device, Kind kind = Kind::hebdo) {
    return in_transaction([&](Session& session) {
      return enqueue_job(
          session, {.device_id = device_id(device), .kind = kind, .slot = now, .ticket = "T-1", .operator_id = "op-7"});
    });
  }
  std::optional<JobRow> lease(std::int64_t id, std::string_view holder) {
    return in_transaction([&](Session& session) { return lease_job(session, id, holder, now, now + minutes{10}); });
  }
  bool finish(const JobRow& job, JobState state) {
    return in_transaction([&](Session& session) { return finish_job(session, job.id, job.fence, state, "why"); });
  }
};

TEST_CASE("a queued job comes back as it was asked for", "[catalog]") {
  Fixture f;
  const std::int64_t id = f.enqueue(1, Kind::pre);
  f.database.read([&](Session& session) {
    const JobRow job = find_job(session, id).value();
    CHECK(job.id == id);
    CHECK(job.device_id == device_id(1));
    CHECK(job.kind == Kind::pre);
    CHECK(job.slot == f.now);
    CHECK(job.state == JobState::queued);
    CHECK(job.fence == 0);
    CHECK_FALSE(job.lease_until);
    CHECK(job.attempts == 0);
    CHECK(job.ticket == "T-1");
    CHECK(job.operator_id == "op-7");
    CHECK_FALSE(find_job(session, id + 1));
  });
}

TEST_CASE("a device has one open job; a finished one makes room for the next", "[catalog]") {
  Fixture f;
  const std::int64_t first = f.enqueue(1);
  CHECK(f.enqueue(1) == first);
  CHECK(f.enqueue(2) != first);
  const JobRow leased = f.lease(first, "host:1").value();
  CHECK(f.enqueue(1) == first);
  CHECK(f.finish(leased, JobState::failed));
  CHECK(f.enqueue(1) != first);
  f.database.read([&](Session& session) {
    std::vector<std::string> open;
    for (const JobRow& job : open_jobs(session)) open.push_back(job.device_id);
    CHECK(open == std::vector<std::string>{device_id(2), device_id(1)});  // oldest first
  });
}

TEST_CASE("a job for a device that does not exist is refused", "[catalog]") {
  Fixture f;
  CHECK(error_of([&] { f.enqueue(9); }).code() == ErrorCode::not_found);
}

TEST_CASE("a lease belongs to one holder until it ends", "[catalog]") {
  Fixture f;
  const std::int64_t id = f.enqueue(1);
  const JobRow job = f.lease(id, "host:1").value();
  CHECK(job.state == JobState::running);
  CHECK(job.fence == 1);
  CHECK(job.attempts == 1);
  CHECK(job.holder == "host:1");
  CHECK(job.lease_until == f.now + minutes{10});
  CHECK_FALSE(f.lease(id, "host:2"));
  f.now += minutes{10} - Seconds{1};
  CHECK_FALSE(f.lease(id, "host:2"));
  CHECK_FALSE(f.lease(id + 1, "host:2"));
}

TEST_CASE("an expired lease is taken over, and the old holder's finish is refused", "[catalog]") {
  Fixture f;
  const std::int64_t id = f.enqueue(1);
  const JobRow old_holder = f.lease(id, "host:1").value();
  f.now += minutes{10};
  const JobRow new_holder = f.lease(id, "host:2").value();
  CHECK(new_holder.fence == old_holder.fence + 1);
  CHECK(new_holder.attempts == 2);

  const auto holds = [&](const JobRow& job) {
    return f.in_transaction([&](Session& session) { return holds_lease(session, job.id, job.fence); });
  };
  const auto renew = [&](const JobRow& job) {
    return f.in_transaction(
        [&](Session& session) { return renew_lease(session, job.id, job.fence, f.now + minutes{20}); });
  };
  CHECK_FALSE(holds(old_holder));
  CHECK_FALSE(renew(old_holder));
  CHECK_FALSE(f.finish(old_holder, JobState::done));
  CHECK(holds(new_holder));
  CHECK(renew(new_holder));
  f.database.read([&](Session& session) {
    const JobRow job = find_job(session, id).value();
    CHECK(job.state == JobState::running);
    CHECK(job.holder == "host:2");
    CHECK(job.lease_until == f.now + minutes{20});
    CHECK(job.error == "");
  });

  CHECK(f.finish(new_holder, JobState::suspect));
  CHECK_FALSE(holds(new_holder));
  CHECK_FALSE(f.finish(new_holder, JobState::done));
  CHECK_FALSE(f.lease(id, "host:3"));
  f.database.read([&](Session& session) {
    const JobRow job = find_job(session, id).value();
    CHECK(job.state == JobState::suspect);
    CHECK(job.error == "why");
    CHECK_FALSE(job.lease_until);
    CHECK(open_jobs(session).empty());
  });
}

TEST_CASE("an expired lease that nobody took over is still its holder's", "[catalog]") {
  Fixture f;
  const JobRow job = f.lease(f.enqueue(1), "host:1").value();
  f.now += minutes{60};
  CHECK(f.finish(job, JobState::done));
}

TEST_CASE("an intent belongs to the lease: taken over with the job, refused to the old holder, gone at the end",
          "[catalog]") {
  Fixture f;
  const JobRow old_holder = f.lease(f.enqueue(1), "host:1").value();
  CHECK(old_holder.intent == "");
  const auto intend = [&](const JobRow& job, std::string_view intent) {
    return f.in_transaction([&](Session& session) { return set_intent(session, job.id, job.fence, intent); });
  };
  const auto stored = [&] {
    std::string intent;
    f.database.read([&](Session& session) { intent = find_job(session, old_holder.id).value().intent; });
    return intent;
  };
  CHECK(intend(old_holder, "publish X"));
  CHECK(stored() == "publish X");
  f.now += minutes{10};
  const JobRow new_holder = f.lease(old_holder.id, "host:2").value();
  CHECK(new_holder.intent == "publish X");
  CHECK_FALSE(intend(old_holder, "publish Y"));
  CHECK(stored() == "publish X");
  CHECK(f.finish(new_holder, JobState::done));
  CHECK(stored() == "");
}

TEST_CASE("an abandoned job is failed, and its holder is refused when he wakes up", "[catalog]") {
  Fixture f;
  const JobRow job = f.lease(f.enqueue(1), "host:1").value();
  const auto abandon = [&](std::string_view error) {
    f.database.write([&](Session& session) { abandon_job(session, job.id, error); });
  };
  abandon("interrupted");
  abandon("twice");  // has ended already: nothing changes
  CHECK_FALSE(f.finish(job, JobState::done));
  f.database.read([&](Session& session) {
    const JobRow row = find_job(session, job.id).value();
    CHECK(row.state == JobState::failed);
    CHECK(row.error == "interrupted");
    CHECK(row.fence == job.fence + 1);
    CHECK(open_jobs(session).empty());
  });
}

TEST_CASE("a job ends only in a state that is an end", "[catalog]") {
  Fixture f;
  const JobRow job = f.lease(f.enqueue(1), "host:1").value();
  for (const JobState state : {JobState::queued, JobState::running}) {
    CHECK(error_of([&] { f.finish(job, state); }).code() == ErrorCode::internal);
  }
  CHECK(to_string(JobState::queued) == "queued");
  CHECK(to_string(JobState::running) == "running");
  CHECK(to_string(JobState::done) == "done");
  CHECK(to_string(JobState::failed) == "failed");
  CHECK(to_string(JobState::suspect) == "suspect");
}

}  // namespace
}  // namespace coffre
