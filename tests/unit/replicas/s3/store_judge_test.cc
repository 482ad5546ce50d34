#include "replicas/s3/store_judge.h"

#include <catch2/catch.hpp>

using namespace coffre;

namespace {

const Instant kNow = from_rfc3339("2026-11-26T12:00:00Z").value();
const S3Retention kAsked{S3LockMode::compliance, kNow + Seconds(60)};

}  // namespace

TEST_CASE("The clocks agree within five minutes, and a store without a clock does not") {
  CHECK(judge_clock(kNow, kNow).verdict == Ability::yes);
  CHECK(judge_clock(kNow + Seconds(300), kNow).verdict == Ability::yes);
  CHECK(judge_clock(kNow - Seconds(300), kNow).verdict == Ability::yes);
  CHECK(judge_clock(kNow + Seconds(301), kNow).verdict == Ability::no);
  CHECK(judge_clock(kNow - Seconds(301), kNow).verdict == Ability::no);
  CHECK(judge_clock(kNow - Seconds(301), kNow).found.find("5 min 1 s ahead of") != std::string::npos);
  CHECK(judge_clock(std::nullopt, kNow).verdict == Ability::no);
}

TEST_CASE("Versions are kept when the first one is there after the second, whatever the bucket says of itself") {
  const auto judged = [](VersioningAnswers answers) { return judge_versioning(answers).verdict; };
  CHECK(judged({S3Versioning::enabled, "v1", "v2", true}) == Ability::yes);
  CHECK(judged({S3Versioning::enabled, "v1", "v2", false}) == Ability::no);
  CHECK(judged({S3Versioning::enabled, "v1", "v1", true}) == Ability::no);
  CHECK(judged({S3Versioning::enabled, "", "", true}) == Ability::no);
  CHECK(judged({S3Versioning::suspended, "v1", "v2", true}) == Ability::no);
  CHECK(judged({S3Versioning::never, "", "", true}) == Ability::no);
}

TEST_CASE("A condition is enforced when the first put is taken and the second is not") {
  CHECK(judge_conditional_put(true, false).verdict == Ability::yes);
  CHECK(judge_conditional_put(true, true).verdict == Ability::no);
  CHECK(judge_conditional_put(false, false).verdict == Ability::not_measured);
  CHECK(judge_conditional_put(false, true).verdict == Ability::not_measured);
}

TEST_CASE("Metadata is kept when every field comes back, among others") {
  const Fields sent{{"a", "1"}, {"b", "2"}};
  CHECK(judge_metadata(sent, {{"b", "2"}, {"x", "y"}, {"a", "1"}}).verdict == Ability::yes);
  CHECK(judge_metadata(sent, {{"a", "1"}}).verdict == Ability::no);
  CHECK(judge_metadata(sent, {{"a", "1"}, {"b", "3"}}).verdict == Ability::no);
}

TEST_CASE("One digest that is checked is enough; a refusal for another reason says nothing") {
  CHECK(judge_checksum({"BadDigest", "XAmzContentSHA256Mismatch"}).verdict == Ability::yes);
  CHECK(judge_checksum({"BadDigest", std::nullopt}).verdict == Ability::yes);
  CHECK(judge_checksum({std::nullopt, "XAmzContentSHA256Mismatch"}).verdict == Ability::yes);
  CHECK(judge_checksum({std::nullopt, std::nullopt}).verdict == Ability::no);
  CHECK(judge_checksum({"AccessDenied", "BadDigest"}).verdict == Ability::not_measured);
  CHECK(judge_checksum({std::nullopt, "QuotaExceeded"}).verdict == Ability::not_measured);
}

TEST_CASE("A listing in pages is complete when it gives everything once, and in more than one page") {
  const KeyVersion a{"k", "v1"};
  const KeyVersion b{"k", "v2"};
  CHECK(judge_pagination({a, b}, {{b}, {a}}).verdict == Ability::yes);
  CHECK(judge_pagination({a, b}, {{b}, {a}, {}}).verdict == Ability::yes);
  CHECK(judge_pagination({a, b}, {{b}}).verdict == Ability::no);
  CHECK(judge_pagination({a, b}, {{b}, {b}}).verdict == Ability::no);
  CHECK(judge_pagination({a, b}, {{a}, {b}, {a}}).verdict == Ability::no);
  CHECK(judge_pagination({a, b}, {{a, b}}).verdict == Ability::not_measured);
}

TEST_CASE("A lock counts as it is read back: as strong and as long as asked, or more") {
  const auto judged = [](const S3Retention& at_put, const std::optional<S3Retention>& later = std::nullopt) {
    return judge_lock(kAsked, at_put, later).verdict;
  };
  CHECK(judged(kAsked) == Ability::yes);
  CHECK(judged({S3LockMode::compliance, kAsked.until + Seconds(1)}) == Ability::yes);
  CHECK(judged({S3LockMode::compliance, kAsked.until - Seconds(1)}) == Ability::no);
  CHECK(judged({S3LockMode::governance, kAsked.until}) == Ability::no);
  CHECK(judged({}) == Ability::no);
  CHECK(judged({}, kAsked) == Ability::yes);
  CHECK(judged({}, S3Retention{}) == Ability::no);
  const S3Retention governance{S3LockMode::governance, kAsked.until};
  CHECK(judge_lock(governance, kAsked, std::nullopt).verdict == Ability::yes);
}

TEST_CASE("The canary has held only where the control went, and the locked version was refused and is there") {
  const RemovalAnswer gone{"", false};
  const RemovalAnswer refused{"no", true};
  struct Row {
    const char* name;
    CanaryAnswers answers;
    CanaryVerdict verdict;
  };
  const std::vector<Row> rows{
      {"as it should be", {"", gone, refused, false}, CanaryVerdict::held},
      {"deleted", {"", gone, gone, false}, CanaryVerdict::broken},
      {"said yes, still shown", {"", gone, RemovalAnswer{"", true}, false}, CanaryVerdict::broken},
      {"said no, and gone", {"", gone, RemovalAnswer{"no", false}, false}, CanaryVerdict::broken},
      {"the key may delete nothing", {"", refused, refused, false}, CanaryVerdict::not_measured},
      {"the control is refused, the locked one goes", {"", refused, gone, false}, CanaryVerdict::not_measured},
      {"the control stays", {"", RemovalAnswer{"", true}, refused, false}, CanaryVerdict::not_measured},
      {"too late", {"", gone, gone, true}, CanaryVerdict::not_measured},
      {"not tried", {"", gone, std::nullopt, false}, CanaryVerdict::not_measured},
      {"no control", {"", std::nullopt, refused, false}, CanaryVerdict::not_measured},
      {"could not ask", {"the store is away", gone, refused, false}, CanaryVerdict::not_measured},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const CanaryFinding finding = judge_canary(row.answers);
    CHECK(finding.verdict == row.verdict);
    CHECK_FALSE(finding.found.empty());
    const Ability as_row = lock_refuses(finding).verdict;
    CHECK((as_row == Ability::yes) == (row.verdict == CanaryVerdict::held));
    CHECK((as_row == Ability::no) == (row.verdict == CanaryVerdict::broken));
  }
}
