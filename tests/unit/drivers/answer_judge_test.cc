#include "drivers/answer_judge.h"

#include <catch2/catch.hpp>

#include "bundle_of.h"

using namespace coffre;

namespace {

struct Case {
  const char* name;
  int status;
  bool credentials_sent;
  std::string offered;
  bool stale;
  bool proven;
  std::string body;
  std::string expected;  // "" as expected, "-" unavailable, otherwise the failure
};

}  // namespace

TEST_CASE("statuses mean what the caller has to do") {
  Definition definition;
  definition.answers = {{{401, 403}, {"<lockStatus>lock"}, AnswerRule::Means::locked_out},
                        {{403}, {"notActivated"}, AnswerRule::Means::not_activated},
                        {{403}, {"notSupport"}, AnswerRule::Means::unavailable},
                        {{}, {"deviceBusy"}, AnswerRule::Means::busy},
                        {{200}, {"Device Error"}, AnswerRule::Means::failed}};
  RequestSpec request;
  request.unavailable = {403, 404};
  request.unavailable_when = {"invalidOperation"};
  const std::string wrong =
      "refused WRONG_PASSWORD: the device refused the user name or the password; it was tried once";
  const std::vector<Case> cases{
      {"fine", 200, true, "digest", false, false, "x", ""},
      {"wrong password", 401, true, "digest", false, false, "", wrong},
      {"forbidden at first", 403, true, "digest", false, false, "", wrong},
      {"Hanwha's 490", 490, true, "digest", false, false, "", wrong},
      {"forbidden later: not available", 403, true, "digest", false, true, "", "-"},
      {"unauthorized later: no right", 401, true, "digest", false, true, "", "refused: the account may not read this"},
      {"stale", 401, true, "digest", true, false, "",
       "unreachable: the device renewed its challenge instead of answering; try again"},
      {"Basic instead of digest", 401, false, "basic", false, false, "",
       "refused AUTH_DOWNGRADED: the device asks for the password in clear (Basic) instead of a digest; it was not "
       "sent"},
      {"no challenge at all", 401, false, "", false, false, "",
       "refused: the device refuses without asking for a digest; no password was sent"},
      {"locked", 403, true, "digest", false, false, "<lockStatus>lock</lockStatus>",
       "locked_out LOCKED_OUT: the device has locked this account or our address"},
      {"locked, said with 401", 401, true, "digest", false, false, "<lockStatus>locked</lockStatus>",
       "locked_out LOCKED_OUT: the device has locked this account or our address"},
      {"not activated", 403, false, "", false, false, "notActivated",
       "refused NOT_ACTIVATED: the device waits for its first setup"},
      {"not supported by this model", 403, true, "digest", false, false, "<s>NOTSUPPORT</s>", "-"},
      {"refused inside 200", 200, true, "digest", false, true, "invalidOperation", "-"},
      {"failed inside 200", 200, true, "digest", false, true, "Device Error",
       "implausible: the device reports that it could not do this"},
      {"busy inside 200", 200, true, "digest", false, true, "deviceBusy",
       "unreachable: the device is busy; try again later"},
      {"absent", 404, true, "digest", false, true, "", "-"},
      {"busy", 503, true, "digest", false, true, "", "unreachable: the device is busy; try again later"},
      {"broken", 500, true, "digest", false, true, "", "implausible: unexpected HTTP status 500"},
      {"method", 405, true, "digest", false, true, "", "unsupported: unexpected HTTP status 405"},
  };
  for (const Case& row : cases) {
    DYNAMIC_SECTION(row.name) {
      Response response;
      response.status = row.status;
      response.credentials_sent = row.credentials_sent;
      response.offered_auth = row.offered;
      response.challenge_stale = row.stale;
      BodyWindow body;
      body.add(as_bytes(row.body));
      bool unavailable = false;
      const std::string failure = test::failure_of([&] {
        const JudgeContext context{"step", LoginScheme::digest, false, row.proven};
        unavailable = judge(definition, request, response, body, context) == Verdict::unavailable;
      });
      CHECK(unavailable == (row.expected == "-"));
      if (!unavailable) CHECK(failure == row.expected);
    }
  }
}

TEST_CASE("a refused login counts as a refused password, although it is a form") {
  Response response;
  response.status = 401;
  const JudgeContext context{"login", LoginScheme::bearer, true, false};
  CHECK(test::failure_of([&] { judge({}, {}, response, {}, context); }).find("refused WRONG_PASSWORD") == 0);
}

TEST_CASE("a device that waits for its first setup is recognized inside a good answer") {
  ExpectedAnswer expect;
  expect.fresh_without = {"/localId"};
  expect.fresh_equals = {{"/needsetup", "yes"}};
  const auto failure = [&expect](std::string_view json) {
    return test::failure_of([&] { check_in_use(expect, *parse_json(as_bytes(json)), "step"); });
  };
  const std::string fresh = "refused NOT_ACTIVATED: the device waits for its first setup";
  CHECK(failure(R"({"localId":"x","needsetup":"no"})").empty());
  CHECK(failure(R"({"needsetup":"no"})") == fresh);
  CHECK(failure(R"({"localId":"x","needsetup":"yes"})") == fresh);
}
