#include "replicas/s3/bucket.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "base/translate.h"
#include "os/folder.h"
#include "replicas/s3/bucket_reader.h"
#include "replicas/s3/bucket_removal.h"
#include "replicas/s3/s3_client.h"
#include "replicas/s3/s3_error.h"
#include "replicas/s3/version_walk.h"

namespace coffre {
namespace {

// 13 months, whatever the months: further than any tier reaches, so a date beyond it is a clock's mistake.
constexpr Seconds kMostLock = std::chrono::days{396};

// As many puts as may be under way at once, and more; an older one that nobody has read back is forgotten.
constexpr std::size_t kMostFound = 1024;

// Kept with each object, for people who look into the bucket; never believed.
constexpr const char* kDigestMetadata = "coffre-sha256";

bool is_path(const std::string& key) {
  try {
    static_cast<void>(split_path(key));
    return true;
  } catch (const Error&) {
    return false;
  }
}

[[noreturn]] void wrong_source(std::string_view path) {
  throw Error(ErrorCode::damaged, tr("copying to a replica"), tr("the source is not what it should be"),
              tr("Run restore-cli verify on the object"))
      .on(path);
}

// The ETag of an object put in one piece is its MD5, unless the store encrypts it.
bool contradicts(const S3Stored& stored, const UploadDigests& digests) {
  const bool is_md5 = stored.etag.size() == digests.md5_hex.size() && !stored.encrypted_by_store;
  return is_md5 && stored.etag != digests.md5_hex;
}

// "": as safe as it gets.
std::string lock_concern(S3LockMode wanted, bool enabled) {
  if (wanted == S3LockMode::none) return tr("`lock: none` in the configuration: the copies are not immutable");
  if (!enabled) return tr("the bucket has no Object Lock: whoever has the key can delete");
  if (wanted == S3LockMode::governance) {
    return tr("`lock: governance` in the configuration: whoever has the right to bypass it can delete");
  }
  return {};
}

ReplicaProperties properties_of(const BucketOptions& options, S3Versioning versioning, bool lock_enabled) {
  const bool locks = lock_enabled && options.lock != S3LockMode::none;
  ReplicaProperties properties{options.name, options.location, ReplicaKind::bucket, {}, locks};
  if (versioning != S3Versioning::enabled) {
    properties.concerns.emplace_back(
        options.conditional_put == ConditionalPut::enforced
            ? tr("the bucket keeps no versions: whoever has the key can overwrite")
            : tr("the bucket keeps no versions and is not known to refuse a second writer"));
  }
  if (std::string concern = lock_concern(options.lock, lock_enabled); !concern.empty()) {
    properties.concerns.push_back(std::move(concern));
  }
  return properties;
}

// The oldest versions of objects that were put and not yet read back. What is the oldest stays so until it is removed.
class FoundVersions {
 public:
  void keep(const S3Entry& entry) {
    const std::lock_guard lock(mutex_);
    if (entries_.size() >= kMostFound) entries_.clear();
    entries_[entry.key] = entry;
  }
  std::optional<S3Entry> take(const std::string& key) {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.extract(key);
    if (found.empty()) return std::nullopt;
    return std::move(found.mapped());
  }

 private:
  std::mutex mutex_;
  std::map<std::string, S3Entry> entries_;
};

}  // namespace

struct Bucket::State {
  BucketOptions options;
  BucketMeans means;
  std::shared_ptr<const S3Client> client;  // shared with the readers
  Retry retry;
  bool versioned = false;
  ReplicaProperties properties{};
  mutable FoundVersions found_by_put{};

  // One try of a put; safe to repeat.
  struct Put {
    std::string key;
    const RandomReader& content;
    const UploadDigests& digests;
    std::optional<Instant> until;
    bool tried = false;                // an earlier attempt may have stored it
    std::optional<S3Stored> stored{};  // an earlier attempt was told that it did
  };

  [[nodiscard]] std::optional<S3Entry> find(const std::string& key) const;
  [[nodiscard]] std::optional<S3Entry> find_listed(const std::string& key) const;
  [[nodiscard]] std::optional<S3Entry> find_newest(const std::string& key) const;
  [[nodiscard]] bool holds(const S3Entry& entry, const Digest& digest) const;
  PutResult attempt(Put& put) const;
  [[nodiscard]] std::optional<S3Stored> upload(const Put& put, ConditionalPut condition) const;
  [[nodiscard]] bool has_version(const Put& put) const;
  [[nodiscard]] bool shows(const std::string& key, const std::string& version) const;
  [[nodiscard]] PutResult settle(const Put& put) const;
  [[nodiscard]] std::unique_ptr<RandomReader> open_after_put(const std::string& key) const;
  void check_clock(const S3Look& look) const;
  [[nodiscard]] Error not_shown_yet() const {
    return Error(ErrorCode::unreachable, step(tr("listing the bucket {}")),
                 tr("the store does not show yet what it has stored"));
  }
  [[nodiscard]] std::optional<Instant> lock_date(const PutOptions& wanted) const;
  void ensure_lock(const std::string& key, const std::string& version, Instant until) const;
  [[nodiscard]] bool is_locked(const std::string& key, const std::string& version, Instant until) const;
  [[nodiscard]] std::unique_ptr<BucketReader> reader(const S3Entry& entry) const {
    return std::make_unique<BucketReader>(client, retry,
                                          BucketReader::Object{entry.key, versioned ? entry.version : "", entry.size});
  }
  // What we were doing, with the bucket's name.
  [[nodiscard]] std::string step(const char* text) const { return fmt::format(fmt::runtime(text), options.at.bucket); }
  template <typename Work>
  auto on(std::string_view path, Work work) const {
    try {
      return retry.run(work);
    } catch (Error& error) {
      error.on(path);
      throw;
    }
  }
};

Bucket::Bucket(std::unique_ptr<State> state) : state_(std::move(state)) {}
Bucket::~Bucket() = default;

std::unique_ptr<Bucket> Bucket::open(BucketOptions options, S3Credentials credentials, BucketMeans means) {
  auto client = std::make_shared<const S3Client>(options.at, std::move(credentials), means.clock, options.limits);
  const Retry retry(options.retry, means.clock, means.random, means.sleeper);
  try {
    const S3Versioning versioning = retry.run([&] { return client->versioning(); });
    const S3LockSetup lock = retry.run([&] { return client->lock_setup(); });
    ReplicaProperties properties = properties_of(options, versioning, lock.enabled);
    auto* state = new State{std::move(options),   means, std::move(client), retry, versioning == S3Versioning::enabled,
                            std::move(properties)};
    return std::unique_ptr<Bucket>(new Bucket(std::unique_ptr<State>(state)));
  } catch (Error& error) {
    error.on(options.name);
    throw;
  }
}

const ReplicaProperties& Bucket::properties() const {
  return state_->properties;
}

const S3Client& Bucket::client() const {
  return *state_->client;
}

PutResult Bucket::put_if_absent(std::string_view path, const RandomReader& content, const Digest& digest,
                                const PutOptions& options) {
  static_cast<void>(split_path(path));
  const UploadDigests digests = upload_digests(content);
  if (digests.sha256 != digest) wrong_source(path);
  State::Put put{std::string(path), content, digests, state_->lock_date(options)};
  return state_->on(path, [&] { return state_->attempt(put); });
}

PutResult Bucket::State::attempt(Put& put) const {
  const S3Look look = client->look(put.key);
  if (put.until) check_clock(look);
  // What was tried is not sent a second time while a store that is behind does not show it yet.
  if (look.object || put.stored || (put.tried && find(put.key))) return settle(put);
  put.tried = true;
  put.stored = upload(put, options.conditional_put);
  return settle(put);
}

std::optional<S3Stored> Bucket::State::upload(const Put& put, ConditionalPut condition) const {
  S3Upload upload{put.key, put.content, put.digests, {{kDigestMetadata, to_hex(put.digests.sha256)}}};
  if (put.until) upload.lock = S3Retention{options.lock, *put.until};
  upload.only_if_absent = condition == ConditionalPut::enforced;
  return client->put(upload);
}

// The object is there, from now or from before. Which one counts, and is it ours?
PutResult Bucket::State::settle(const Put& put) const {
  std::optional<S3Entry> found = find_listed(put.key);
  const bool is_oldest = found.has_value();
  if (!found) found = find_newest(put.key);
  if (!found) throw not_shown_yet();
  const bool ours = put.stored && !put.stored->version.empty() && found->version == put.stored->version;
  // What the store took with a digest of ours it has compared; everything else, and what it doubts itself, is read.
  if ((!ours || contradicts(*put.stored, put.digests)) && !holds(*found, put.digests.sha256)) {
    if (!ours) return PutResult::conflict_other_content;
    throw Error(ErrorCode::damaged, step(tr("storing in the bucket {}")),
                tr("the store holds something else than what was sent"),
                tr("Tell the store's administrator: its disks or its memory are failing."));
  }
  if (put.until) ensure_lock(put.key, found->version, *put.until);
  if (is_oldest && found->size > 0) found_by_put.keep(*found);
  return put.tried ? PutResult::stored : PutResult::already_same;
}

bool Bucket::State::holds(const S3Entry& entry, const Digest& digest) const {
  const auto file = reader(entry);
  return content_digest(*file) == digest;
}

std::optional<S3Entry> Bucket::State::find(const std::string& key) const {
  std::optional<S3Entry> listed = find_listed(key);
  return listed ? listed : find_newest(key);
}

std::optional<S3Entry> Bucket::State::find_listed(const std::string& key) const {
  return versioned ? oldest_version(*client, key) : std::nullopt;
}

// Without versions, and where the listing lags behind.
std::optional<S3Entry> Bucket::State::find_newest(const std::string& key) const {
  const std::optional<S3Object> object = client->head(key);
  if (!object) return std::nullopt;
  return S3Entry{key, object->version, false, object->size, object->modified};
}

std::optional<Instant> Bucket::State::lock_date(const PutOptions& wanted) const {
  const Instant now = means.clock.now();
  if (!wanted.locked_until || *wanted.locked_until <= now || !properties.locks) return std::nullopt;
  if (*wanted.locked_until <= now + kMostLock) return wanted.locked_until;
  Error error(ErrorCode::rule, step(tr("locking in the bucket {}")),
              fmt::format(fmt::runtime(tr("{} is more than 13 months away; nothing was put")),
                          to_rfc3339(*wanted.locked_until)),
              tr("Check this machine's clock: a lock cannot be taken back."));
  throw error.with_category("LOCK_DATE");
}

void Bucket::State::check_clock(const S3Look& look) const {
  const Instant now = means.clock.now();
  if (look.store_time && std::chrono::abs(*look.store_time - now) <= kMostClockDifference) return;
  const std::string why = look.store_time
                              ? fmt::format(fmt::runtime(tr("this machine's clock is {} the store's; nothing was put")),
                                            clock_difference(now, *look.store_time))
                              : std::string(tr("the store does not tell its time; nothing was put"));
  Error error(ErrorCode::rule, step(tr("locking in the bucket {}")), why,
              tr("Set this machine's clock (NTP: timedatectl)."));
  throw error.with_category("CLOCK");
}

bool Bucket::State::is_locked(const std::string& key, const std::string& version, Instant until) const {
  const std::optional<S3Object> object = client->head(key, version);
  if (!object) throw not_shown_yet();
  if (object->lock.until < until) return false;
  return object->lock.mode == S3LockMode::compliance || object->lock.mode == options.lock;
}

// Several stores answer 200 and lock nothing (s3-facts.md): what counts is what they say afterwards.
void Bucket::State::ensure_lock(const std::string& key, const std::string& version, Instant until) const {
  if (is_locked(key, version, until)) return;
  client->set_retention(key, version, {options.lock, until});
  if (is_locked(key, version, until)) return;
  Error error(ErrorCode::unsupported, step(tr("locking in the bucket {}")),
              fmt::format(fmt::runtime(tr("the store took the object but did not lock it until {} ({})")),
                          to_rfc3339(until), to_string(options.lock)),
              tr("The object is there, but can be deleted: use a bucket whose Object Lock works."));
  throw error.with_category("LOCK_IGNORED");
}

// A version that holds the content already is as good as a new one: a repair that died is not repeated.
bool Bucket::State::has_version(const Put& put) const {
  for (const S3Entry& entry : versions_of(*client, put.key)) {
    if (entry.size != put.content.size() || !holds(entry, put.digests.sha256)) continue;
    if (put.until) ensure_lock(put.key, entry.version, *put.until);
    return true;
  }
  return false;
}

bool Bucket::State::shows(const std::string& key, const std::string& version) const {
  return std::ranges::count(versions_of(*client, key), version, &S3Entry::version) > 0;
}

std::string Bucket::repair(std::string_view path, const RandomReader& content, const Digest& digest,
                           const PutOptions& options) {
  if (!state_->versioned) return Replica::repair(path, content, digest, options);
  const UploadDigests digests = upload_digests(content);
  if (digests.sha256 != digest) wrong_source(path);
  State::Put put{std::string(path), content, digests, state_->lock_date(options)};
  const auto entry = state_->on(path, [&] { return state_->find(put.key); });
  const bool in_the_way = entry && (entry->size != content.size() ||
                                    !state_->on(path, [&] { return state_->holds(*entry, digests.sha256); }));
  state_->on(path, [&] {
    if (put.until) state_->check_clock(state_->client->look(put.key));
    if (state_->has_version(put)) return;
    if (!put.stored) put.stored = state_->upload(put, ConditionalPut::unknown);
    if (state_->has_version(put)) return;  // what counts is what is found there
    if (!state_->shows(put.key, put.stored->version)) throw state_->not_shown_yet();
    throw Error(ErrorCode::damaged, state_->step(tr("storing in the bucket {}")),
                tr("the store holds something else than what was sent"),
                tr("Tell the store's administrator: its disks or its memory are failing."));
  });
  return in_the_way ? std::string(path) + "?versionId=" + entry->version : std::string();
}

void Bucket::open_others(std::string_view path, const Take& take) {
  static_cast<void>(split_path(path));
  if (!state_->versioned) return;
  const auto entries = state_->on(path, [&] { return versions_of(*state_->client, std::string(path)); });
  for (std::size_t i = 1; i < entries.size(); ++i) {
    if (take(state_->reader(entries[i]))) return;
  }
}

// nullptr: nothing is known of a put, or the store does not give that version any more.
std::unique_ptr<RandomReader> Bucket::State::open_after_put(const std::string& key) const {
  const std::optional<S3Entry> entry = found_by_put.take(key);
  if (!entry) return nullptr;
  try {
    auto file = reader(*entry);
    file->begin();
    return file;
  } catch (const Error& error) {
    // A version that has gone is unreachable; a store that does not answer says so again when it is asked anew.
    if (error.code() != ErrorCode::damaged && error.code() != ErrorCode::unreachable) throw;
    return nullptr;
  }
}

std::unique_ptr<RandomReader> Bucket::open(std::string_view path) {
  static_cast<void>(split_path(path));
  if (auto file = state_->open_after_put(std::string(path))) return file;
  const auto entry = state_->on(path, [&] { return state_->find(std::string(path)); });
  if (!entry) return nullptr;
  return state_->reader(*entry);
}

std::optional<ObjectInfo> Bucket::head(std::string_view path) {
  static_cast<void>(split_path(path));
  const auto entry = state_->on(path, [&] { return state_->find(std::string(path)); });
  if (!entry) return std::nullopt;
  return ObjectInfo{entry->key, entry->size, entry->modified};
}

Removal Bucket::remove(std::string_view path, FloorPermit permit) {
  static_cast<void>(split_path(path));
  require_permit(permit, path, state_->options.name);
  return remove_from_bucket(*state_->client, std::string(path), state_->versioned, state_->means.clock.now(),
                            [&](const std::function<void()>& ask) { state_->on(path, ask); });
}

std::optional<Instant> Bucket::store_time() {
  return state_->on(state_->options.name, [&] { return state_->client->look("_coffre/INSTALLATION"); }).store_time;
}

void Bucket::list(std::string_view prefix, const Visitor& visit) {
  if (!prefix.empty()) static_cast<void>(split_path(prefix));
  const std::string folder = prefix.empty() ? std::string() : std::string(prefix) + "/";
  const auto visit_path = [&](const S3Entry& entry) {
    if (is_path(entry.key)) visit({entry.key, entry.size, entry.modified});
  };
  const auto each_page = [&](const auto& ask) {
    return state_->on(prefix.empty() ? std::string_view(state_->options.name) : prefix, ask);
  };
  if (state_->versioned) return walk_oldest_versions(*state_->client, folder, each_page, visit_path);
  walk_objects(*state_->client, folder, each_page, visit_path);
}

}  // namespace coffre
