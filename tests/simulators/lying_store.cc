#include "simulators/lying_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>

#include "simulators/content.h"

namespace coffre::simulator {
namespace {

constexpr std::string_view kBucket = "/bucket/";

std::string http_date(Instant at) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(at);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::string text(64, '\0');
  text.resize(std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &utc));
  return text;
}

// "x" of "<Mode>x</Mode>".
std::string element(const std::string& document, const std::string& name) {
  const std::string open = "<" + name + ">";
  const std::size_t begin = document.find(open);
  if (begin == std::string::npos) return {};
  return document.substr(begin + open.size(), document.find("</", begin) - begin - open.size());
}

std::string parameter(const HttpRequest& request, const std::string& name) {
  const auto found = request.query.find(name);
  return found == request.query.end() ? std::string() : found->second;
}

// 206 with the bytes that "bytes=FIRST-LAST" asks for.
StoreAnswer part_of(StoreAnswer answer, const std::string& content, const std::string& range) {
  const std::string prefix = "bytes=";
  const std::size_t dash = range.find('-');
  std::size_t first = 0;
  std::size_t last = content.size() - 1;
  if (range.starts_with(prefix) && dash != std::string::npos) {
    first = std::stoul(range.substr(prefix.size(), dash - prefix.size()));
    last = std::min(last, std::stoul(range.substr(dash + 1)));
  }
  answer.status = 206;
  answer.body = content.substr(first, last - first + 1);
  std::erase_if(answer.headers, [](const auto& header) { return header.first == "Content-Length"; });
  answer.headers.emplace_back("Content-Range", fmt::format("bytes {}-{}/{}", first, last, content.size()));
  return answer;
}

bool digests_are_right(const HttpRequest& request) {
  const bool md5 = request.header("content-md5") == to_base64(md5_bytes(request.body));
  return md5 && request.header("x-amz-content-sha256") == sha256_hex(request.body);
}

}  // namespace

LyingStore::LyingStore(StoreLies lies)
    : lies_(lies), store_([this](const HttpRequest& request) {
        const std::lock_guard lock(mutex_);
        const auto honest = [&] { return answer(request); };
        StoreAnswer made = way_ ? way_(request, honest) : honest();
        made.headers.emplace_back("Date", http_date(now()));
        return made;
      }) {}

std::vector<std::string> LyingStore::holds() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> all;
  for (const Object& object : objects_) all.push_back(object.key + " " + object.version);
  return all;
}

std::map<std::string, std::string> LyingStore::objects() const {
  const std::lock_guard lock(mutex_);
  std::map<std::string, std::string> oldest;
  for (const Object& object : objects_) oldest[object.key] = object.content;
  return oldest;
}

void LyingStore::show_everything() {
  const std::lock_guard lock(mutex_);
  for (Object& object : objects_) object.listings_behind = object.looks_behind = 0;
}

void LyingStore::answer_by(Way way) {
  const std::lock_guard lock(mutex_);
  way_ = std::move(way);
}

void LyingStore::lie(const StoreLies& lies) {
  const std::lock_guard lock(mutex_);
  lies_ = lies;
}

void LyingStore::age(Seconds time) {
  const std::lock_guard lock(mutex_);
  for (Object& object : objects_) {
    object.modified -= time;
    object.locked_until -= time;
  }
}

Instant LyingStore::now() const {
  return std::chrono::floor<Seconds>(std::chrono::system_clock::now()) + lies_.clock_ahead;
}

StoreAnswer LyingStore::answer(const HttpRequest& request) {
  if (request.path.size() <= kBucket.size()) return about_bucket(request);
  const std::string key = request.path.substr(kBucket.size());
  if (request.method == "PUT" && request.query.contains("retention")) return set_retention(request, key);
  if (request.method == "PUT") return put(request, key);
  if (request.method == "DELETE") return remove(request, key);
  return look(request, key);
}

StoreAnswer LyingStore::about_bucket(const HttpRequest& request) {
  if (request.query.contains("versioning")) {
    return lies_.keeps_no_versions ? StoreAnswer{200, {}, "<VersioningConfiguration/>"} : versioning_enabled();
  }
  if (request.query.contains("object-lock")) {
    return lies_.has_no_locks ? failure(404, "ObjectLockConfigurationNotFoundError") : lock_enabled();
  }
  return request.query.contains("versions") ? list_versions(request) : list_objects(request);
}

// Each asking counts, so that a store that is behind catches up without anybody's clock.
bool LyingStore::is_shown(unsigned& behind) {
  if (behind == 0) return true;
  --behind;
  return false;
}

void LyingStore::lock(Object& object, const std::string& mode, Instant until) const {
  object.lock_mode = lies_.weakens_locks ? "GOVERNANCE" : mode;
  object.locked_until = until - lies_.shortens_locks;
}

LyingStore::Objects::iterator LyingStore::find(const HttpRequest& request, const std::string& key) {
  const std::string version = parameter(request, "versionId");
  return std::ranges::find_if(objects_, [&](const Object& object) {
    return object.key == key && (version.empty() || object.version == version);
  });
}

StoreAnswer LyingStore::put(const HttpRequest& request, const std::string& key) {
  if (!lies_.ignores_digests && !digests_are_right(request)) return failure(400, "BadDigest");
  const auto there = std::ranges::find(objects_, key, &Object::key);
  if (there != objects_.end() && !request.header("if-none-match").empty() && !lies_.ignores_conditions) {
    return failure(412, "PreconditionFailed");
  }
  Object object{.key = key,
                .version = fmt::format("v{:03}", next_version_++),
                .content = request.body,
                .metadata = {},
                .lock_mode = {},
                .locked_until = {},
                .modified = now(),
                .listings_behind = lies_.listings_behind,
                .looks_behind = lies_.looks_behind};
  if (lies_.keeps_no_versions) object.version = "null";
  if (lies_.garbles && !object.content.empty()) object.content.back() = static_cast<char>(~object.content.back());
  for (const auto& [name, value] : request.headers) {
    if (name.starts_with("x-amz-meta-") && !lies_.drops_metadata) object.metadata.emplace_back(name, value);
  }
  const std::string until = request.header("x-amz-object-lock-retain-until-date");
  if (!until.empty() && !lies_.drops_locks) {
    lock(object, request.header("x-amz-object-lock-mode"), from_rfc3339(until).value());
  }
  StoreAnswer taken = lies_.keeps_no_versions ? plain(200) : stored(object.version);
  if (lies_.garbles) taken.headers.emplace_back("ETag", "\"" + md5_hex(object.content) + "\"");
  if (lies_.overwrites || lies_.keeps_no_versions)
    std::erase_if(objects_, [&](const Object& one) { return one.key == key; });
  objects_.insert(std::ranges::lower_bound(objects_, key, {}, &Object::key), std::move(object));
  return taken;
}

StoreAnswer LyingStore::set_retention(const HttpRequest& request, const std::string& key) {
  const auto object = find(request, key);
  if (object == objects_.end()) return failure(404, "NoSuchKey");
  if (lies_.drops_locks) return plain(200);
  const Instant until = from_rfc3339(element(request.body, "RetainUntilDate")).value();
  if (until < object->locked_until) return failure(403, "AccessDenied");
  lock(*object, element(request.body, "Mode"), until);
  return plain(200);
}

StoreAnswer LyingStore::look(const HttpRequest& request, const std::string& key) {
  const auto object = find(request, key);
  if (object == objects_.end() || !is_shown(object->looks_behind)) {
    return request.method == "HEAD" ? absent() : failure(404, "NoSuchKey");
  }
  StoreAnswer seen = found(object->content.size(), object->version);
  if (!object->lock_mode.empty()) seen = locked(seen, object->lock_mode, to_rfc3339(object->locked_until));
  seen.headers.insert(seen.headers.end(), object->metadata.begin(), object->metadata.end());
  if (request.method == "HEAD") return seen;
  return part_of(std::move(seen), object->content, request.header("range"));
}

StoreAnswer LyingStore::remove(const HttpRequest& request, const std::string& key) {
  const auto object = find(request, key);
  if (object == objects_.end()) return plain(204);
  const bool is_locked = !object->lock_mode.empty() && object->locked_until > now();
  if (lies_.refuses_deletion || (is_locked && !lies_.deletes_locked)) return failure(403, "AccessDenied");
  objects_.erase(object);
  return plain(204);
}

StoreAnswer LyingStore::list_versions(const HttpRequest& request) {
  const std::string prefix = parameter(request, "prefix");
  const std::string after_key = parameter(request, "key-marker");
  const std::string after_version = parameter(request, "version-id-marker");
  const std::string most = parameter(request, "max-keys");
  const std::size_t size = most.empty() ? 1000 : std::stoul(most);
  bool begun = after_key.empty();
  bool truncated = false;
  std::vector<const Object*> page;
  for (Object& object : objects_) {
    if (begun && object.key.starts_with(prefix) && is_shown(object.listings_behind)) {
      if (page.size() == size) {
        truncated = !lies_.loses_pages;
        break;
      }
      page.push_back(&object);
    }
    begun = begun || (object.key == after_key && object.version == after_version);
  }
  std::string body = fmt::format("<ListVersionsResult><IsTruncated>{}</IsTruncated>", truncated);
  if (truncated) {
    body += fmt::format("<NextKeyMarker>{}</NextKeyMarker><NextVersionIdMarker>{}</NextVersionIdMarker>",
                        page.back()->key, page.back()->version);
  }
  for (const Object* one : page) {
    body += fmt::format(
        "<Version><Key>{}</Key><VersionId>{}</VersionId><LastModified>{}</LastModified><Size>{}</Size></Version>",
        xml_escape(one->key), one->version, to_rfc3339(one->modified), one->content.size());
  }
  return {200, {}, body + "</ListVersionsResult>"};
}

StoreAnswer LyingStore::list_objects(const HttpRequest& request) {
  const std::string prefix = parameter(request, "prefix");
  std::string body = "<ListBucketResult><IsTruncated>false</IsTruncated>";
  std::string before;
  for (Object& object : objects_) {
    if (!object.key.starts_with(prefix) || object.key == before || !is_shown(object.listings_behind)) continue;
    before = object.key;
    body += fmt::format("<Contents><Key>{}</Key><LastModified>{}</LastModified><Size>{}</Size></Contents>",
                        xml_escape(object.key), to_rfc3339(object.modified), object.content.size());
  }
  return {200, {}, body + "</ListBucketResult>"};
}

}  // namespace coffre::simulator
