// AES-256-GCM, the cipher alone: the only place of the house that calls OpenSSL for it.
//
// Key 32 bytes, nonce 12, tag always 16 (OpenSSL itself would accept shorter ones). One object, one key, many
// messages; a nonce must never be used twice under one key. Threads: one thread per object.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "base/bytes.h"
#include "base/secret.h"

namespace coffre {

inline constexpr std::size_t kGcmKeySize = 32;
inline constexpr std::size_t kGcmNonceSize = 12;
inline constexpr std::size_t kGcmTagSize = 16;

using GcmNonce = std::array<std::uint8_t, kGcmNonceSize>;

class GcmSealer {
 public:
  explicit GcmSealer(const SecretBytes& key);  // Error(internal) unless 32 bytes
  GcmSealer(GcmSealer&&) noexcept;
  GcmSealer& operator=(GcmSealer&&) noexcept;
  ~GcmSealer();
  // Ciphertext and tag into `out`, which has exactly plaintext.size() + 16 bytes and does not overlap `plaintext`.
  void seal(const GcmNonce& nonce, ByteView aad, ByteView plaintext, ByteSpan out);

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

class GcmOpener {
 public:
  explicit GcmOpener(const SecretBytes& key);
  GcmOpener(GcmOpener&&) noexcept;
  GcmOpener& operator=(GcmOpener&&) noexcept;
  ~GcmOpener();
  // `sealed` ends with the tag; `out` has exactly sealed.size() - 16 bytes and does not overlap. False, with `out`
  // wiped, when the message is not genuine; also when it is shorter than a tag.
  [[nodiscard]] bool open(const GcmNonce& nonce, ByteView aad, ByteView sealed, ByteSpan out);

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace coffre
