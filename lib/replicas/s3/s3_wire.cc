#include "replicas/s3/s3_wire.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <utility>

#include "base/error.h"
#include "base/hash.h"
#include "base/text.h"
#include "base/translate.h"
#include "net/address_fence.h"

namespace coffre {
namespace {

constexpr std::uint16_t kHttpsPort = 443;

bool is_bucket_name(std::string_view name) {
  constexpr std::size_t kShortest = 3;
  constexpr std::size_t kLongest = 63;
  constexpr std::string_view kInside = "abcdefghijklmnopqrstuvwxyz0123456789-.";
  const auto at_end = [](char c) { return c != '-' && c != '.'; };
  return name.size() >= kShortest && name.size() <= kLongest &&
         name.find_first_not_of(kInside) == std::string_view::npos && at_end(name.front()) && at_end(name.back());
}

// The authority part as libcurl writes it into `Host`, which is signed: without the port that https implies.
std::string host_of(const S3Location& location) {
  const std::optional<HttpsBase> base = parse_https_base(location.endpoint);
  if (!base) {
    throw Error(ErrorCode::usage, tr("reading the bucket's address"),
                fmt::format(fmt::runtime(tr("'{}' is not of the form https://host[:port]")), location.endpoint),
                tr("Correct `endpoint:` in coffre.yaml; a bucket is reached over https only."));
  }
  const bool is_v6 = base->host.find(':') != std::string::npos;
  std::string host = is_v6 ? "[" + base->host + "]" : base->host;
  if (location.addressing == S3Addressing::virtual_host) host = location.bucket + "." + host;
  if (base->port != kHttpsPort) host += ":" + std::to_string(base->port);
  return host;
}

void check_location(const S3Location& location) {
  if (is_bucket_name(location.bucket) && !location.region.empty()) return;
  throw Error(ErrorCode::usage, tr("reading the bucket's address"),
              location.region.empty() ? std::string(tr("no region is given"))
                                      : fmt::format(fmt::runtime(tr("'{}' is no name of a bucket")), location.bucket),
              tr("Correct `region:` and `bucket:` in coffre.yaml; a store without regions takes any word."));
}

[[noreturn]] void throw_redirected(const Error& error, const S3Location& location) {
  Error refused(
      ErrorCode::refused, error.step(),
      fmt::format(fmt::runtime(tr("the store says that the bucket {} lies elsewhere; nothing was sent there")),
                  location.bucket),
      tr("Correct `endpoint:` and `region:` in coffre.yaml."));
  throw refused.with_category("REDIRECT");
}

}  // namespace

Limits s3_limits() {
  Limits limits;
  limits.first_byte = std::chrono::milliseconds(60'000);
  limits.total = std::chrono::milliseconds(3'600'000);
  limits.slow_bytes_per_second = 1024;
  limits.max_body_bytes = 16ULL * 1024 * 1024;  // the largest answers are pages of listings and parts of objects
  return limits;
}

struct S3Wire::State {
  S3Location location;
  S3Credentials credentials;
  const Clock& clock;
  Limits limits;
  std::string host;
  Endpoint endpoint;
  std::mutex mutex;
  std::vector<HttpsClient> idle;
  // Of the day at hand. Shared: a request of the day before may still be signing with the old one.
  std::string day{};
  std::shared_ptr<const SecretBytes> signing_key{};

  HttpsClient take() {
    const std::lock_guard lock(mutex);
    if (idle.empty()) return {endpoint, limits};
    HttpsClient client = std::move(idle.back());
    idle.pop_back();
    return client;
  }
  void give_back(HttpsClient client) {
    const std::lock_guard lock(mutex);
    idle.push_back(std::move(client));
  }

  std::shared_ptr<const SecretBytes> key_of(const SignatureScope& scope) {
    const std::string wanted = signature_day(scope.at);
    const std::lock_guard lock(mutex);
    if (day != wanted) {
      signing_key = std::make_shared<const SecretBytes>(s3_signing_key(credentials.secret_key, scope));
      day = wanted;
    }
    return signing_key;
  }

  [[nodiscard]] UnsignedRequest unsigned_request(const S3Request& request, Instant now) const {
    UnsignedRequest result;
    result.method = request.method;
    result.path = location.addressing == S3Addressing::path ? "/" + location.bucket : std::string();
    if (!request.key.empty() || result.path.empty()) result.path += "/" + request.key;
    result.query = request.query;
    result.payload_sha256 = request.upload != nullptr ? request.upload_sha256 : to_hex(sha256(as_bytes(request.body)));
    result.headers = request.headers;
    result.headers.emplace_back("Host", host);
    result.headers.emplace_back("x-amz-content-sha256", result.payload_sha256);
    result.headers.emplace_back("x-amz-date", amz_date(now));
    return result;
  }
};

S3Wire::S3Wire(S3Location location, S3Credentials credentials, const Clock& clock, Limits limits) {
  check_location(location);
  std::string host = host_of(location);
  Endpoint endpoint{"https://" + host, "", location.ca_file, location.networks, false, Trust::authorities};
  HttpsClient first(endpoint, limits);  // checks the rest of the endpoint's form
  state_ = std::unique_ptr<State>(new State{std::move(location),
                                            std::move(credentials),
                                            clock,
                                            limits,
                                            std::move(host),
                                            std::move(endpoint),
                                            {},
                                            {},
                                            {},
                                            {}});
  state_->give_back(std::move(first));
}

S3Wire::S3Wire(S3Wire&&) noexcept = default;
S3Wire& S3Wire::operator=(S3Wire&&) noexcept = default;
S3Wire::~S3Wire() = default;

const S3Location& S3Wire::location() const {
  return state_->location;
}

const Clock& S3Wire::clock() const {
  return state_->clock;
}

S3Answer S3Wire::send(const S3Request& request) const {
  const Instant now = state_->clock.now();
  const UnsignedRequest to_sign = state_->unsigned_request(request, now);
  const SignatureScope scope{now, state_->location.region};
  Request http{request.method, encoded_path(to_sign.path), to_sign.headers, {}, request.upload};
  const std::string query = encoded_query(to_sign.query);
  if (!query.empty()) http.target += "?" + query;
  http.headers.emplace_back("Authorization",
                            s3_authorization(to_sign, scope, state_->credentials.access_key, *state_->key_of(scope)));
  const ByteView body = as_bytes(request.body);
  http.body.assign(body.begin(), body.end());

  HttpsClient client = state_->take();
  MemorySink sink;
  try {
    Response response = client.send(http, {}, sink);
    state_->give_back(std::move(client));
    return {response.status, std::move(response.headers), sink.take()};
  } catch (const Error& error) {
    state_->give_back(std::move(client));
    if (error.category() == "REDIRECT") throw_redirected(error, state_->location);
    throw;
  }
}

std::string_view S3Answer::header(std::string_view lower_case_name) const {
  const auto found =
      std::find_if(headers.begin(), headers.end(), [&](const auto& field) { return field.first == lower_case_name; });
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace coffre
