#include "replicas/s3/store_probe.h"

#include <algorithm>
#include <functional>

#include "base/error.h"

namespace coffre {
namespace {

class Questions {
 public:
  explicit Questions(const StoreProbe& probe) : probe_(probe), folder_(probe) {}

  std::vector<Measured> ask() {
    const S3Look look = probe_.writer.look(folder_.key("absent"));
    versioned_ = probe_.writer.versioning();  // a store that cannot be asked at all ends here
    measure(Capability::clock, [&] { return judge_clock(look.store_time, probe_.clock.now()); });
    measure(Capability::versioning, [&] { return ask_versioning(); });
    measure(Capability::conditional_put, [&] { return ask_conditional_put(); });
    measure(Capability::user_metadata, [&] { return ask_metadata(); });
    measure(Capability::pagination, [&] { return ask_pagination(); });
    measure(Capability::checksum, [&] { return ask_checksum(); });
    folder_.clear();
    return std::move(all_);
  }

 private:
  void measure(Capability what, const std::function<Measured()>& question) {
    try {
      all_.push_back(question());
    } catch (const Error& error) {
      if (error.code() == ErrorCode::internal) throw;
      all_.push_back({what, Ability::not_measured, error.reason()});
    }
  }

  // Puts, and remembers what a listing must show.
  std::string put(const std::string& name, const std::string& content, const ProbeFolder::Extras& extras = {}) {
    const auto stored = folder_.put(name, content, extras);
    std::string version = stored ? stored->version : std::string();
    if (stored) {
      const KeyVersion entry{folder_.key(name), versioned_ == S3Versioning::enabled ? version : std::string()};
      if (std::ranges::find(put_, entry) == put_.end()) put_.push_back(entry);
    }
    return version;
  }

  Measured ask_versioning() {
    VersioningAnswers answers{.said = versioned_};
    answers.first = put("twice", "first");
    answers.second = put("twice", "second");
    answers.first_is_there = probe_.writer.head(folder_.key("twice"), answers.first).has_value();
    return judge_versioning(answers);
  }

  Measured ask_conditional_put() {
    const ProbeFolder::Extras once{.metadata = {}, .lock = {}, .only_if_absent = true};
    const std::size_t before = put_.size();
    put("once", "first", once);
    const bool first = put_.size() > before;
    const auto second = folder_.put("once", "second", once);
    if (second && versioned_ == S3Versioning::enabled) put_.emplace_back(folder_.key("once"), second->version);
    return judge_conditional_put(first, second.has_value());
  }

  Measured ask_metadata() {
    const Fields sent{{"coffre-probe", "A value, 1/2"}, {"coffre-probe-2", "b"}};
    const std::string version = put("noted", "noted", {.metadata = sent});
    const auto object = probe_.writer.head(folder_.key("noted"), version);
    return judge_metadata(sent, object ? object->metadata : Fields{});
  }

  // One entry a page, bounded: a store whose pages do not advance would give them for ever.
  Measured ask_pagination() {
    std::vector<std::vector<KeyVersion>> pages;
    S3Page page;
    do {
      const bool by_version = versioned_ == S3Versioning::enabled;
      page = by_version ? probe_.writer.versions(folder_.prefix(), page.next_key, page.next_version, 1)
                        : probe_.writer.objects(folder_.prefix(), page.next_token, 1);
      std::vector<KeyVersion>& entries = pages.emplace_back();
      for (const S3Entry& entry : page.entries) entries.emplace_back(entry.key, by_version ? entry.version : "");
    } while (page.truncated && pages.size() <= put_.size());
    return judge_pagination(put_, pages);
  }

  // The store's code for a put whose digests are those of other content.
  std::optional<std::string> refusal_of(const UploadDigests& digests) {
    const MemoryReader reader(as_bytes("content"));
    try {
      static_cast<void>(probe_.writer.put({.key = folder_.key("damaged"), .content = reader, .digests = digests}));
      return std::nullopt;
    } catch (const Error& error) {
      return error.category().empty() ? error.reason() : std::string(error.category());
    }
  }

  Measured ask_checksum() {
    const UploadDigests right = upload_digests(MemoryReader(as_bytes("content")));
    const UploadDigests other = upload_digests(MemoryReader(as_bytes("another")));
    UploadDigests wrong_md5 = right;
    wrong_md5.md5_base64 = other.md5_base64;
    UploadDigests wrong_sha256 = right;
    wrong_sha256.sha256 = other.sha256;
    ChecksumAnswers answers;
    answers.wrong_md5 = refusal_of(wrong_md5);
    answers.wrong_sha256 = refusal_of(wrong_sha256);
    return judge_checksum(answers);
  }

  const StoreProbe& probe_;
  ProbeFolder folder_;
  S3Versioning versioned_ = S3Versioning::never;
  std::vector<KeyVersion> put_;
  std::vector<Measured> all_;
};

}  // namespace

StoreMeasures measure_store(const StoreProbe& probe) {
  StoreMeasures measures{.all = Questions(probe).ask(), .canary = {}};
  CanaryReport canary = ask_canary(probe);
  measures.all.push_back(std::move(canary.lock_read_back));
  measures.all.push_back(lock_refuses(canary.finding));
  measures.canary = std::move(canary.finding);
  std::ranges::sort(measures.all, {}, &Measured::what);
  return measures;
}

}  // namespace coffre
