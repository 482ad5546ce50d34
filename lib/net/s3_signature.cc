#include "net/s3_signature.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/error.h"
#include "base/hash.h"
#include "base/text.h"
#include "net/https_client.h"

namespace coffre {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr std::string_view kEnd = "aws4_request";
constexpr std::size_t kDayDigits = 8;

// Blanks at both ends go, runs of blanks become one; a line break inside a value counts as a blank.
std::string canonical_value(std::string_view value) {
  std::string result;
  bool blank = false;
  for (const char c : trim(value)) {
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
      blank = true;
      continue;
    }
    if (blank) result += ' ';
    blank = false;
    result += c;
  }
  return result;
}

// By name alone: sorted as whole lines, "x-amz-meta-k-1:" would come before "x-amz-meta-k:". Values of one name are
// joined in their order.
std::map<std::string, std::string> canonical_headers(const Fields& headers) {
  std::map<std::string, std::string> sorted;
  for (const auto& [name, value] : headers) {
    const auto [entry, fresh] = sorted.try_emplace(to_lower_ascii(name), canonical_value(value));
    if (!fresh) entry->second += "," + canonical_value(value);
  }
  return sorted;
}

std::string signed_names(const Fields& headers) {
  std::vector<std::string> names;
  for (const auto& [name, value] : canonical_headers(headers)) names.push_back(name);
  return join(names, ";");
}

std::string scope_text(const SignatureScope& scope) {
  return fmt::format("{}/{}/{}/{}", signature_day(scope.at), scope.region, scope.service, kEnd);
}

SecretBytes secret_hmac(const SecretBytes& key, std::string_view message) {
  Digest derived = hmac_sha256(key.reveal_bytes(), as_bytes(message));
  SecretBytes result = SecretBytes::copy_of(derived);
  wipe(derived.data(), derived.size());
  return result;
}

}  // namespace

std::string encoded_path(std::string_view path) {
  std::vector<std::string> segments;
  for (const std::string_view segment : split(path, '/')) segments.push_back(percent_encode(segment));
  return join(segments, "/");
}

std::string encoded_query(const Fields& query) {
  Fields encoded;
  encoded.reserve(query.size());
  for (const auto& [name, value] : query) encoded.emplace_back(percent_encode(name), percent_encode(value));
  std::sort(encoded.begin(), encoded.end());
  std::vector<std::string> parts;
  parts.reserve(encoded.size());
  for (const auto& [name, value] : encoded) {
    std::string& part = parts.emplace_back(name);
    part.append("=").append(value);
  }
  return join(parts, "&");
}

std::string amz_date(Instant at) {
  const std::string text = to_rfc3339(at);  // 2015-08-30T12:36:00Z
  if (from_rfc3339(text) != at) throw Error(ErrorCode::usage, "signing a request", "the clock is out of bounds");
  std::string compact;
  std::copy_if(text.begin(), text.end(), std::back_inserter(compact), [](char c) { return c != '-' && c != ':'; });
  return compact;
}

std::string canonical_request(const UnsignedRequest& request) {
  std::string headers;
  for (const auto& [name, value] : canonical_headers(request.headers)) headers += fmt::format("{}:{}\n", name, value);
  return fmt::format("{}\n{}\n{}\n{}\n{}\n{}", request.method, encoded_path(request.path), encoded_query(request.query),
                     headers, signed_names(request.headers), request.payload_sha256);
}

std::string string_to_sign(const UnsignedRequest& request, const SignatureScope& scope) {
  return fmt::format("{}\n{}\n{}\n{}", kAlgorithm, amz_date(scope.at), scope_text(scope),
                     to_hex(sha256(as_bytes(canonical_request(request)))));
}

std::string signature_day(Instant at) {
  return amz_date(at).substr(0, kDayDigits);
}

SecretBytes s3_signing_key(const SecretString& secret_key, const SignatureScope& scope) {
  constexpr std::string_view kPrefix = "AWS4";
  const std::string_view secret = secret_key.reveal_text();
  SecretBytes start = SecretBytes::zeroed(kPrefix.size() + secret.size());
  const ByteSpan out = start.reveal_writable();
  std::copy(kPrefix.begin(), kPrefix.end(), out.begin());
  std::copy(secret.begin(), secret.end(), out.begin() + kPrefix.size());
  const SecretBytes day = secret_hmac(start, signature_day(scope.at));
  const SecretBytes region = secret_hmac(day, scope.region);
  const SecretBytes service = secret_hmac(region, scope.service);
  return secret_hmac(service, kEnd);
}

std::string s3_authorization(const UnsignedRequest& request, const SignatureScope& scope, std::string_view access_key,
                             const SecretBytes& signing_key) {
  const Digest signature = hmac_sha256(signing_key.reveal_bytes(), as_bytes(string_to_sign(request, scope)));
  return fmt::format("{} Credential={}/{}, SignedHeaders={}, Signature={}", kAlgorithm, access_key, scope_text(scope),
                     signed_names(request.headers), to_hex(signature));
}

std::string s3_authorization(const UnsignedRequest& request, const SignatureScope& scope,
                             const S3Credentials& credentials) {
  return s3_authorization(request, scope, credentials.access_key, s3_signing_key(credentials.secret_key, scope));
}

}  // namespace coffre
