#include "vault/wrap.h"

#include <sodium.h>

#include <algorithm>

#include "base/error.h"
#include "base/translate.h"
#include "vault/keys.h"

namespace coffre {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kNonceSize = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagSize = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(kWrapOverhead == 1 + kNonceSize + kTagSize);

std::string aad_of(const WrapPlace& place) {
  const bool unclear =
      place.table.find('|') != std::string_view::npos || place.column.find('|') != std::string_view::npos;
  if (unclear) throw Error(ErrorCode::internal, "wrapping a secret", "a table or column name contains '|'");
  std::string aad(place.table);
  aad += '|';
  aad += place.column;
  aad += '|';
  aad += place.row;
  return aad;
}

void require_key(const SecretBytes& key) {
  if (key.size() != kSecretKeySize) throw Error(ErrorCode::internal, "wrapping a secret", "the key has not 32 bytes");
}

}  // namespace

Bytes wrap_secret(const SecretBytes& kek, const WrapPlace& place, const SecretBytes& secret) {
  require_key(kek);
  const std::string aad = aad_of(place);
  Bytes out(kWrapOverhead + secret.size());
  out[0] = kVersion;
  const ByteSpan nonce = ByteSpan(out).subspan(1, kNonceSize);
  randombytes_buf(nonce.data(), nonce.size());
  const ByteView plain = secret.reveal_bytes();
  crypto_aead_xchacha20poly1305_ietf_encrypt(out.data() + 1 + kNonceSize, nullptr, plain.data(), plain.size(),
                                             as_bytes(aad).data(), aad.size(), nullptr, nonce.data(),
                                             kek.reveal_bytes().data());
  return out;
}

SecretBytes unwrap_secret(const SecretBytes& kek, const WrapPlace& place, ByteView wrapped) {
  require_key(kek);
  const std::string aad = aad_of(place);
  const auto fail = [] {
    throw Error(ErrorCode::no_key, tr("opening a stored secret"), tr("it was not stored here with this server's key"),
                tr("Store it again with backupd secret set"));
  };
  if (wrapped.size() < kWrapOverhead || wrapped[0] != kVersion) fail();
  const ByteView nonce = wrapped.subspan(1, kNonceSize);
  const ByteView sealed = wrapped.subspan(1 + kNonceSize);
  SecretBytes secret = SecretBytes::zeroed(wrapped.size() - kWrapOverhead);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(secret.reveal_writable().data(), nullptr, nullptr, sealed.data(),
                                                 sealed.size(), as_bytes(aad).data(), aad.size(), nonce.data(),
                                                 kek.reveal_bytes().data()) != 0) {
    fail();
  }
  return secret;
}

SecretString unwrap_text(const SecretBytes& kek, const WrapPlace& place, ByteView wrapped) {
  const SecretBytes secret = unwrap_secret(kek, place, wrapped);
  return SecretString::copy_of(as_text(secret.reveal_bytes()));
}

Digest dedup_tag(const SecretBytes& dedup_key, ByteView content) {
  require_key(dedup_key);
  return hmac_sha256(dedup_key.reveal_bytes(), content);
}

}  // namespace coffre
