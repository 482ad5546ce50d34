// What a store's refusal means for us, and what a person can do about it: answer -> Error. Pure.
//
// The Error's code is one of replicas/replica.h; its category is the store's own code ("AccessDenied", "SlowDown"), or
// "HTTP_403" when it gave none (answers to HEAD have no body). The text names the store's code, never a key, a
// signature or the store's long messages, except a code that we do not know.
//
// Source: Amazon S3 API reference, "List of error codes"; what Ceph answers: s3-facts.md section 3.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "replicas/s3/s3_wire.h"

namespace coffre {

// How far the store's clock and ours may be apart before locks are dangerous (design.md section 7). Stores themselves
// refuse at 15 minutes.
inline constexpr Seconds kMostClockDifference{300};

// Whether the answer is "there is no such object or version". An absent bucket is no absent object, nor is the page of
// something that is no store.
bool says_absent(const S3Answer& answer);

// What is wrong, for an answer that is neither what was asked for nor absence. `step`: what we were doing, translated.
// `now`: our clock, compared with the answer's Date where the store complains about it.
Error s3_error(const S3Answer& answer, std::string step, Instant now);

// Whether the store asked for fewer requests, in words or (to HEAD) by the status alone.
bool asks_to_slow_down(const Error& error);

// "16 min 4 s ahead of", "30 s behind": how our clock stands to the store's.
std::string clock_difference(Instant ours, Instant theirs);

}  // namespace coffre
