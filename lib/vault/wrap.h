// Small secrets at rest in the catalog (device passwords, TOTP seeds), and "has it changed since last time".
//
// XChaCha20-Poly1305-IETF under the KEK; the place (table, column, row) is authenticated, so that a value moved to
// another row does not open. Form: version 1 byte (1) || nonce 24 || ciphertext || tag 16. Threads: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/hash.h"
#include "base/secret.h"

namespace coffre {

// Where the value lies. `table` and `column` must not contain '|' (Error(internal)); aad = "table|column|row".
struct WrapPlace {
  std::string_view table;
  std::string_view column;
  std::string_view row;
};

inline constexpr std::size_t kWrapOverhead = 1 + 24 + 16;

// Error(internal) unless `kek` has 32 bytes.
Bytes wrap_secret(const SecretBytes& kek, const WrapPlace& place, const SecretBytes& secret);
// Error(no_key) when it does not open: another KEK, another place, or damage; nobody can tell which.
SecretBytes unwrap_secret(const SecretBytes& kek, const WrapPlace& place, ByteView wrapped);

SecretString unwrap_text(const SecretBytes& kek, const WrapPlace& place, ByteView wrapped);

// HMAC-SHA-256 under the DEDUP key, for the local database only: equal for equal content, and useless without the key.
Digest dedup_tag(const SecretBytes& dedup_key, ByteView content);

}  // namespace coffre
