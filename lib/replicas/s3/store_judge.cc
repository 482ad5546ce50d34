#include "replicas/s3/store_judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "base/translate.h"
#include "replicas/s3/s3_error.h"

namespace coffre {
namespace {

Measured yes(Capability what, std::string found) {
  return {what, Ability::yes, std::move(found)};
}
Measured no(Capability what, std::string found) {
  return {what, Ability::no, std::move(found)};
}
Measured not_measured(Capability what, std::string why) {
  return {what, Ability::not_measured, std::move(why)};
}

// A refusal for another reason (rights, quota, trouble) says nothing about digests.
bool is_about_digest(const std::string& code) {
  constexpr std::array<std::string_view, 4> kCodes{"BadDigest", "InvalidDigest", "XAmzContentSHA256Mismatch",
                                                   "XAmzContentChecksumMismatch"};
  return std::ranges::find(kCodes, code) != kCodes.end();
}

bool is_locked_as(const S3Retention& asked, const S3Retention& read) {
  const bool as_strong = read.mode == asked.mode || read.mode == S3LockMode::compliance;
  return as_strong && read.until >= asked.until;
}

}  // namespace

Measured judge_clock(std::optional<Instant> store, Instant ours) {
  if (!store) return no(Capability::clock, tr("the store does not tell its time"));
  std::string found =
      fmt::format(fmt::runtime(tr("this machine's clock is {} the store's")), clock_difference(ours, *store));
  const bool agree = std::chrono::abs(*store - ours) <= kMostClockDifference;
  return agree ? yes(Capability::clock, std::move(found)) : no(Capability::clock, std::move(found));
}

Measured judge_versioning(const VersioningAnswers& answers) {
  const bool two = !answers.first.empty() && answers.first != answers.second && answers.first_is_there;
  if (answers.said == S3Versioning::enabled && two) {
    return yes(Capability::versioning, tr("after an overwrite the first version is there"));
  }
  if (answers.said == S3Versioning::enabled) {
    return no(Capability::versioning, tr("the bucket says that it keeps versions; an overwritten one was gone"));
  }
  return no(Capability::versioning, tr("the bucket keeps no versions"));
}

Measured judge_conditional_put(bool first_taken, bool second_taken) {
  if (!first_taken) return not_measured(Capability::conditional_put, tr("the first put was refused as well"));
  if (second_taken) return no(Capability::conditional_put, tr("the second put was taken too"));
  return yes(Capability::conditional_put, tr("the second put was refused"));
}

Measured judge_metadata(const Fields& sent, const Fields& back) {
  const bool all =
      std::ranges::all_of(sent, [&](const auto& field) { return std::ranges::find(back, field) != back.end(); });
  return all ? yes(Capability::user_metadata, tr("it came back with the object"))
             : no(Capability::user_metadata, tr("it did not come back"));
}

Measured judge_checksum(const ChecksumAnswers& answers) {
  for (const auto& answer : {answers.wrong_md5, answers.wrong_sha256}) {
    if (!answer || is_about_digest(*answer)) continue;
    return not_measured(Capability::checksum,
                        fmt::format(fmt::runtime(tr("the store refused it for another reason ({})")), *answer));
  }
  if (answers.wrong_md5 && answers.wrong_sha256) return yes(Capability::checksum, "MD5, SHA-256");
  if (answers.wrong_md5) return yes(Capability::checksum, tr("MD5 only"));
  if (answers.wrong_sha256) return yes(Capability::checksum, tr("SHA-256 only"));
  return no(Capability::checksum, tr("a put with a wrong MD5 and one with a wrong SHA-256 were taken"));
}

Measured judge_pagination(std::vector<KeyVersion> expected, const std::vector<std::vector<KeyVersion>>& pages) {
  std::vector<KeyVersion> listed;
  for (const auto& page : pages) listed.insert(listed.end(), page.begin(), page.end());
  std::ranges::sort(expected);
  std::ranges::sort(listed);
  if (listed != expected) {
    return no(Capability::pagination, fmt::format(fmt::runtime(tr("{} objects were put, {} were listed, in {} pages")),
                                                  expected.size(), listed.size(), pages.size()));
  }
  if (pages.size() < 2) {
    return not_measured(Capability::pagination, tr("the store gave everything in one page, although asked for less"));
  }
  return yes(Capability::pagination,
             fmt::format(fmt::runtime(tr("{} objects in {} pages")), expected.size(), pages.size()));
}

Measured judge_lock(const S3Retention& asked, const S3Retention& at_put, const std::optional<S3Retention>& afterwards) {
  const auto locked = [&](const char* how, const S3Retention& read) {
    return yes(Capability::lock_read_back,
               fmt::format(fmt::runtime(how), to_string(read.mode), to_rfc3339(read.until)));
  };
  if (is_locked_as(asked, at_put)) return locked(tr("{} until {}"), at_put);
  if (afterwards && is_locked_as(asked, *afterwards)) {
    return locked(tr("{} until {}, set after the put, which had lost it"), *afterwards);
  }
  return no(Capability::lock_read_back,
            fmt::format(fmt::runtime(tr("the store took the object but did not lock it until {} ({})")),
                        to_rfc3339(asked.until), to_string(asked.mode)));
}

std::string_view to_string(CanaryVerdict verdict) {
  switch (verdict) {
    case CanaryVerdict::held:
      return "held";
    case CanaryVerdict::broken:
      return "broken";
    case CanaryVerdict::not_measured:
      return "not_measured";
  }
  return "";
}

CanaryFinding judge_canary(const CanaryAnswers& answers) {
  if (!answers.cannot_ask.empty()) return {CanaryVerdict::not_measured, answers.cannot_ask};
  if (!answers.control) return {CanaryVerdict::not_measured, tr("no unlocked version was there to compare with")};
  if (!answers.control->refused.empty()) {
    return {CanaryVerdict::not_measured,
            fmt::format(fmt::runtime(tr("the key could not delete an unlocked version either: {}")),
                        answers.control->refused)};
  }
  if (answers.control->still_there) {
    return {CanaryVerdict::not_measured, tr("the store says that it deleted an unlocked version, and still has it")};
  }
  if (!answers.locked || answers.lock_had_ended) {
    return {CanaryVerdict::not_measured, tr("the lock had ended before the answer")};
  }
  if (answers.locked->refused.empty()) return {CanaryVerdict::broken, tr("a locked version was deleted")};
  if (!answers.locked->still_there) {
    return {CanaryVerdict::broken, tr("the store refused to delete a locked version, and it is gone all the same")};
  }
  return {CanaryVerdict::held, tr("an unlocked version was deleted, a locked one was refused and is there")};
}

Measured lock_refuses(const CanaryFinding& canary) {
  switch (canary.verdict) {
    case CanaryVerdict::held:
      return yes(Capability::lock_refuses, canary.found);
    case CanaryVerdict::broken:
      return no(Capability::lock_refuses, canary.found);
    case CanaryVerdict::not_measured:
      break;
  }
  return not_measured(Capability::lock_refuses, canary.found);
}

}  // namespace coffre
