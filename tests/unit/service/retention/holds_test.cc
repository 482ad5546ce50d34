#include "service/retention/holds.h"

#include <catch2/catch.hpp>

#include "expiry_samples.h"
#include "support/error_of.h"

using namespace coffre;
using namespace coffre::test;

TEST_CASE("a hold is put once, on a name that is known, with a reason, and lifted by a person") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  const std::string subject =
      GENERATE_COPY(values<std::string>({name, "CLIEXEMP", "CLIEXEMP/SIEGEPARIS", std::string(kHall)}));
  CAPTURE(subject);
  CHECK(hold(fixture.at(), {.subject = subject, .kind = Hold::legal, .reason = "claim", .ticket = "T-1"}) == subject);
  const auto rows = list_holds(fixture.at());
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].subject == subject);
  CHECK(rows[0].kind == Hold::legal);
  CHECK(rows[0].account == kFixtureAccount);
  CHECK(error_of([&] { hold(fixture.at(), {.subject = subject, .reason = "again"}); }).code() == ErrorCode::conflict);
  CHECK(error_of([&] { unhold(fixture.at(), subject, "", ""); }).code() == ErrorCode::usage);
  unhold(fixture.at(), subject, "settled", "T-2");
  CHECK(list_holds(fixture.at()).empty());
  CHECK(error_of([&] { unhold(fixture.at(), subject, "settled", ""); }).code() == ErrorCode::not_found);
  CHECK(journal_of(fixture, "hold").size() == 1);
  CHECK(journal_of(fixture, "unhold").at(0).ticket == "T-2");
}

TEST_CASE("a name may be typed without its end; one that nobody knows holds nothing") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  const std::string typed = name.substr(0, name.size() - 4);
  CHECK(hold(fixture.at(), {.subject = typed, .reason = "claim"}) == name);
  unhold(fixture.at(), typed, "settled", "");
  CHECK(list_holds(fixture.at()).empty());
  for (const char* const unknown :
       {"CLIENT-X", "CLIEXEMP/SIEGE", "CLIEXEMP/SIEGEPARIS/NVR_X", "A_B_NVR_X_20260101_0300_HEBDO"}) {
    CAPTURE(unknown);
    CHECK(error_of([&] { hold(fixture.at(), {.subject = unknown, .reason = "claim"}); }).code() ==
          ErrorCode::not_found);
  }
  CHECK(error_of([&] { hold(fixture.at(), {.subject = name, .reason = ""}); }).code() == ErrorCode::usage);
}

TEST_CASE("a veto is a hold on what is announced, and takes the announcement back") {
  AgedInstallation aged;
  CHECK(error_of([&] { veto_expiry(aged.at(), {.subject = aged.old, .reason = "claim"}); }).code() ==
        ErrorCode::not_found);
  announce_expiry(aged.at());
  CHECK(veto_expiry(aged.at(), {.subject = aged.old, .reason = "claim"}) == aged.old);
  CHECK(list_holds(aged.at()).at(0).subject == aged.old);
  CHECK(plan_expiry(aged.at()).items.empty());
  CHECK(announce_expiry(aged.at()).withdrawn.empty());
  CHECK(journal_of(aged.fixture, "expire_veto").size() == 1);

  unhold(aged.at(), aged.old, "settled", "");
  CHECK(announce_expiry(aged.at()).announced == std::vector<std::string>{aged.old});
}
