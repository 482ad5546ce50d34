// SHA-256 and HMAC-SHA-256 (OpenSSL). A Digest of a .bak is its field G2 (schemas/bak-format.md).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "base/bytes.h"

namespace coffre {

using Digest = std::array<std::uint8_t, 32>;

// Streaming SHA-256. Movable; one thread at a time.
class Sha256 {
 public:
  Sha256();
  Sha256(Sha256&& other) noexcept;
  Sha256& operator=(Sha256&& other) noexcept;
  ~Sha256();

  void update(ByteView bytes);
  // The digest of everything so far; more may be added afterwards.
  [[nodiscard]] Digest digest() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

Digest sha256(ByteView bytes);
Digest hmac_sha256(ByteView key, ByteView message);

std::string to_hex(const Digest& digest);
// 64 lower-case hex digits; throws Error(damaged) otherwise. `what` names the field for the message.
Digest digest_from_hex(std::string_view text, std::string_view what);

}  // namespace coffre
