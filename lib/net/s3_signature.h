// AWS Signature Version 4 for S3, as a pure function: a request, a time and credentials in, the `Authorization` value
// out. Nothing here sends anything. libcurl 7.88 has a signer of its own, which mis-signs (headers whose names begin
// alike, unsorted queries); this one is checked against AWS's published vectors (tests/vectors/data/sigv4).
//
// Everything is given unencoded and encoded here, once, so that what is signed and what is sent cannot differ: send
// encoded_path + "?" + encoded_query as they are, and exactly the headers that were signed. As S3 wants it, a path is
// encoded once and never normalized ("//", "/../" are parts of a key like any other).
//
// Threads: no shared state. Errors: usage for a time outside the years 0000 to 9999; otherwise none.
// Source: "Authenticating Requests (AWS Signature Version 4)", Amazon S3 API reference.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/secret.h"

namespace coffre {

using Fields = std::vector<std::pair<std::string, std::string>>;  // names and values, names may repeat

struct S3Credentials {
  std::string access_key;   // a name, not a secret
  SecretString secret_key;  // never sent: only what was derived from it
};

struct UnsignedRequest {
  std::string method;
  std::string path = "/";      // unencoded, from "/" on
  Fields query{};              // unencoded; a parameter without value has an empty one
  Fields headers{};            // all are signed; `host` and `x-amz-date` must be among them; any case, any order
  std::string payload_sha256;  // lower-case hex of the body's digest, or kUnsignedPayload
};

struct SignatureScope {
  Instant at;  // the same as x-amz-date
  std::string region;
  std::string service = "s3";
};

inline constexpr std::string_view kUnsignedPayload = "UNSIGNED-PAYLOAD";
inline constexpr std::string_view kEmptySha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

// Everything but A-Z a-z 0-9 - . _ ~ and, in a path, "/" becomes %XX in upper case.
std::string encoded_path(std::string_view path);
// Sorted by encoded name, then value; always with "=": "list-type=2&prefix=a%2Fb". "" for no parameters.
std::string encoded_query(const Fields& query);

// "20150830T123600Z": the value of x-amz-date.
std::string amz_date(Instant at);

// The stages of the signature; separate so that a vector shows which one is wrong.
std::string canonical_request(const UnsignedRequest& request);
std::string string_to_sign(const UnsignedRequest& request, const SignatureScope& scope);
// "AWS4-HMAC-SHA256 Credential=..., SignedHeaders=..., Signature=...".
std::string s3_authorization(const UnsignedRequest& request, const SignatureScope& scope,
                             const S3Credentials& credentials);

// The same in two steps, for whoever makes many requests: the key is good for every request of one day, region and
// service, and making it takes five pieces of locked memory, which cost more than the rest of a request.
std::string signature_day(Instant at);  // "20150830": while it is the same, so is the key
SecretBytes s3_signing_key(const SecretString& secret_key, const SignatureScope& scope);
std::string s3_authorization(const UnsignedRequest& request, const SignatureScope& scope, std::string_view access_key,
                             const SecretBytes& signing_key);

}  // namespace coffre
