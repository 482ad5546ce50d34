#include "service/retention/expiry_plan.h"

#include <catch2/catch.hpp>

#include "catalog/retention.h"
#include "expiry_samples.h"
#include "service/retention/holds.h"

using namespace coffre;
using namespace coffre::test;

using Names = std::vector<std::string>;

TEST_CASE("what the tiers let go is planned with its reasons, the successor by name; the rest is kept with its own") {
  AgedInstallation aged;
  const ExpiryPlan plan = plan_expiry(aged.at(), true);
  REQUIRE(names_of(plan.items) == Names{aged.old});
  const ExpiryItem& item = plan.items.front();
  CHECK(item.device == kHall);
  CHECK(item.successor == aged.newest);
  REQUIRE(item.verdict.reasons.size() == 2);
  CHECK(item.verdict.reasons[0].code == ReasonCode::tier_ended);
  CHECK(item.verdict.reasons[1].code == ReasonCode::superseded);
  CHECK(item.held[ReplicaRole::local]);
  CHECK(item.held[ReplicaRole::cloud]);
  CHECK_FALSE(item.announced_at);
  CHECK_FALSE(is_due(item, from_unix(4'000'000'000)));
  CHECK(names_of(plan.kept) == Names{aged.first, aged.newest});
  CHECK(plan_expiry(aged.at()).kept.empty());
}

TEST_CASE("planning writes nothing; announcing writes a row and a journal entry, once") {
  AgedInstallation aged;
  plan_expiry(aged.at());
  CHECK(journal_of(aged.fixture, "expire_announce").empty());

  CHECK(announce_expiry(aged.at()).announced == Names{aged.old});
  CHECK(aged.is_there(aged.old));
  const auto entries = journal_of(aged.fixture, "expire_announce");
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].subject == aged.old);
  CHECK(entries[0].account == kFixtureAccount);
  CHECK(entries[0].detail.at("reasons") == "tier_ended superseded");
  CHECK(entries[0].detail.at("successor") == aged.newest);

  aged.pass_days(1);
  CHECK(announce_expiry(aged.at()).announced.empty());
  CHECK(journal_of(aged.fixture, "expire_announce").size() == 1);
}

TEST_CASE("an announced one is due after the delay, to the second") {
  AgedInstallation aged;
  const Instant announced = aged.fixture.clock().now();
  announce_expiry(aged.at());
  const ExpiryItem item = plan_expiry(aged.at()).items.at(0);
  CHECK(item.announced_at == announced);
  CHECK(item.not_before == announced + std::chrono::days{14});
  CHECK_FALSE(is_due(item, announced + std::chrono::days{14} - Seconds{1}));
  CHECK(is_due(item, announced + std::chrono::days{14}));
  CHECK(copies_due(plan_expiry(aged.at()))[ReplicaRole::local] == 0);
  aged.pass_days(14);
  const auto copies = copies_due(plan_expiry(aged.at()));
  CHECK(copies[ReplicaRole::local] == 1);
  CHECK(copies[ReplicaRole::cloud] == 1);
}

TEST_CASE("what no longer expires is withdrawn, and its delay begins anew") {
  AgedInstallation aged;
  announce_expiry(aged.at());
  SECTION("a hold on it") {
    hold(aged.at(), {.subject = aged.old, .reason = "claim"});
  }
  SECTION("a hold on its client") {
    hold(aged.at(), {.subject = "CLIEXEMP", .reason = "claim"});
  }
  SECTION("its successor was lost") {
    set_copy_state(aged.fixture, aged.newest, "cloud", "damaged");
  }
  const AnnounceReport report = announce_expiry(aged.at());
  CHECK(report.withdrawn == Names{aged.old});
  CHECK(report.announced.empty());
  CHECK(journal_of(aged.fixture, "expire_withdraw").size() == 1);
  aged.at().catalog.read([&](Session& session) { CHECK(announcements(session).empty()); });
}

TEST_CASE("a device's own view is that of the whole plan") {
  AgedInstallation aged;
  announce_expiry(aged.at());
  const std::string id = aged.fixture.device_id(kHall);
  aged.at().catalog.read([&](Session& session) {
    const auto items = device_expiry(aged.at(), session, id);
    REQUIRE(names_of(items) == Names{aged.old});
    CHECK(items[0].announced_at.has_value());
    CHECK(device_expiry(aged.at(), session, std::string(32, '0')).empty());
  });
}
