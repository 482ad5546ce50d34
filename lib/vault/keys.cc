#include "vault/keys.h"

#include <sodium.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/translate.h"

namespace coffre {
namespace {

static_assert(crypto_scalarmult_SCALARBYTES == kSecretKeySize && crypto_sign_SEEDBYTES == kSecretKeySize);
static_assert(crypto_sign_BYTES == sizeof(Signature) && crypto_sign_PUBLICKEYBYTES == sizeof(PublicKey));

KeyId key_id(std::string_view label, const PublicKey& key) {
  Bytes input(label.begin(), label.end());
  append(input, ByteView(key));
  const Digest digest = sha256(input);
  KeyId id{};
  std::copy_n(digest.begin(), id.size(), id.begin());
  return id;
}

std::string_view name_of(SignatureUse use) {
  switch (use) {
    case SignatureUse::header:
      return "header";
    case SignatureUse::file:
      return "file";
    case SignatureUse::recipients_list:
      return "recipients list";
    case SignatureUse::signers_list:
      return "signers list";
  }
  return "";
}

Bytes signed_message(SignatureUse use, const Digest& hash) {
  Bytes message;
  append(message, as_bytes("VBK1 "));
  append(message, as_bytes(name_of(use)));
  append(message, as_bytes(" signature"));
  append(message, ByteView(hash));
  return message;
}

[[noreturn]] void fail_size() {
  throw Error(ErrorCode::usage, tr("reading a key"), tr("a secret key has exactly 32 bytes"));
}

}  // namespace

std::string_view to_string(Scope scope) {
  return scope == Scope::full ? "full" : "meta";
}

KeyId recipient_id(const PublicKey& key) {
  return key_id("VBK1 recipient key id", key);
}
KeyId signer_id(const PublicKey& key) {
  return key_id("VBK1 signer key id", key);
}
std::string to_hex(const KeyId& id) {
  return to_hex(ByteView(id));
}

Identity::Identity(Scope scope, SecretBytes secret, const PublicKey& public_key)
    : scope_(scope), secret_(std::move(secret)), public_key_(public_key) {}

Identity Identity::generate(Scope scope) {
  return from_secret(scope, SecretBytes::random(kSecretKeySize));
}

Identity Identity::from_secret(Scope scope, SecretBytes secret) {
  if (secret.size() != kSecretKeySize) fail_size();
  PublicKey public_key{};
  if (crypto_scalarmult_base(public_key.data(), secret.reveal_bytes().data()) != 0) {
    throw Error(ErrorCode::usage, tr("reading a key"), tr("this secret cannot be a key"));
  }
  return {scope, std::move(secret), public_key};
}

Identity Identity::clone() const {
  return {scope_, secret_.clone(), public_key_};
}

bool verify_signature(const PublicKey& key, SignatureUse use, const Digest& hash, const Signature& signature) {
  const Bytes message = signed_message(use, hash);
  return crypto_sign_verify_detached(signature.data(), message.data(), message.size(), key.data()) == 0;
}

SigningKey::SigningKey(SecretBytes secret_key, const PublicKey& public_key)
    : secret_key_(std::move(secret_key)), public_key_(public_key) {}

SigningKey SigningKey::generate() {
  return from_seed(SecretBytes::random(kSecretKeySize));
}

SigningKey SigningKey::from_seed(SecretBytes seed) {
  if (seed.size() != kSecretKeySize) fail_size();
  SecretBytes secret_key = SecretBytes::zeroed(crypto_sign_SECRETKEYBYTES);
  PublicKey public_key{};
  crypto_sign_seed_keypair(public_key.data(), secret_key.reveal_writable().data(), seed.reveal_bytes().data());
  return {std::move(secret_key), public_key};
}

Signature SigningKey::sign(SignatureUse use, const Digest& hash) const {
  const Bytes message = signed_message(use, hash);
  Signature signature{};
  crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(), secret_key_.reveal_bytes().data());
  return signature;
}

SigningKey SigningKey::clone() const {
  return {secret_key_.clone(), public_key_};
}

SecretBytes SigningKey::seed() const {
  return SecretBytes::copy_of(secret_key_.reveal_bytes().first(kSecretKeySize));
}

}  // namespace coffre
