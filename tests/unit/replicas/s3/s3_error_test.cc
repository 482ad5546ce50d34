#include "replicas/s3/s3_error.h"

#include <catch2/catch.hpp>

using namespace coffre;

namespace {

const Instant kNow = from_rfc3339("2026-11-26T12:00:00Z").value();

S3Answer answer_of(int status, const std::string& code, const std::string& more = {}) {
  S3Answer answer{status, {{"date", "Thu, 26 Nov 2026 12:00:00 GMT"}}, {}};
  if (!code.empty()) append(answer.body, as_bytes("<Error><Code>" + code + "</Code>" + more + "</Error>"));
  return answer;
}

}  // namespace

TEST_CASE("Each refusal says what to do, and its code says whether trying again helps") {
  struct Row {
    int status;
    const char* s3_code;
    ErrorCode code;
    const char* text;  // in the line
  };
  const auto row = GENERATE(values<Row>({
      {403, "SignatureDoesNotMatch", ErrorCode::refused, "backupd secret set NAME"},
      {403, "InvalidAccessKeyId", ErrorCode::refused, "does not know this access key"},
      {403, "AccessDenied", ErrorCode::refused, "lacks the right"},
      {403, "UserSuspended", ErrorCode::refused, "suspended"},
      {404, "NoSuchBucket", ErrorCode::refused, "correct `bucket:`"},
      {403, "QuotaExceeded", ErrorCode::no_space, "quota"},
      {507, "InsufficientStorage", ErrorCode::no_space, "full"},
      {507, "", ErrorCode::no_space, "full"},
      {503, "SlowDown", ErrorCode::unreachable, "come later"},
      {503, "ServiceUnavailable", ErrorCode::unreachable, "trouble of its own"},
      {500, "InternalError", ErrorCode::unreachable, "trouble of its own"},
      {502, "", ErrorCode::unreachable, "trouble of its own"},
      {429, "TooManyRequests", ErrorCode::unreachable, "come later"},
      {400, "BadDigest", ErrorCode::unreachable, "damaged"},
      {400, "XAmzContentSHA256Mismatch", ErrorCode::unreachable, "damaged"},
      {400, "RequestTimeout", ErrorCode::unreachable, "too slowly"},
      {409, "OperationAborted", ErrorCode::unreachable, "same object"},
      {501, "NotImplemented", ErrorCode::unsupported, "cannot do this"},
      {405, "", ErrorCode::unsupported, "cannot do this"},
      {409, "InvalidBucketState", ErrorCode::unsupported, "make a new one"},
      {400, "InvalidArgument", ErrorCode::refused, "does not take the request"},
      {403, "", ErrorCode::refused, "says no"},
  }));
  CAPTURE(row.status, row.s3_code);
  const Error error = s3_error(answer_of(row.status, row.s3_code), "storing", kNow);
  CHECK(error.code() == row.code);
  CHECK(std::string(error.what()).find(row.text) != std::string::npos);
  CHECK(std::string(error.what()).find(std::to_string(row.status)) != std::string::npos);
  CHECK(error.category() == (*row.s3_code == '\0' ? "HTTP_" + std::to_string(row.status) : row.s3_code));
}

TEST_CASE("A clock that is off is told by how much, also where the answer has no words") {
  const Instant late = kNow + Seconds(16 * 60 + 4);
  const std::string said = s3_error(answer_of(403, "RequestTimeTooSkewed"), "storing", late).what();
  CHECK(said.find("16 min 4 s ahead of the store's") != std::string::npos);
  CHECK(said.find("NTP") != std::string::npos);
  const Instant early = kNow - Seconds(1000);
  CHECK(std::string(s3_error(answer_of(403, ""), "asking", early).what()).find("16 min 40 s behind the store's") !=
        std::string::npos);
  CHECK(std::string(s3_error(answer_of(403, "AccessDenied"), "asking", early).what()).find("lacks the right") !=
        std::string::npos);
  CHECK(clock_difference(kNow, kNow + Seconds(30)) == "30 s behind");
}

TEST_CASE("A wrong region is named when the store names it") {
  const Error error = s3_error(answer_of(400, "AuthorizationHeaderMalformed", "<Region>gra</Region>"), "asking", kNow);
  CHECK(error.code() == ErrorCode::refused);
  CHECK(error.reason().find("the bucket's region is gra") != std::string::npos);
  CHECK(error.hint().find("region:") != std::string::npos);
}

TEST_CASE("An unknown refusal shows the store's own words, shortened and on one line") {
  const Error error = s3_error(
      answer_of(400, "Strange", "<Message>two\nlines " + std::string(1000, 'x') + "</Message>"), "storing", kNow);
  const std::string line = error.what();
  CHECK(line.find("two\\x0alines") != std::string::npos);
  CHECK(line.size() < 400);
}

TEST_CASE("A store asks for fewer requests by its words, or by the status where an answer has no words") {
  CHECK(asks_to_slow_down(s3_error(answer_of(503, "SlowDown"), "asking", kNow)));
  CHECK(asks_to_slow_down(s3_error(answer_of(503, ""), "asking", kNow)));
  CHECK(asks_to_slow_down(s3_error(answer_of(429, ""), "asking", kNow)));
  CHECK_FALSE(asks_to_slow_down(s3_error(answer_of(500, "InternalError"), "asking", kNow)));
}

TEST_CASE("Absence is said by a 404 about the object, not by any 404") {
  CHECK(says_absent(answer_of(404, "")));
  CHECK(says_absent(answer_of(404, "NoSuchKey")));
  CHECK(says_absent(answer_of(404, "NoSuchVersion")));
  CHECK_FALSE(says_absent(answer_of(404, "NoSuchBucket")));
  CHECK_FALSE(says_absent(answer_of(403, "NoSuchKey")));
  S3Answer page{404, {}, {}};
  append(page.body, as_bytes("<html>this is no store</html>"));
  CHECK_FALSE(says_absent(page));
}
