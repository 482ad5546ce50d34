#include "replicas/s3/retry.h"

#include <catch2/catch.hpp>
#include <limits>
#include <vector>

#include "scripted_bucket.h"
#include "support/fixed_clock.h"

using namespace coffre;
using namespace coffre::test;
using namespace std::chrono_literals;

namespace {

constexpr std::uint32_t kHighest = std::numeric_limits<std::uint32_t>::max();
const Error kGone{ErrorCode::unreachable, "asking", "no answer"};

Error slow_down() {
  Error error = kGone;
  error.with_category("SlowDown");
  return error;
}

// Time passes by sleeping alone.
class SleepingClock final : public Sleeper {
 public:
  explicit SleepingClock(FixedClock& clock) : clock_(clock) {}
  void pause(std::chrono::milliseconds time) override {
    slept += time;
    clock_.advance(std::chrono::ceil<Seconds>(time));
  }
  std::chrono::milliseconds slept{0};

 private:
  FixedClock& clock_;
};

}  // namespace

TEST_CASE("A pause is drawn between nothing and a bound that doubles up to the longest") {
  const RetryPolicy policy{10, 500ms, 20'000ms, 120'000ms};
  struct Row {
    unsigned failures;
    std::chrono::milliseconds most;
  };
  for (const Row& row :
       {Row{1, 500ms}, Row{2, 1000ms}, Row{3, 2000ms}, Row{6, 16'000ms}, Row{7, 20'000ms}, Row{1'000'000, 20'000ms}}) {
    INFO(row.failures);
    CHECK(retry_pause(policy, kGone, row.failures, 0) == 0ms);
    CHECK(retry_pause(policy, kGone, row.failures, kHighest) == row.most);
    const auto middle = retry_pause(policy, kGone, row.failures, kHighest / 2);
    CHECK(middle >= row.most / 2 - 1ms);
    CHECK(middle <= row.most / 2 + 1ms);
  }
  CHECK(retry_pause(policy, slow_down(), 1, kHighest) == 2000ms);
  CHECK(retry_pause(policy, slow_down(), 5, kHighest) == 20'000ms);
}

TEST_CASE("Only what may pass is tried again, and not for ever") {
  FixedClock clock("2026-11-26T12:00:00Z");
  HighestRandom random;
  NotingSleeper sleeper;
  const Retry retry({4, 500ms, 20'000ms, 120'000ms}, clock, random, sleeper);
  int calls = 0;

  SECTION("success after two failures") {
    CHECK(retry.run([&] {
      if (++calls < 3) throw Error(kGone);
      return 7;
    }) == 7);
    CHECK(sleeper.slept == std::vector<std::chrono::milliseconds>{500ms, 1000ms});
  }
  SECTION("the attempts are used up") {
    const Error error = error_of([&] { retry.run([&] { ++calls, throw Error(kGone); }); });
    CHECK(error.reason() == "no answer");
    CHECK(calls == 4);
  }
  SECTION("a refusal is final") {
    for (const ErrorCode code : {ErrorCode::refused, ErrorCode::damaged, ErrorCode::rule, ErrorCode::no_space,
                                 ErrorCode::interrupted, ErrorCode::implausible}) {
      calls = 0;
      CHECK(error_of([&] { retry.run([&] { ++calls, throw Error(code, "a", "b"); }); }).code() == code);
      CHECK(calls == 1);
    }
    CHECK(sleeper.slept.empty());
  }
}

TEST_CASE("No pause is begun that would end after the budget") {
  FixedClock clock("2026-11-26T12:00:00Z");
  HighestRandom random;
  SleepingClock sleeper(clock);
  const Retry retry({1000, 10'000ms, 20'000ms, 60'000ms}, clock, random, sleeper);
  int calls = 0;
  CHECK(error_of([&] { retry.run([&] { ++calls, throw Error(kGone); }); }).code() == ErrorCode::unreachable);
  CHECK(sleeper.slept == 50'000ms);  // 10 + 20 + 20; another 20 would be too much
  CHECK(calls == 4);
}
