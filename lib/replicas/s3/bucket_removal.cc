#include "replicas/s3/bucket_removal.h"

#include <vector>

#include "base/error.h"
#include "base/log.h"
#include "base/translate.h"
#include "replicas/s3/s3_error.h"
#include "replicas/s3/version_walk.h"

namespace coffre {
namespace {

// What keeps that version; nullopt: no lock does, or the version is not there any more.
std::optional<Removal> lock_of(const S3Client& client, const S3Entry& entry, Instant now, const EachRequest& each) {
  if (entry.delete_marker) return std::nullopt;
  std::optional<S3Object> object;
  each([&] { object = client.head(entry.key, entry.version); });
  if (!object) return std::nullopt;
  if (object->legal_hold) return Removal{.state = Removal::State::locked};
  if (object->lock.mode == S3LockMode::none || object->lock.until <= now) return std::nullopt;
  return Removal{.state = Removal::State::locked, .locked_until = object->lock.until};
}

std::vector<S3Entry> all_below(const S3Client& client, const std::string& prefix, bool versioned,
                               const EachRequest& each) {
  std::vector<S3Entry> entries;
  const auto each_page = [&](const std::function<S3Page()>& ask) {
    S3Page page;
    each([&] { page = ask(); });
    return page;
  };
  const auto keep = [&](const S3Entry& entry) { entries.push_back(entry); };
  if (versioned) {
    walk_versions(client, prefix, each_page, keep);
    return entries;
  }
  S3Page page;
  do {
    page = each_page([&, token = page.next_token] { return client.objects(prefix, token); });
    for (const S3Entry& entry : page.entries) keep({entry.key, "", false, entry.size, entry.modified});
  } while (page.truncated);
  return entries;
}

[[noreturn]] void no_right(const Error& error) {
  Error refused(
      ErrorCode::refused, error.step(), error.reason(),
      tr("The key must be allowed to delete versions (DeleteObjectVersion): see `deleter` in the configuration"));
  throw refused.with_category(error.category());
}

// nullopt: it is gone.
std::optional<Removal> remove_version(const S3Client& client, const S3Entry& entry, Instant now,
                                      const EachRequest& each) {
  try {
    each([&] { client.remove(entry.key, entry.version); });
    return std::nullopt;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::refused) throw;
    // The store's clock may be behind ours: a lock that has just ended here has not ended there. One that ended before
    // that is no reason.
    if (auto locked = lock_of(client, entry, now - kMostClockDifference, each)) return locked;
    no_right(error);
  }
}

void remove_companions(const S3Client& client, const std::vector<S3Entry>& companions, Instant now,
                       const EachRequest& each) {
  for (const S3Entry& entry : companions) {
    if (lock_of(client, entry, now, each) || remove_version(client, entry, now, each)) {
      log(LogLevel::warning, entry.key, tr("is under lock and stays in the bucket although its backup is gone"));
    }
  }
}

}  // namespace

Removal remove_from_bucket(const S3Client& client, const std::string& key, bool versioned, Instant now,
                           const EachRequest& each) {
  std::vector<S3Entry> own;
  std::vector<S3Entry> companions;
  for (S3Entry& entry : all_below(client, companions_prefix(key), versioned, each)) {
    (entry.key == key ? own : companions).push_back(std::move(entry));
  }
  for (const S3Entry& entry : own) {
    if (auto locked = lock_of(client, entry, now, each)) return *locked;
  }
  for (const S3Entry& entry : own) {
    if (auto locked = remove_version(client, entry, now, each)) return *locked;
  }
  remove_companions(client, companions, now, each);
  return {.state = own.empty() ? Removal::State::absent : Removal::State::removed};
}

}  // namespace coffre
