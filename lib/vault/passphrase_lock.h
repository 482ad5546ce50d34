// A 32-byte secret locked by a passphrase: Argon2id (64 MiB, 3 passes) and XChaCha20-Poly1305 (schemas/key-files.md).
// Inner part of vault/key_files.h. `purpose` is authenticated: a locked secret opens only as what it was locked as.
// Threads: pure functions; each call takes 64 MiB for about 0.15 s.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/secret.h"

namespace coffre {

inline constexpr std::size_t kLockSaltSize = 16;
inline constexpr std::size_t kLockedSize = kLockSaltSize + 32 + 16;
// The word that stands for these parameters in a key file.
inline constexpr std::string_view kLockName = "argon2id-64m-3";

using LockedBytes = std::array<std::uint8_t, kLockedSize>;  // salt 16 || ciphertext 32 || tag 16

// Error(usage) for an empty passphrase, Error(internal) for a secret that has not 32 bytes.
LockedBytes lock_secret(const SecretBytes& secret, const SecretString& passphrase, std::string_view purpose);
// Error(no_key) for a wrong passphrase, another purpose or changed bytes.
SecretBytes unlock_secret(const LockedBytes& locked, const SecretString& passphrase, std::string_view purpose);

}  // namespace coffre
