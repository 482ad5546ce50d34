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

bool digests_are_right(const HttpRequest& request) {
  const bool md5 = request.header("content-md5") == to_base64(md5_bytes(request.body));
  return md5 && request.header("x-amz-content-sha256") == sha256_hex(request.body);
}

}  // namespace

LyingStore::LyingStore(StoreLies lies)
    : lies_(lies), store_([this](const HttpRequest& request) {
        const std::lock_guard lock(mutex_);
        StoreAnswer made = answer(request);
        made.headers.emplace_back("Date", http_date(now()));
        return made;
      }) {}

std::vector<std::string> LyingStore::holds() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> all;
  for (const Object& object : objects_) all.push_back(object.key + " " + object.version);
  return all;
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
  if (request.path.size() <= kBucket.size()) {
    if (request.query.contains("versioning")) return versioning_enabled();
    if (request.query.contains("object-lock")) return lock_enabled();
    return list(request);
  }
  const std::string key = request.path.substr(kBucket.size());
  if (request.method == "PUT" && request.query.contains("retention")) return set_retention(request, key);
  if (request.method == "PUT") return put(request, key);
  if (request.method == "DELETE") return remove(request, key);
  return look(request, key);
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
                .modified = now()};
  for (const auto& [name, value] : request.headers) {
    if (name.starts_with("x-amz-meta-") && !lies_.drops_metadata) object.metadata.emplace_back(name, value);
  }
  const std::string until = request.header("x-amz-object-lock-retain-until-date");
  if (!until.empty() && !lies_.drops_locks) {
    object.lock_mode = request.header("x-amz-object-lock-mode");
    object.locked_until = from_rfc3339(until).value();
  }
  const StoreAnswer taken = stored(object.version);
  if (lies_.overwrites) std::erase_if(objects_, [&](const Object& one) { return one.key == key; });
  objects_.insert(std::ranges::lower_bound(objects_, key, {}, &Object::key), std::move(object));
  return taken;
}

StoreAnswer LyingStore::set_retention(const HttpRequest& request, const std::string& key) {
  const auto object = find(request, key);
  if (object == objects_.end()) return failure(404, "NoSuchKey");
  if (lies_.drops_locks) return plain(200);
  const Instant until = from_rfc3339(element(request.body, "RetainUntilDate")).value();
  if (until < object->locked_until) return failure(403, "AccessDenied");
  object->lock_mode = element(request.body, "Mode");
  object->locked_until = until;
  return plain(200);
}

StoreAnswer LyingStore::look(const HttpRequest& request, const std::string& key) {
  const auto object = find(request, key);
  if (object == objects_.end()) return request.method == "HEAD" ? absent() : failure(404, "NoSuchKey");
  StoreAnswer seen = found(object->content.size(), object->version);
  if (!object->lock_mode.empty()) seen = locked(seen, object->lock_mode, to_rfc3339(object->locked_until));
  seen.headers.insert(seen.headers.end(), object->metadata.begin(), object->metadata.end());
  if (request.method == "HEAD") return seen;
  seen.status = 206;
  seen.body = object->content;
  seen.headers.emplace_back("Content-Range",
                            fmt::format("bytes 0-{}/{}", object->content.size() - 1, object->content.size()));
  return seen;
}

StoreAnswer LyingStore::remove(const HttpRequest& request, const std::string& key) {
  const auto object = find(request, key);
  if (object == objects_.end()) return plain(204);
  const bool is_locked = !object->lock_mode.empty() && object->locked_until > now();
  if (lies_.refuses_deletion || (is_locked && !lies_.deletes_locked)) return failure(403, "AccessDenied");
  objects_.erase(object);
  return plain(204);
}

StoreAnswer LyingStore::list(const HttpRequest& request) const {
  const std::string prefix = parameter(request, "prefix");
  const std::string after_key = parameter(request, "key-marker");
  const std::string after_version = parameter(request, "version-id-marker");
  const std::string most = parameter(request, "max-keys");
  const std::size_t size = most.empty() ? 1000 : std::stoul(most);
  bool begun = after_key.empty();
  bool truncated = false;
  std::vector<const Object*> page;
  for (const Object& object : objects_) {
    if (begun && object.key.starts_with(prefix)) {
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

}  // namespace coffre::simulator
