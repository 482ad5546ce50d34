#include "service/retention/client_closure.h"

#include <catch2/catch.hpp>

#include "expiry_samples.h"
#include "service/retention/expire.h"
#include "service/retention/holds.h"
#include "support/error_of.h"
#include "unit/service/backup/pass_samples.h"

using namespace coffre;
using namespace coffre::test;

namespace {

ClosureRequest request_for(Instant closes_at) {
  return {.client = "CLIEXEMP",
          .closes_at = closes_at,
          .first_person = "A. Martin",
          .second_person = "B. Durand",
          .reason = "contract ended",
          .ticket = "T-2"};
}

// Announces, waits, executes: what a timer does every night.
std::size_t expire_now(AgedInstallation& aged) {
  aged.announce_and_wait();
  std::size_t removed = 0;
  for (const ExpiryOutcome& outcome : execute_expiry(aged.at(), {}).outcomes) {
    removed += outcome.result == ExpiryOutcome::Result::removed ? 1U : 0U;
  }
  return removed;
}

}  // namespace

TEST_CASE("closing wants two persons who are not the same, a reason, and a client that is known; once") {
  InstallationFixture fixture;
  const Instant now = fixture.clock().now();
  const auto code_of = [&](const ClosureRequest& request) {
    return error_of([&] { close_client(fixture.at(), request); }).code();
  };
  ClosureRequest request = request_for(now);
  request.second_person = request.first_person;
  CHECK(code_of(request) == ErrorCode::usage);
  request = request_for(now);
  request.reason = "";
  CHECK(code_of(request) == ErrorCode::usage);
  request = request_for(now);
  request.client = "NOBODY";
  CHECK(code_of(request) == ErrorCode::not_found);
  CHECK(list_closures(fixture.at()).empty());

  close_client(fixture.at(), request_for(now));
  CHECK(code_of(request_for(now)) == ErrorCode::conflict);
  const auto entries = journal_of(fixture, "client_close");
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].detail.at("first_person") == "A. Martin");
  CHECK(entries[0].detail.at("second_person") == "B. Durand");
}

TEST_CASE("collecting stops on the day, not before, and nothing is missing then") {
  InstallationFixture fixture;
  close_client(fixture.at(), request_for(fixture.clock().now() + std::chrono::days{1}));
  CHECK(results(pass(fixture)) == Words{"proven"});
  fixture.clock().advance(std::chrono::days{8});
  const RunReport report = pass(fixture, kAll);
  CHECK(report.lines.at(0).plan.action == PlanAction::client_closed);
  CHECK(sessions(fixture, kHall) == 1);
  CHECK(exit_code_of(report) == 0);
  CHECK(open_matters(fixture).empty());
}

TEST_CASE("everything goes once its own time is over, the last proven one too; then, and only then, it is attested") {
  AgedInstallation aged;
  close_client(aged.at(), request_for(aged.fixture.clock().now()));
  CHECK(expire_now(aged) == 1);  // the weekly one, as ever
  CHECK(aged.is_there(aged.newest));
  CHECK(error_of([&] { attest_deletion(aged.at(), "CLIEXEMP"); }).code() == ErrorCode::rule);
  REQUIRE(list_closures(aged.at()).size() == 1);
  CHECK(list_closures(aged.at())[0].left == 2);
  CHECK(list_closures(aged.at())[0].expired == 1);
  const Instant last = list_closures(aged.at())[0].last_tier_end.value();

  aged.fixture.clock().advance(last - aged.fixture.clock().now() + std::chrono::days{1});
  CHECK(expire_now(aged) == 2);
  CHECK(aged.is_gone(aged.first));
  CHECK(aged.is_gone(aged.newest));
  const Attestation attestation = attest_deletion(aged.at(), "CLIEXEMP");
  REQUIRE(attestation.deleted.size() == 3);
  CHECK(attestation.deleted[0].name == aged.first);
  CHECK(attestation.deleted[0].digest == backup_row(aged.fixture, aged.first).digest);
  CHECK(attestation.places.size() == 2);
  CHECK(journal_of(aged.fixture, "client_attest").size() == 1);

  aged.fixture.clock().advance(std::chrono::days{1});
  CHECK(attest_deletion(aged.at(), "CLIEXEMP").attested_at == attestation.attested_at);
  CHECK(journal_of(aged.fixture, "client_attest").size() == 1);
  CHECK(error_of([&] { reopen_client(aged.at(), "CLIEXEMP", "renewed", ""); }).code() == ErrorCode::conflict);
}

TEST_CASE("a hold keeps what it is on, contract or not") {
  AgedInstallation aged;
  close_client(aged.at(), request_for(aged.fixture.clock().now()));
  hold(aged.at(), {.subject = aged.newest, .kind = Hold::legal, .reason = "claim"});
  aged.fixture.clock().advance(std::chrono::days{500});
  expire_now(aged);
  CHECK(aged.is_gone(aged.first));
  CHECK(aged.is_there(aged.newest));
  CHECK(error_of([&] { attest_deletion(aged.at(), "CLIEXEMP"); }).code() == ErrorCode::rule);
}

TEST_CASE("taken back, the last proven ones stay and the devices are backed up again") {
  AgedInstallation aged;
  close_client(aged.at(), request_for(aged.fixture.clock().now()));
  CHECK(error_of([&] { reopen_client(aged.at(), "CLIEXEMP", "", ""); }).code() == ErrorCode::usage);
  reopen_client(aged.at(), "CLIEXEMP", "renewed", "T-3");
  CHECK(error_of([&] { reopen_client(aged.at(), "CLIEXEMP", "renewed", ""); }).code() == ErrorCode::not_found);
  aged.pass_days(500);
  expire_now(aged);
  CHECK(aged.is_there(aged.newest));
  CHECK(results(pass(aged.fixture, kAll)) != Words{"not asked for"});
  CHECK(journal_of(aged.fixture, "client_reopen").size() == 1);
}
