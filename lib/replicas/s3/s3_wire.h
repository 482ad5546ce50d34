// One signed request to an S3 store and its answer, over the HTTPS client. Knows where the bucket is and with which
// key; what requests mean is s3_client.h's matter. No retries here.
//
// Threads: all functions from any thread; each request takes a connection of its own out of a pool.
// Errors: those of net/https_client.h, except that a redirect is Error(refused), category "REDIRECT": such a bucket
// lies elsewhere than the configuration says, and nothing is sent there. No error and no log holds a key or a
// signature.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/stream.h"
#include "net/https_client.h"
#include "net/s3_signature.h"

namespace coffre {

enum class S3Addressing {
  path,          // https://endpoint/bucket/key
  virtual_host,  // https://bucket.endpoint/key
};

struct S3Location {
  std::string endpoint;  // "https://host[:port]"
  std::string region;    // part of the signature; stores that have none take any word
  std::string bucket;    // 3..63 of a-z 0-9 - . ; letters or digits at both ends
  S3Addressing addressing = S3Addressing::path;
  std::string ca_file{};                // as Endpoint::ca_file
  std::vector<std::string> networks{};  // as Endpoint::networks
};

// Slower stores than these are as good as away: an upload of any size may take an hour, but must move.
Limits s3_limits();

struct S3Request {
  std::string method = "GET";
  std::string key{};  // "": the bucket itself
  Fields query{};
  Fields headers{};                      // beside host, date and payload hash
  std::string body{};                    // small documents
  const RandomReader* upload = nullptr;  // instead of `body`
  std::string upload_sha256{};           // its digest in hex
};

struct S3Answer {
  int status = 0;
  Fields headers{};  // names in lower case
  Bytes body{};

  [[nodiscard]] std::string_view header(std::string_view lower_case_name) const;  // "" when absent
};

class S3Wire {
 public:
  // Throws Error(usage) for a location that cannot be one (no https, a bucket name out of the form), Error(refused) as
  // HttpsClient. Connects to nothing. The clock outlives it.
  S3Wire(S3Location location, S3Credentials credentials, const Clock& clock, Limits limits = s3_limits());
  S3Wire(S3Wire&&) noexcept;
  S3Wire& operator=(S3Wire&&) noexcept;
  ~S3Wire();

  // Whatever status came is an answer.
  [[nodiscard]] S3Answer send(const S3Request& request) const;

  [[nodiscard]] const S3Location& location() const;
  [[nodiscard]] const Clock& clock() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace coffre
