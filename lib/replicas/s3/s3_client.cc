#include "replicas/s3/s3_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/error.h"
#include "base/text.h"
#include "base/translate.h"
#include "net/http_head.h"
#include "replicas/s3/s3_error.h"

namespace coffre {
namespace {

constexpr int kFirstSuccess = 200;
constexpr int kFirstNonSuccess = 300;
constexpr int kPartialContent = 206;
constexpr int kPreconditionFailed = 412;
constexpr std::string_view kMetadata = "x-amz-meta-";

bool succeeded(const S3Answer& answer) {
  return answer.status >= kFirstSuccess && answer.status < kFirstNonSuccess;
}

std::string unquoted(std::string_view etag) {
  if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"') etag = etag.substr(1, etag.size() - 2);
  return std::string(etag);
}

Fields version_query(const std::string& version) {
  return version.empty() ? Fields{} : Fields{{"versionId", version}};
}

Fields upload_headers(const S3Upload& upload) {
  Fields headers{{"Content-Type", "application/octet-stream"}, {"Content-MD5", upload.digests.md5_base64}};
  for (const auto& [name, value] : upload.metadata) headers.emplace_back(std::string(kMetadata) + name, value);
  if (upload.only_if_absent) headers.emplace_back("If-None-Match", "*");
  if (upload.lock) {
    headers.emplace_back("x-amz-object-lock-mode", to_string(upload.lock->mode));
    headers.emplace_back("x-amz-object-lock-retain-until-date", to_rfc3339(upload.lock->until));
  }
  if (upload.legal_hold) headers.emplace_back("x-amz-object-lock-legal-hold", *upload.legal_hold ? "ON" : "OFF");
  return headers;
}

[[noreturn]] void implausible(const char* why) {
  throw Error(ErrorCode::implausible, tr("reading the store's answer"), why);
}

S3Object object_of(const S3Answer& answer) {
  S3Object object;
  const auto size = parse_content_length(answer.header("content-length"));
  const auto modified = parse_http_date(answer.header("last-modified"));
  if (!size || !modified) implausible(tr("the object has no size or no time"));
  object.size = *size;
  object.modified = *modified;
  object.version = answer.header("x-amz-version-id");
  object.etag = unquoted(answer.header("etag"));
  object.lock.mode = s3_lock_mode(answer.header("x-amz-object-lock-mode"));
  if (object.lock.mode != S3LockMode::none) {
    const auto until = parse_s3_time(answer.header("x-amz-object-lock-retain-until-date"));
    if (!until) implausible(tr("the lock has no mode or no date"));
    object.lock.until = *until;
  }
  object.legal_hold = answer.header("x-amz-object-lock-legal-hold") == "ON";
  for (const auto& [name, value] : answer.headers) {
    if (name.starts_with(kMetadata)) object.metadata.emplace_back(name.substr(kMetadata.size()), value);
  }
  return object;
}

void add_page_size(Fields& query, unsigned most) {
  query.emplace_back("encoding-type", "url");
  if (most > 0) query.emplace_back("max-keys", std::to_string(most));
}

}  // namespace

void S3Client::fail(const S3Answer& answer, const char* step) const {
  throw s3_error(answer, fmt::format(fmt::runtime(step), wire_.location().bucket), wire_.clock().now());
}

S3Answer S3Client::expect(const S3Request& request, const char* step) const {
  S3Answer answer = wire_.send(request);
  if (!succeeded(answer)) fail(answer, step);
  return answer;
}

std::optional<S3Stored> S3Client::put(const S3Upload& upload) const {
  const S3Answer answer = wire_.send({.method = "PUT",
                                      .key = upload.key,
                                      .headers = upload_headers(upload),
                                      .upload = &upload.content,
                                      .upload_sha256 = to_hex(upload.digests.sha256)});
  if (upload.only_if_absent && answer.status == kPreconditionFailed) return std::nullopt;
  if (!succeeded(answer)) fail(answer, tr("storing in the bucket {}"));
  return S3Stored{std::string(answer.header("x-amz-version-id")), unquoted(answer.header("etag")),
                  !answer.header("x-amz-server-side-encryption").empty()};
}

S3Look S3Client::look(const std::string& key, const std::string& version) const {
  const S3Answer answer = wire_.send({.method = "HEAD", .key = key, .query = version_query(version)});
  const std::optional<Instant> store_time = parse_http_date(answer.header("date"));
  if (says_absent(answer)) return {std::nullopt, store_time};
  if (!succeeded(answer)) fail(answer, tr("asking the bucket {} for an object"));
  return {object_of(answer), store_time};
}

void S3Client::read(const std::string& key, const std::string& version, std::uint64_t size, std::uint64_t offset,
                    ByteSpan out) const {
  if (out.empty()) return;
  const std::uint64_t last = offset + out.size() - 1;
  const S3Answer answer = wire_.send(
      {.key = key, .query = version_query(version), .headers = {{"Range", fmt::format("bytes={}-{}", offset, last)}}});
  const std::string step = fmt::format(fmt::runtime(tr("reading from the bucket {}")), wire_.location().bucket);
  if (says_absent(answer)) {
    throw Error(ErrorCode::unreachable, step, tr("the store no longer shows the object that it has just shown"));
  }
  if (!succeeded(answer)) fail(answer, tr("reading from the bucket {}"));
  const bool as_asked = answer.status == kPartialContent && answer.body.size() == out.size() &&
                        answer.header("content-range") == fmt::format("bytes {}-{}/{}", offset, last, size);
  if (!as_asked) {
    throw Error(ErrorCode::damaged, step, tr("the store gave another part than the one that was asked for"));
  }
  std::copy(answer.body.begin(), answer.body.end(), out.begin());
}

S3Page S3Client::objects(const std::string& prefix, const std::string& token, unsigned most) const {
  S3Request request{.query = {{"list-type", "2"}, {"prefix", prefix}}};
  add_page_size(request.query, most);
  if (!token.empty()) request.query.emplace_back("continuation-token", token);
  return parse_s3_objects(expect(request, tr("listing the bucket {}")).body);
}

S3Page S3Client::versions(const std::string& prefix, const std::string& next_key, const std::string& next_version,
                          unsigned most) const {
  S3Request request{.query = {{"versions", ""}, {"prefix", prefix}}};
  add_page_size(request.query, most);
  if (!next_key.empty()) request.query.emplace_back("key-marker", next_key);
  if (!next_version.empty()) request.query.emplace_back("version-id-marker", next_version);
  return parse_s3_versions(expect(request, tr("listing the bucket {}")).body);
}

void S3Client::remove(const std::string& key, const std::string& version) const {
  const S3Answer answer = wire_.send({.method = "DELETE", .key = key, .query = version_query(version)});
  if (!succeeded(answer) && !says_absent(answer)) fail(answer, tr("removing from the bucket {}"));
}

std::optional<S3Retention> S3Client::retention(const std::string& key, const std::string& version) const {
  Fields query = version_query(version);
  query.emplace_back("retention", "");
  const S3Answer answer = wire_.send({.key = key, .query = query});
  if (parse_s3_failure(answer.body).code == "NoSuchObjectLockConfiguration") return std::nullopt;
  if (!succeeded(answer)) fail(answer, tr("asking the bucket {} for a lock"));
  return parse_s3_retention(answer.body);
}

void S3Client::set_retention(const std::string& key, const std::string& version, const S3Retention& retention) const {
  S3Request request{.method = "PUT", .key = key, .query = version_query(version)};
  request.query.emplace_back("retention", "");
  request.body = s3_retention_document(retention);
  const UploadDigests digests = upload_digests(MemoryReader(as_bytes(request.body)));
  request.headers = {{"Content-Type", "application/xml"}, {"Content-MD5", digests.md5_base64}};
  expect(request, tr("locking in the bucket {}"));
}

S3Versioning S3Client::versioning() const {
  return parse_s3_versioning(expect({.query = {{"versioning", ""}}}, tr("asking the bucket {} for its settings")).body);
}

S3LockSetup S3Client::lock_setup() const {
  const S3Answer answer = wire_.send({.query = {{"object-lock", ""}}});
  if (succeeded(answer)) return parse_s3_lock_setup(answer.body);
  if (parse_s3_failure(answer.body).code == "ObjectLockConfigurationNotFoundError") return {};
  const Error error =
      s3_error(answer, fmt::format(fmt::runtime(tr("asking the bucket {} for its settings")), wire_.location().bucket),
               wire_.clock().now());
  if (error.code() == ErrorCode::unsupported) return {};
  throw Error(error);
}

}  // namespace coffre
