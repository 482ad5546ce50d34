#include "service/retention/releases.h"

#include <catch2/catch.hpp>

#include "expiry_samples.h"
#include "service/retention/client_closure.h"
#include "service/retention/expire.h"
#include "service/retention/holds.h"
#include "support/error_of.h"

using namespace coffre;
using namespace coffre::test;

namespace {

using Names = std::vector<std::string>;

void set_retired(AgedInstallation& aged, bool retired) {
  aged.at().catalog.write([&](Session& session) {
    auto device = find_device(session, InstallationFixture::key(kHall));
    device->retired = retired;
    update_device(session, *device);
  });
}

ReleaseRequest request_for(const std::string& name) {
  return {.name = name,
          .first_person = "A. Martin",
          .second_person = "B. Durand",
          .reason = "site demolished",
          .ticket = "T-3"};
}

// Every tier has ended, and all copies were read lately.
void pass_years(AgedInstallation& aged) {
  aged.pass_days(800);
  aged.at().catalog.write([&](Session& session) {
    for (const std::string& name : {aged.first, aged.old, aged.newest}) {
      for (const ReplicaRole role : kReplicaRoles) {
        add_evidence(session, find_backup_by_name(session, name)->digest,
                     {EvidenceType::replicated, aged.fixture.clock().now(), std::string(to_string(role))});
      }
    }
  });
}

// Announces, waits, executes, until nothing more goes: what a timer does for months. All names that went.
Names expire_all(AgedInstallation& aged) {
  Names gone;
  while (true) {
    aged.announce_and_wait();
    std::size_t removed = 0;
    for (const ExpiryOutcome& outcome : execute_expiry(aged.at(), {}).outcomes) {
      if (outcome.result != ExpiryOutcome::Result::removed) continue;
      gone.push_back(outcome.name);
      ++removed;
    }
    if (removed == 0) return gone;
  }
}

ReasonCode last_reason_of_newest(const AgedInstallation& aged, const ExpiryPlan& plan) {
  for (const ExpiryItem& item : plan.items) {
    if (item.backup.name == aged.newest) return item.verdict.reasons.back().code;
  }
  return ReasonCode::no_successor;
}

}  // namespace

TEST_CASE("a retired device's last ones stay for ever unless they are released, one by one, by name") {
  AgedInstallation aged;
  set_retired(aged, true);
  pass_years(aged);
  CHECK(expire_all(aged) == Names{aged.first, aged.old});
  CHECK(aged.is_there(aged.newest));

  CHECK(release_backup(aged.at(), request_for(aged.newest)) == aged.newest);
  CHECK(expire_all(aged) == Names{aged.newest});
  CHECK(aged.is_gone(aged.newest));
  const auto entries = journal_of(aged.fixture, "expire");
  REQUIRE(entries.size() == 6);
  CHECK(entries[0].detail.count("released_by") == 0);
  CHECK(entries[5].subject == aged.newest);
  CHECK(entries[5].detail.at("released_by") == "A. Martin, B. Durand");
  CHECK(open_matters(aged.fixture).empty());
}

TEST_CASE("a release lets one go and no other: what becomes the last one stays, and can be released then") {
  AgedInstallation aged;
  set_retired(aged, true);
  pass_years(aged);
  release_backup(aged.at(), request_for(aged.newest));
  CHECK(expire_all(aged) == Names{aged.first, aged.newest});
  CHECK(aged.is_there(aged.old));
  release_backup(aged.at(), request_for(aged.old));
  CHECK(expire_all(aged) == Names{aged.old});
  CHECK(list_releases(aged.at()).size() == 2);
  for (const ReleaseView& view : list_releases(aged.at())) CHECK(view.expired_at.has_value());
}

TEST_CASE("its own time, holds and the delay count as ever") {
  AgedInstallation aged;
  set_retired(aged, true);
  release_backup(aged.at(), request_for(aged.newest));
  CHECK_FALSE(list_releases(aged.at()).at(0).item);  // its tier has not ended
  CHECK(plan_expiry(aged.at(), true).kept.back().released_by == "A. Martin, B. Durand");
  pass_years(aged);
  CHECK(last_reason_of_newest(aged, plan_expiry(aged.at())) == ReasonCode::released);
  CHECK(list_releases(aged.at()).at(0).item->released_by == "A. Martin, B. Durand");

  hold(aged.at(), {.subject = aged.newest, .reason = "claim"});
  expire_all(aged);
  CHECK(aged.is_gone(aged.first));
  CHECK(aged.is_there(aged.newest));
  unhold(aged.at(), aged.newest, "settled", "");
  announce_expiry(aged.at());
  aged.pass_days(13);
  CHECK(execute_expiry(aged.at(), {}).due == 0);
  CHECK(aged.is_there(aged.newest));
}

TEST_CASE("taken back, or its device back in service, the last one stays, also after it was announced") {
  AgedInstallation aged;
  set_retired(aged, true);
  pass_years(aged);
  expire_all(aged);
  release_backup(aged.at(), request_for(aged.newest));
  aged.announce_and_wait();
  SECTION("taken back") {
    CHECK(take_back_release(aged.at(), aged.newest, "claim of 12 May", "T-4") == aged.newest);
    CHECK(list_releases(aged.at()).empty());
    CHECK(journal_of(aged.fixture, "unrelease").size() == 1);
  }
  SECTION("back in service") {
    set_retired(aged, false);
  }
  CHECK(execute_expiry(aged.at(), {}).outcomes.empty());
  CHECK(announce_expiry(aged.at()).withdrawn == Names{aged.newest});
  CHECK(expire_all(aged).empty());
  CHECK(aged.is_there(aged.newest));
}

TEST_CASE("refused, with the way out: a device in service, one that needs no release, one that is released or gone") {
  AgedInstallation aged;
  const auto refusal = [&](const std::string& name) {
    return error_of([&] { release_backup(aged.at(), request_for(name)); });
  };
  CHECK(refusal(aged.newest).code() == ErrorCode::rule);
  CHECK_THAT(refusal(aged.newest).what(), Catch::Contains("not retired") && Catch::Contains("inventory"));
  set_retired(aged, true);
  CHECK(refusal(aged.old).code() == ErrorCode::rule);
  CHECK_THAT(refusal(aged.old).what(), Catch::Contains("needs no release") && Catch::Contains("expire --plan --all"));
  CHECK(refusal("CLIEXEMP_SIEGEPARIS_NVR_NVR-HALL_20200101_0300_HEBDO").code() == ErrorCode::not_found);
  CHECK(list_releases(aged.at()).empty());
  CHECK(journal_of(aged.fixture, "release").empty());

  release_backup(aged.at(), request_for(aged.newest));
  CHECK(refusal(aged.newest).code() == ErrorCode::conflict);
  pass_years(aged);
  expire_all(aged);
  CHECK(refusal(aged.newest).code() == ErrorCode::conflict);
  CHECK(error_of([&] { take_back_release(aged.at(), aged.newest, "why", ""); }).code() == ErrorCode::conflict);
  CHECK(list_releases(aged.at()).size() == 1);
  CHECK(error_of([&] { take_back_release(aged.at(), aged.old, "why", ""); }).code() == ErrorCode::not_found);
  CHECK(error_of([&] { take_back_release(aged.at(), aged.old, "", ""); }).code() == ErrorCode::usage);
}

TEST_CASE("refused where the client's contract has ended: all of them go by that") {
  AgedInstallation aged;
  set_retired(aged, true);
  close_client(aged.at(), {.client = "CLIEXEMP",
                           .closes_at = aged.fixture.clock().now(),
                           .first_person = "A. Martin",
                           .second_person = "B. Durand",
                           .reason = "contract ended"});
  const Error error = error_of([&] { release_backup(aged.at(), request_for(aged.newest)); });
  CHECK(error.code() == ErrorCode::rule);
  CHECK_THAT(error.what(), Catch::Contains("restore-cli client status"));
}

TEST_CASE("two persons who are not the same and a reason are needed, and the journal says who and why") {
  AgedInstallation aged;
  set_retired(aged, true);
  const auto code_of = [&](const ReleaseRequest& request) {
    return error_of([&] { release_backup(aged.at(), request); }).code();
  };
  ReleaseRequest request = request_for(aged.newest);
  request.second_person = " a. martin ";
  CHECK(code_of(request) == ErrorCode::usage);
  request = request_for(aged.newest);
  request.first_person = "";
  CHECK(code_of(request) == ErrorCode::usage);
  request = request_for(aged.newest);
  request.reason = " ";
  CHECK(code_of(request) == ErrorCode::usage);
  CHECK(list_releases(aged.at()).empty());

  release_backup(aged.at(), request_for(aged.newest));
  const auto entries = journal_of(aged.fixture, "release");
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].subject == aged.newest);
  CHECK(entries[0].ticket == "T-3");
  CHECK(entries[0].detail.at("first_person") == "A. Martin");
  CHECK(entries[0].detail.at("second_person") == "B. Durand");
  CHECK(entries[0].detail.at("reason") == "site demolished");
}
