#include "service/retention/expire.h"

#include <catch2/catch.hpp>

#include "catalog/retention.h"
#include "expiry_samples.h"
#include "service/backup/sequence.h"
#include "service/reading/listing.h"
#include "service/retention/holds.h"
#include "support/error_of.h"

using namespace coffre;
using namespace coffre::test;

namespace {

using Words = std::vector<std::string>;

Words execute(AgedInstallation& aged) {
  Words words;
  for (const ExpiryOutcome& outcome : execute_expiry(aged.at(), {}).outcomes) {
    words.push_back(std::string(to_string(outcome.result)) + " " + outcome.name);
  }
  return words;
}

}  // namespace

TEST_CASE("nothing goes before it was announced and the delay has passed") {
  AgedInstallation aged;
  CHECK(execute(aged) == Words{});
  announce_expiry(aged.at());
  aged.pass_days(13);
  CHECK(execute(aged) == Words{});
  CHECK(aged.is_there(aged.old));
  aged.pass_days(1);
  CHECK(execute(aged) == Words{"removed " + aged.old});
  CHECK(aged.is_gone(aged.old));
  CHECK(aged.is_there(aged.first));
  CHECK(aged.is_there(aged.newest));
}

TEST_CASE("what went is on record: a journal row per copy, no anomaly, no gap, and it is listed no more") {
  AgedInstallation aged;
  aged.announce_and_wait();
  REQUIRE(execute(aged) == Words{"removed " + aged.old});
  const auto entries = journal_of(aged.fixture, "expire");
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].detail.at("replica") == "cloud");
  CHECK(entries[1].detail.at("replica") == "local");
  CHECK(entries[1].detail.at("successor") == aged.newest);
  CHECK(backup_row(aged.fixture, aged.old).expired_at == aged.fixture.clock().now());
  for (const BackupView& view : list_backup_views(aged.at(), {})) CHECK(view.backup.name != aged.old);
  CHECK(find_backup_view(aged.at(), aged.old).copies.at(0).state == "expired");
  aged.at().catalog.read([&](Session& session) {
    CHECK(announcements(session).empty());
    CHECK(backups_without_good_copy(session, "local").empty());
  });
  CHECK(next_position(aged.at(), InstallationFixture::key(kHall), aged.fixture.device_id(kHall)).findings == Words{});
  CHECK(open_matters(aged.fixture).empty());
  CHECK(execute(aged) == Words{});
}

TEST_CASE("under lock it waits for its date, in both places") {
  AgedInstallation aged;
  aged.announce_and_wait();
  const Instant until = aged.fixture.clock().now() + std::chrono::days{30};
  aged.fixture.faulty_cloud().lock_until(until);
  const ExpiryReport report = execute_expiry(aged.at(), {});
  REQUIRE(report.outcomes.size() == 1);
  CHECK(report.outcomes[0].result == ExpiryOutcome::Result::waits);
  CHECK(report.outcomes[0].locked_until == until);
  CHECK(aged.is_there(aged.old));
  CHECK(open_matters(aged.fixture).empty());
  aged.fixture.restart();
  CHECK(execute(aged) == Words{"removed " + aged.old});
}

TEST_CASE("while anything is in doubt nothing goes, and the matter stays open until it is mended") {
  AgedInstallation aged;
  aged.announce_and_wait();
  aged.fixture.faulty_cloud().fail_all(ErrorCode::unreachable);
  const ExpiryReport report = execute_expiry(aged.at(), {});
  CHECK(report.outcomes.empty());
  CHECK(report.due == 1);
  REQUIRE(report.doubts.stops.size() == 1);
  CHECK(open_matters(aged.fixture) == Words{matter(AnomalyCode::expiry_stopped, "expiry")});
  CHECK(aged.is_there(aged.old));
  aged.fixture.restart();
  CHECK(execute(aged) == Words{"removed " + aged.old});
  CHECK(open_matters(aged.fixture).empty());
}

TEST_CASE("between announcement and execution things change: it is asked again before each copy") {
  AgedInstallation aged;
  aged.announce_and_wait();
  SECTION("a hold") {
    hold(aged.at(), {.subject = aged.old, .reason = "claim"});
  }
  SECTION("the successor is not proven in both any more") {
    set_copy_state(aged.fixture, aged.newest, "cloud", "damaged");
    PerReplica<std::uint64_t> none;
    resume_expiry(aged.at(), none, "T-1", "known");
  }
  SECTION("the keys were not tried for too long") {
    aged.fixture.clock().advance(std::chrono::days{99});
  }
  execute(aged);
  CHECK(aged.is_there(aged.old));
}

TEST_CASE("a place that fails ends the work; the next call finishes it, also when the answer was lost") {
  AgedInstallation aged;
  aged.announce_and_wait();
  const FaultMoment moment = GENERATE(FaultMoment::before, FaultMoment::after);
  // INSTALLATION is opened, the store's time asked, then the first removal.
  const auto removal = [&] {
    auto& cloud = aged.fixture.faulty_cloud();
    std::size_t call = 0;
    AgedInstallation probe;
    probe.announce_and_wait();
    auto& seen = probe.fixture.faulty_cloud();
    execute(probe);
    while (!seen.calls().at(call).starts_with("remove")) ++call;
    cloud.fail_call(call + 1, ErrorCode::unreachable, moment);
  };
  removal();
  CHECK(execute(aged) == Words{"failed " + aged.old});
  CHECK(std::filesystem::exists(aged.fixture.local_file(aged.old)));
  aged.fixture.restart();
  CHECK(execute(aged) == Words{"removed " + aged.old});
  CHECK(aged.is_gone(aged.old));
  CHECK(journal_of(aged.fixture, "expire").front().result == (moment == FaultMoment::after ? "was_absent" : "done"));
}

TEST_CASE("two at once: the second one is told who is at it") {
  AgedInstallation aged;
  aged.announce_and_wait();
  const auto lock = aged.at().local->try_lock("expire", aged.fixture.clock());
  REQUIRE(lock);
  const Error error = error_of([&] { execute(aged); });
  CHECK(error.code() == ErrorCode::conflict);
  CHECK(aged.is_there(aged.old));
}
