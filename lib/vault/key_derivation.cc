#include "vault/key_derivation.h"

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <memory>
#include <string>

#include "base/error.h"
#include "vault/keys.h"

namespace coffre {
namespace {

constexpr std::size_t kInfoSizeTypical = 128;

struct FreeKdf {
  void operator()(EVP_KDF_CTX* context) const { EVP_KDF_CTX_free(context); }
};

EVP_KDF* algorithm() {
  static EVP_KDF* const kdf = EVP_KDF_fetch(nullptr, "HKDF", nullptr);
  return kdf;
}

}  // namespace

SecretBytes hkdf_expand(const SecretBytes& key, std::initializer_list<ByteView> info, std::size_t size) {
  if (key.size() != kSecretKeySize)
    throw Error(ErrorCode::internal, "deriving a key", "the input key has not 32 bytes");
  Bytes joined;
  joined.reserve(kInfoSizeTypical);
  for (const ByteView piece : info) append(joined, piece);

  const std::unique_ptr<EVP_KDF_CTX, FreeKdf> context(algorithm() == nullptr ? nullptr : EVP_KDF_CTX_new(algorithm()));
  // OSSL_PARAM takes a pointer to non-const, and EVP_KDF_derive only reads it (params(7)).
  auto* const input = const_cast<std::uint8_t*>(key.reveal_bytes().data());
  int mode = EVP_KDF_HKDF_MODE_EXPAND_ONLY;
  std::string digest = "SHA512";
  const OSSL_PARAM params[] = {OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
                               OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), digest.size()),
                               OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, input, key.size()),
                               OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, joined.data(), joined.size()),
                               OSSL_PARAM_construct_end()};
  SecretBytes out = SecretBytes::zeroed(size);
  if (context == nullptr || EVP_KDF_derive(context.get(), out.reveal_writable().data(), size, params) != 1) {
    throw Error(ErrorCode::internal, "deriving a key", "OpenSSL refused the operation");
  }
  return out;
}

SecretBytes derive_key(const SecretBytes& file_key, std::string_view purpose) {
  return hkdf_expand(file_key, {as_bytes("VBK1 "), as_bytes(purpose), as_bytes(" key")}, kSecretKeySize);
}

}  // namespace coffre
