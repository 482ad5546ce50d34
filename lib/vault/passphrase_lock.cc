#include "vault/passphrase_lock.h"

#include <sodium.h>

#include <algorithm>
#include <string>

#include "base/bytes.h"
#include "base/error.h"
#include "base/translate.h"
#include "vault/keys.h"

namespace coffre {
namespace {

constexpr unsigned long long kPasses = 3;
constexpr std::size_t kMemoryBytes = std::size_t{64} * 1024 * 1024;
constexpr std::size_t kKeySize = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
constexpr std::size_t kNonceSize = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
static_assert(kLockSaltSize == crypto_pwhash_argon2id_SALTBYTES);
static_assert(kLockedSize == kLockSaltSize + kSecretKeySize + crypto_aead_xchacha20poly1305_ietf_ABYTES);

// Key and nonce together: both are new with every salt, so the nonce need not be stored (nor typed).
SecretBytes derive(const SecretString& passphrase, ByteView salt) {
  SecretBytes out = SecretBytes::zeroed(kKeySize + kNonceSize);
  const std::string_view text = passphrase.reveal_text();
  if (crypto_pwhash_argon2id(out.reveal_writable().data(), out.size(), text.data(), text.size(), salt.data(), kPasses,
                             kMemoryBytes, crypto_pwhash_argon2id_ALG_ARGON2ID13) != 0) {
    throw Error(ErrorCode::internal, "deriving a key from a passphrase", "64 MiB of memory are not available");
  }
  return out;
}

std::string aad_of(std::string_view purpose) {
  std::string aad = "VBK1 locked ";
  aad += purpose;
  return aad;
}

}  // namespace

LockedBytes lock_secret(const SecretBytes& secret, const SecretString& passphrase, std::string_view purpose) {
  if (passphrase.empty()) throw Error(ErrorCode::usage, tr("locking a key"), tr("the passphrase is empty"));
  if (secret.size() != kSecretKeySize) throw Error(ErrorCode::internal, "locking a key", "it has not 32 bytes");
  LockedBytes out{};
  randombytes_buf(out.data(), kLockSaltSize);
  const SecretBytes derived = derive(passphrase, ByteView(out).first(kLockSaltSize));
  const ByteView key = derived.reveal_bytes();
  const std::string aad = aad_of(purpose);
  crypto_aead_xchacha20poly1305_ietf_encrypt(out.data() + kLockSaltSize, nullptr, secret.reveal_bytes().data(),
                                             secret.size(), as_bytes(aad).data(), aad.size(), nullptr,
                                             key.subspan(kKeySize).data(), key.data());
  return out;
}

SecretBytes unlock_secret(const LockedBytes& locked, const SecretString& passphrase, std::string_view purpose) {
  const SecretBytes derived = derive(passphrase, ByteView(locked).first(kLockSaltSize));
  const ByteView key = derived.reveal_bytes();
  const ByteView box = ByteView(locked).subspan(kLockSaltSize);
  const std::string aad = aad_of(purpose);
  SecretBytes secret = SecretBytes::zeroed(kSecretKeySize);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(secret.reveal_writable().data(), nullptr, nullptr, box.data(),
                                                 box.size(), as_bytes(aad).data(), aad.size(),
                                                 key.subspan(kKeySize).data(), key.data()) != 0) {
    throw Error(ErrorCode::no_key, tr("unlocking a key"),
                tr("the passphrase is wrong, or the key was not typed exactly"),
                tr("Try again; blanks and capital letters count"));
  }
  return secret;
}

}  // namespace coffre
