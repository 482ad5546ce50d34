// What an S3 store's XML answers say, as values. Pure; the bytes come from a peer that may be wrong.
//
// Elements are found by local name, since stores disagree about the name space. Keys are asked for percent-encoded
// (encoding-type=url) and decoded here, so that a key may hold what XML cannot.
// Threads: no shared state. Errors: implausible for bytes that are not the document that was asked for.
// Source: Amazon S3 API reference; what real stores do otherwise: s3-facts.md section 3.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"

namespace coffre {

// An <Error> document; all empty when the bytes are none. Never throws: the status has said already that it failed.
struct S3Failure {
  std::string code;     // "SlowDown", "AccessDenied", ...
  std::string message;  // often empty
  std::string region;   // the right one, when the code is about that
};
S3Failure parse_s3_failure(ByteView body);

struct S3Entry {
  std::string key;
  std::string version;  // "" in a list of objects, "null" where the bucket kept no versions
  bool delete_marker = false;
  std::uint64_t size = 0;
  Instant modified;
};

// One page of a listing; keys in byte order, versions of one key newest first.
struct S3Page {
  std::vector<S3Entry> entries;
  bool truncated = false;
  // Where the next page begins, decoded: of objects next_token alone, of versions the two markers.
  std::string next_token;
  std::string next_key;
  std::string next_version;
};
S3Page parse_s3_objects(ByteView body);   // ListObjectsV2
S3Page parse_s3_versions(ByteView body);  // ListObjectVersions

enum class S3Versioning { never, enabled, suspended };
S3Versioning parse_s3_versioning(ByteView body);

enum class S3LockMode { none, governance, compliance };
std::string_view to_string(S3LockMode mode);  // "COMPLIANCE"; "" for none
S3LockMode s3_lock_mode(std::string_view text);

// Object Lock of a bucket: whether it may lock at all, and what it does to a put that asks for nothing.
struct S3LockSetup {
  bool enabled = false;
  S3LockMode default_mode = S3LockMode::none;
  unsigned default_days = 0;  // years counted as 365 days
};
S3LockSetup parse_s3_lock_setup(ByteView body);

struct S3Retention {
  S3LockMode mode = S3LockMode::none;
  Instant until;
};
S3Retention parse_s3_retention(ByteView body);
std::string s3_retention_document(const S3Retention& retention);

// "2026-11-26T11:49:31.249Z", any number of decimals: the second in which it lies.
std::optional<Instant> parse_s3_time(std::string_view text);
// "Thu, 26 Nov 2026 11:49:31 GMT" (RFC 9110 section 5.6.7, the one form that is sent today).
std::optional<Instant> parse_http_date(std::string_view text);

}  // namespace coffre
