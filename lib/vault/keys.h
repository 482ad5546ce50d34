// The keys of the house: who can read (X25519), who vouches (Ed25519). Hierarchy: schemas/key-files.md.
//
// Secrets live in SecretBytes and never leave except through vault/key_files.h. Public keys and key ids are plain
// arrays of raw bytes. A key id (`rid`, `sid`) is 8 bytes and opaque: the only thing about a key that files show.
// Threads: const functions may be called from several threads at once.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/hash.h"
#include "base/secret.h"

namespace coffre {

using PublicKey = std::array<std::uint8_t, 32>;  // X25519 or Ed25519, as the context says
using Signature = std::array<std::uint8_t, 64>;  // Ed25519
using KeyId = std::array<std::uint8_t, 8>;

inline constexpr std::size_t kSecretKeySize = 32;  // X25519 secret, Ed25519 seed, file key, KEK, DEDUP

// What a reader may see. The numbers are those of a stanza.
enum class Scope : std::uint8_t {
  full = 1,  // everything
  meta = 2,  // header and metadata record only
};

std::string_view to_string(Scope scope);  // "full", "meta"

// First 8 bytes of SHA-256("VBK1 recipient key id" || key) / SHA-256("VBK1 signer key id" || key).
KeyId recipient_id(const PublicKey& key);
KeyId signer_id(const PublicKey& key);
std::string to_hex(const KeyId& id);

// Who a file is sealed to. Ordered by value.
struct Recipient {
  Scope scope = Scope::full;
  PublicKey key{};
  std::string role;  // "op", "drill", "recovery", "catalog", ...; [a-z0-9-]{0,32}; for people and evidence only

  [[nodiscard]] KeyId id() const { return recipient_id(key); }
  auto operator<=>(const Recipient&) const = default;
};

// The secret that opens what was sealed to its Recipient. Move-only.
class Identity {
 public:
  static Identity generate(Scope scope);
  // From 32 bytes; throws Error(usage) for another size, and for a secret whose public key would be useless.
  static Identity from_secret(Scope scope, SecretBytes secret);

  [[nodiscard]] Scope scope() const { return scope_; }
  [[nodiscard]] const PublicKey& public_key() const { return public_key_; }
  [[nodiscard]] KeyId id() const { return recipient_id(public_key_); }
  [[nodiscard]] Recipient recipient() const { return {scope_, public_key_, {}}; }
  [[nodiscard]] Identity clone() const;
  [[nodiscard]] const SecretBytes& secret() const { return secret_; }

 private:
  Identity(Scope scope, SecretBytes secret, const PublicKey& public_key);
  Scope scope_;
  SecretBytes secret_;
  PublicKey public_key_;
};

// What is signed: the labels keep a signature made for one purpose from counting for another.
enum class SignatureUse { header, file, recipients_list, signers_list };

// Ed25519 over "VBK1 " || use || " signature" || hash, use = "header", "file", "recipients list", "signers list".
[[nodiscard]] bool verify_signature(const PublicKey& key, SignatureUse use, const Digest& hash,
                                    const Signature& signature);

// An Ed25519 key pair: the daemon's signing key, or the installation's root. Move-only.
class SigningKey {
 public:
  static SigningKey generate();
  // From the 32-byte seed; throws Error(usage) for another size.
  static SigningKey from_seed(SecretBytes seed);

  [[nodiscard]] const PublicKey& public_key() const { return public_key_; }
  [[nodiscard]] KeyId id() const { return signer_id(public_key_); }
  [[nodiscard]] Signature sign(SignatureUse use, const Digest& hash) const;
  [[nodiscard]] SigningKey clone() const;
  [[nodiscard]] SecretBytes seed() const;

 private:
  SigningKey(SecretBytes secret_key, const PublicKey& public_key);
  SecretBytes secret_key_;  // seed || public key, as libsodium keeps it
  PublicKey public_key_;
};

// Another type, so that nobody signs a backup with the root key.
struct RootKey {
  SigningKey key;
};

}  // namespace coffre
