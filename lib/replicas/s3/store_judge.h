// What a store's answers to the questions of store_probe.h mean. Pure.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "net/s3_signature.h"
#include "replicas/capability.h"
#include "replicas/s3/s3_answers.h"

namespace coffre {

// `store`: the answer's Date.
Measured judge_clock(std::optional<Instant> store, Instant ours);

struct VersioningAnswers {
  S3Versioning said = S3Versioning::never;
  std::string first{};  // version of the first put of a key, and of the second with other content
  std::string second{};
  bool first_is_there = false;  // asked for by its version after the second put
};
Measured judge_versioning(const VersioningAnswers& answers);

// Two puts with If-None-Match: *. The first one must be taken, otherwise the second one says nothing.
Measured judge_conditional_put(bool first_taken, bool second_taken);

// Every field that was sent came back.
Measured judge_metadata(const Fields& sent, const Fields& back);

// The store's own code for a put with a wrong MD5 and for one with a wrong SHA-256; nullopt: it took it. One of them is
// enough: each put carries both.
struct ChecksumAnswers {
  std::optional<std::string> wrong_md5{};
  std::optional<std::string> wrong_sha256{};
};
Measured judge_checksum(const ChecksumAnswers& answers);

// (key, version) of everything below the folder, and the pages in which it was listed, one entry asked for at a time.
using KeyVersion = std::pair<std::string, std::string>;
Measured judge_pagination(std::vector<KeyVersion> expected, const std::vector<std::vector<KeyVersion>>& pages);

// `at_put`: what was read after the put that asked for the lock; `afterwards`: when that was too little, what was read
// after the lock was set on the version.
Measured judge_lock(const S3Retention& asked, const S3Retention& at_put, const std::optional<S3Retention>& afterwards);

// The canary (security-design.md section 3, Bucket): one key removes an unlocked version, and tries a locked one.
struct RemovalAnswer {
  std::string refused{};     // why the store said no; "": it said yes
  bool still_there = false;  // asked for afterwards
};
struct CanaryAnswers {
  std::string cannot_ask{};                // something before the removals went wrong
  std::optional<RemovalAnswer> control{};  // the unlocked version
  std::optional<RemovalAnswer> locked{};
  bool lock_had_ended = false;  // by the store's clock, when it answered
};
enum class CanaryVerdict { held, broken, not_measured };
std::string_view to_string(CanaryVerdict verdict);
struct CanaryFinding {
  CanaryVerdict verdict = CanaryVerdict::not_measured;
  std::string found{};  // as Measured::found
};
// Only a version that was refused and is still there has held; only beside a control that went.
CanaryFinding judge_canary(const CanaryAnswers& answers);

// The same as a row of the table.
Measured lock_refuses(const CanaryFinding& canary);

}  // namespace coffre
