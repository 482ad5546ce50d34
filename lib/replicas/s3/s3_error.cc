#include "replicas/s3/s3_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "base/translate.h"
#include "replicas/s3/s3_answers.h"

namespace coffre {
namespace {

constexpr int kForbidden = 403;
constexpr int kNotFound = 404;
constexpr int kNotAllowed = 405;
constexpr int kTooManyRequests = 429;
constexpr int kFirstServerError = 500;
constexpr int kNotImplemented = 501;
constexpr int kInsufficientStorage = 507;
constexpr std::size_t kLongestMessage = 200;

struct Meaning {
  ErrorCode code;
  std::string why;
  std::string hint;
};

struct KnownCode {
  std::string_view s3_code;
  ErrorCode code;
  const char* why;
  const char* hint;
};

constexpr std::array kKnownCodes{
    KnownCode{"SignatureDoesNotMatch", ErrorCode::refused, tr_noop("the secret key is not the one of this access key"),
              tr_noop("Enter the secret key again with `backupd secret set NAME`.")},
    KnownCode{"InvalidAccessKeyId", ErrorCode::refused, tr_noop("the store does not know this access key"),
              tr_noop("Check the access key; the store's administrator may have withdrawn it.")},
    KnownCode{"UserSuspended", ErrorCode::refused, tr_noop("the store has suspended this account"),
              tr_noop("Ask the store's administrator why.")},
    KnownCode{"AccountProblem", ErrorCode::refused, tr_noop("the store has suspended this account"),
              tr_noop("Ask the store's administrator why.")},
    KnownCode{"AccessDenied", ErrorCode::refused, tr_noop("the store says no: this access key lacks the right"),
              tr_noop("Check the rights of the access key on the bucket.")},
    KnownCode{"NoSuchBucket", ErrorCode::refused, tr_noop("there is no such bucket"),
              tr_noop("Create the bucket, or correct `bucket:` and `endpoint:` in coffre.yaml.")},
    KnownCode{"QuotaExceeded", ErrorCode::no_space, tr_noop("the quota is used up"),
              tr_noop("Raise the quota of the account or the bucket; nothing is ever deleted to make room.")},
    KnownCode{"InsufficientStorage", ErrorCode::no_space, tr_noop("the store is full"),
              tr_noop("Ask the store's administrator for room; nothing is ever deleted to make room.")},
    KnownCode{"SlowDown", ErrorCode::unreachable, tr_noop("the store asks us to come later"), ""},
    KnownCode{"BadDigest", ErrorCode::unreachable, tr_noop("the upload arrived damaged"), ""},
    KnownCode{"XAmzContentSHA256Mismatch", ErrorCode::unreachable, tr_noop("the upload arrived damaged"), ""},
    KnownCode{"IncompleteBody", ErrorCode::unreachable, tr_noop("the upload arrived cut"), ""},
    KnownCode{"RequestTimeout", ErrorCode::unreachable, tr_noop("the upload came too slowly for the store"), ""},
    KnownCode{"OperationAborted", ErrorCode::unreachable, tr_noop("another request was at the same object"), ""},
    KnownCode{"ConditionalRequestConflict", ErrorCode::unreachable, tr_noop("another request was at the same object"),
              ""},
    KnownCode{"InvalidBucketState", ErrorCode::unsupported, tr_noop("the bucket was not made for this"),
              tr_noop("Versioning and Object Lock are chosen when a bucket is made: make a new one with both.")},
};

// The store's clock is in the answer, so the person learns by how much, and whose clock to look at.
std::optional<Meaning> clock_meaning(const S3Answer& answer, const std::string& s3_code, Instant now) {
  const auto theirs = parse_http_date(answer.header("date"));
  const bool said = s3_code == "RequestTimeTooSkewed";
  const bool likely = s3_code.empty() && answer.status == kForbidden && theirs &&
                      std::chrono::abs(*theirs - now) > kMostClockDifference;
  if (!said && !likely) return std::nullopt;
  const std::string hint = tr("Set this machine's clock (NTP: timedatectl).");
  if (!theirs) return Meaning{ErrorCode::refused, tr("this machine's clock is wrong"), hint};
  return Meaning{
      ErrorCode::refused,
      fmt::format(fmt::runtime(tr("this machine's clock is {} the store's")), clock_difference(now, *theirs)), hint};
}

Meaning region_meaning(const S3Failure& failure) {
  const std::string why = failure.region.empty()
                              ? std::string(tr("the region is not the bucket's"))
                              : fmt::format(fmt::runtime(tr("the bucket's region is {}")), failure.region);
  return {ErrorCode::refused, why, tr("Correct `region:` in coffre.yaml.")};
}

Meaning meaning_of_status(int status) {
  switch (status) {
    case kNotAllowed:
    case kNotImplemented:
      return {ErrorCode::unsupported, tr("the store cannot do this"), ""};
    case kInsufficientStorage:
      return {ErrorCode::no_space, tr("the store is full"), ""};
    case kTooManyRequests:
      return {ErrorCode::unreachable, tr("the store asks us to come later"), ""};
    case kForbidden:
      return {ErrorCode::refused, tr("the store says no"),
              tr("Check the access key, its secret key and its rights on the bucket.")};
    default:
      break;
  }
  if (status >= kFirstServerError) return {ErrorCode::unreachable, tr("the store has trouble of its own"), ""};
  return {ErrorCode::refused, tr("the store does not take the request"), ""};
}

Meaning meaning_of(const S3Answer& answer, const S3Failure& failure, Instant now) {
  if (auto clock = clock_meaning(answer, failure.code, now)) return *clock;
  if (failure.code == "AuthorizationHeaderMalformed" || failure.code == "PermanentRedirect") {
    return region_meaning(failure);
  }
  const auto* const known = std::find_if(kKnownCodes.begin(), kKnownCodes.end(),
                                         [&](const KnownCode& one) { return one.s3_code == failure.code; });
  if (known != kKnownCodes.end()) return {known->code, tr(known->why), tr(known->hint)};
  Meaning meaning = meaning_of_status(answer.status);
  if (!failure.message.empty()) meaning.why += tr(": ") + failure.message.substr(0, kLongestMessage);
  return meaning;
}

}  // namespace

bool says_absent(const S3Answer& answer) {
  if (answer.status != kNotFound) return false;
  const std::string code = parse_s3_failure(answer.body).code;
  return answer.body.empty() || code == "NoSuchKey" || code == "NoSuchVersion";
}

Error s3_error(const S3Answer& answer, std::string step, Instant now) {
  const S3Failure failure = parse_s3_failure(answer.body);
  const std::string shown =
      failure.code.empty() ? std::to_string(answer.status) : fmt::format("{} {}", answer.status, failure.code);
  Meaning meaning = meaning_of(answer, failure, now);
  Error error(meaning.code, std::move(step), fmt::format("{} ({})", meaning.why, shown), std::move(meaning.hint));
  error.with_category(failure.code.empty() ? fmt::format("HTTP_{}", answer.status) : failure.code);
  return error;
}

bool asks_to_slow_down(const Error& error) {
  constexpr std::array<std::string_view, 5> kCategories{"SlowDown", "ServiceUnavailable", "TooManyRequests", "HTTP_503",
                                                        "HTTP_429"};
  return std::find(kCategories.begin(), kCategories.end(), error.category()) != kCategories.end();
}

std::string clock_difference(Instant ours, Instant theirs) {
  constexpr std::int64_t kMinute = 60;
  const std::int64_t seconds = std::chrono::abs(ours - theirs).count();
  const std::string amount = seconds < kMinute ? fmt::format("{} s", seconds)
                                               : fmt::format("{} min {} s", seconds / kMinute, seconds % kMinute);
  return fmt::format(fmt::runtime(ours > theirs ? tr("{} ahead of") : tr("{} behind")), amount);
}

}  // namespace coffre
