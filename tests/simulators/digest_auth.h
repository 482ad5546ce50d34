// The server's side of HTTP Digest (RFC 7616), MD5 or SHA-256, qop=auth.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "simulators/wire.h"

namespace coffre::simulator {

enum class DigestResult { absent, right, wrong, stale };

// Thread-safe.
class DigestAuth {
 public:
  explicit DigestAuth(std::uint64_t seed) : seed_(seed) {}

  // The value of a WWW-Authenticate header, with a new nonce.
  std::string challenge(std::string_view realm, std::string_view algorithm, std::string_view extra = {});
  DigestResult check(const HttpRequest& request, std::string_view user, std::string_view password) const;

 private:
  [[nodiscard]] std::string nonce_of(std::uint64_t number) const;

  std::uint64_t seed_;
  std::atomic<std::uint64_t> issued_{0};
};

}  // namespace coffre::simulator
