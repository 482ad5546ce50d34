#include "replicas/s3/canary.h"

#include <array>

#include "base/error.h"
#include "base/translate.h"
#include "replicas/s3/s3_error.h"

namespace coffre {
namespace {

constexpr const char* kControl = "control";
constexpr const char* kLocked = "locked";

CanaryReport cannot_ask(std::string why, Ability lock = Ability::not_measured) {
  return {.finding = {CanaryVerdict::not_measured, why}, .lock_read_back = {Capability::lock_read_back, lock, why}};
}

Instant store_time_of(const StoreProbe& probe, const ProbeFolder& folder) {
  const S3Look look = probe.writer.look(folder.key(kControl));
  if (!look.store_time) {
    throw Error(ErrorCode::unsupported, tr("asking the store for its time"), tr("the store does not tell its time"));
  }
  return *look.store_time;
}

struct LockedVersion {
  std::string version;
  S3Retention lock;
};

// As short as the store allows.
LockedVersion put_locked(const StoreProbe& probe, const ProbeFolder& folder, Instant store_time) {
  const auto put = [&](Seconds time) {
    const S3Retention lock{probe.lock, store_time + time};
    const auto stored = folder.put(kLocked, "coffre-canary locked\n", {.metadata = {}, .lock = lock});
    return LockedVersion{stored ? stored->version : std::string(), lock};
  };
  try {
    return put(probe.lock_time);
  } catch (const Error& error) {
    const bool wants_more = error.category() == "InvalidArgument" || error.category() == "InvalidRetentionPeriod";
    if (!wants_more) throw;
    return put(kLongerLock);
  }
}

S3Retention lock_of(const StoreProbe& probe, const std::string& key, const std::string& version) {
  const auto object = probe.writer.head(key, version);
  return object ? object->lock : S3Retention{};
}

// What is read back is what counts; set on the version where the put had lost it, as a backup's lock is.
Measured read_lock(const StoreProbe& probe, const std::string& key, const LockedVersion& locked) {
  const S3Retention at_put = lock_of(probe, key, locked.version);
  Measured first = judge_lock(locked.lock, at_put, std::nullopt);
  if (first.verdict == Ability::yes) return first;
  try {
    probe.writer.set_retention(key, locked.version, locked.lock);
  } catch (const Error&) {
    return first;
  }
  return judge_lock(locked.lock, at_put, lock_of(probe, key, locked.version));
}

RemovalAnswer try_removal(const StoreProbe& probe, const ProbeFolder& folder, const char* name,
                          const std::string& version) {
  RemovalAnswer answer;
  try {
    folder.remove(name, version);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::refused) throw;  // not an answer to this question
    answer.refused = error.reason();
  }
  answer.still_there = probe.writer.head(folder.key(name), version).has_value();
  return answer;
}

CanaryReport ask_with_locks(const StoreProbe& probe, const ProbeFolder& folder, Instant store_time) {
  const auto control = folder.put(kControl, "coffre-canary control\n");
  const LockedVersion locked = put_locked(probe, folder, store_time);
  CanaryReport report{.finding = {}, .lock_read_back = read_lock(probe, folder.key(kLocked), locked)};
  CanaryAnswers answers;
  answers.control = try_removal(probe, folder, kControl, control ? control->version : std::string());
  if (answers.control->refused.empty() && !answers.control->still_there) {
    answers.locked = try_removal(probe, folder, kLocked, locked.version);
    answers.lock_had_ended = store_time_of(probe, folder) >= locked.lock.until;
  }
  report.finding = judge_canary(answers);
  // One that is weaker or shorter than it was asked to be refuses today, and not whoever may bypass it, nor tomorrow.
  if (report.finding.verdict == CanaryVerdict::held && report.lock_read_back.verdict == Ability::no) {
    report.finding = {CanaryVerdict::broken, report.lock_read_back.found};
  }
  return report;
}

}  // namespace

CanaryReport ask_canary(const StoreProbe& probe) {
  if (probe.lock == S3LockMode::none) return cannot_ask(tr("`lock: none` in the configuration"));
  const ProbeFolder folder(probe);
  const Instant store_time = store_time_of(probe, folder);
  if (!probe.writer.lock_setup().enabled) return cannot_ask(tr("the bucket has no Object Lock"), Ability::no);
  const Measured clock = judge_clock(store_time, probe.clock.now());
  if (clock.verdict != Ability::yes) return cannot_ask(clock.found);
  folder.remove_old(store_time);
  try {
    CanaryReport report = ask_with_locks(probe, folder, store_time);
    folder.clear();
    return report;
  } catch (const Error& error) {
    if (error.code() == ErrorCode::internal) throw;
    return cannot_ask(error.reason());
  }
}

}  // namespace coffre
