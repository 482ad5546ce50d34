#include "drivers/answer_judge.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/translate.h"

namespace coffre {
namespace {

constexpr int kUnauthorized = 401;
constexpr int kForbidden = 403;
constexpr int kHanwhaBlocked = 490;
constexpr int kServiceUnavailable = 503;
constexpr int kServerErrors = 500;

bool among(const std::vector<int>& list, int status) {
  return std::find(list.begin(), list.end(), status) != list.end();
}

[[noreturn]] void fail(ErrorCode code, const JudgeContext& context, std::string why, const char* category = "",
                       std::string hint = {}) {
  Error error(code, context.step, std::move(why), std::move(hint));
  error.with_category(category);
  throw error;
}

[[noreturn]] void wrong_password(const JudgeContext& context) {
  fail(ErrorCode::refused, context, tr("the device refused the user name or the password; it was tried once"),
       "WRONG_PASSWORD",
       tr("Correct it with `backupd secret set NAME`; if it is right after all: `backupd secret release NAME --reason "
          "R`."));
}

Verdict by_rule(AnswerRule::Means means, const JudgeContext& context) {
  switch (means) {
    case AnswerRule::Means::unavailable:
      return Verdict::unavailable;
    case AnswerRule::Means::wrong_password:
      wrong_password(context);
    case AnswerRule::Means::locked_out:
      fail(ErrorCode::locked_out, context, tr("the device has locked this account or our address"), "LOCKED_OUT",
           tr("Wait until the lock ends (often 30 minutes)"));
    case AnswerRule::Means::not_activated:
      fail(ErrorCode::refused, context, tr("the device waits for its first setup"), "NOT_ACTIVATED",
           tr("Set it up, then run `backupd device add` again."));
    case AnswerRule::Means::no_right:
      fail(ErrorCode::refused, context, tr("the account may not read this"), "",
           tr("Give the account the right to read the configuration."));
    case AnswerRule::Means::busy:
      fail(ErrorCode::unreachable, context, tr("the device is busy; try again later"));
    case AnswerRule::Means::failed:
      fail(ErrorCode::implausible, context, tr("the device reports that it could not do this"));
  }
  return Verdict::unavailable;
}

void check_refusal(const Response& response, const JudgeContext& context) {
  const bool with_credentials = response.credentials_sent || context.login;
  const bool digest_expected = context.scheme == LoginScheme::digest;
  if (response.status == kUnauthorized && !with_credentials && digest_expected &&
      response.offered_auth.find("basic") != std::string::npos &&
      response.offered_auth.find("digest") == std::string::npos) {
    fail(ErrorCode::refused, context,
         tr("the device asks for the password in clear (Basic) instead of a digest; it was not sent"),
         "AUTH_DOWNGRADED", tr("Check that nobody stands between, and that digest is switched on at the device."));
  }
  if (response.status == kUnauthorized && response.challenge_stale) {
    fail(ErrorCode::unreachable, context, tr("the device renewed its challenge instead of answering; try again"));
  }
  if (with_credentials && !context.password_proven) wrong_password(context);
  if (!with_credentials && context.scheme == LoginScheme::none) {
    fail(ErrorCode::refused, context, tr("the device asks for a login, and this driver has none"));
  }
  if (!with_credentials && digest_expected) {
    fail(ErrorCode::refused, context, tr("the device refuses without asking for a digest; no password was sent"));
  }
}

}  // namespace

void check_in_use(const ExpectedAnswer& expect, const Content& content, const std::string& step) {
  bool fresh = std::any_of(expect.fresh_without.begin(), expect.fresh_without.end(),
                           [&content](const std::string& path) { return !content.present(path); });
  for (const auto& [path, text] : expect.fresh_equals) fresh = fresh || content.text_at(path) == text;
  if (fresh) by_rule(AnswerRule::Means::not_activated, {step, {}, false, false});
}

Verdict judge(const Definition& definition, const RequestSpec& request, const Response& response,
              const BodyWindow& body, const JudgeContext& context) {
  const int status = response.status;
  for (const AnswerRule& rule : definition.answers) {
    const bool applies = rule.status.empty() || among(rule.status, status);
    if (applies && head_holds(body, rule.contains)) return by_rule(rule.means, context);
  }
  if (head_holds(body, request.unavailable_when)) return Verdict::unavailable;
  if (among(request.expect.status, status)) return Verdict::as_expected;
  const bool refusal = status == kUnauthorized || status == kForbidden || status == kHanwhaBlocked;
  if (refusal) check_refusal(response, context);
  if (among(request.unavailable, status)) return Verdict::unavailable;
  if (refusal) return by_rule(AnswerRule::Means::no_right, context);
  if (status == kServiceUnavailable) return by_rule(AnswerRule::Means::busy, context);
  const std::string why = fmt::format(fmt::runtime(tr("unexpected HTTP status {}")), status);
  fail(status >= kServerErrors ? ErrorCode::implausible : ErrorCode::unsupported, context, why);
}

}  // namespace coffre
