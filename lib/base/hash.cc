#include "base/hash.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <string>
#include <utility>

#include "base/error.h"

namespace coffre {
namespace {

void require(int result) {
  if (result != 1) throw Error(ErrorCode::internal, "computing a SHA-256", "OpenSSL refused the operation");
}

// Fetched once: EVP_sha256() would look the algorithm up again at each start of a digest.
const EVP_MD* sha256_algorithm() {
  static EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return algorithm;
}

}  // namespace

struct Sha256::State {
  struct Free {
    void operator()(EVP_MD_CTX* made) const noexcept { EVP_MD_CTX_free(made); }
  };
  std::unique_ptr<EVP_MD_CTX, Free> context{EVP_MD_CTX_new()};
  State() { require(EVP_DigestInit_ex(context.get(), sha256_algorithm(), nullptr)); }
};

Sha256::Sha256() : state_(std::make_unique<State>()) {}
Sha256::Sha256(Sha256&& other) noexcept = default;
Sha256& Sha256::operator=(Sha256&& other) noexcept = default;
Sha256::~Sha256() = default;

void Sha256::update(ByteView bytes) {
  require(EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()));
}

Digest Sha256::digest() const {
  State copy;
  require(EVP_MD_CTX_copy_ex(copy.context.get(), state_->context.get()));
  Digest digest{};
  require(EVP_DigestFinal_ex(copy.context.get(), digest.data(), nullptr));
  return digest;
}

Digest sha256(ByteView bytes) {
  Digest digest{};
  require(EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, sha256_algorithm(), nullptr));
  return digest;
}

Digest hmac_sha256(ByteView key, ByteView message) {
  // OpenSSL takes a null pointer for "no key set", which an empty key is not.
  static constexpr std::uint8_t kNothing = 0;
  Digest digest{};
  unsigned int length = 0;
  const auto* result = HMAC(sha256_algorithm(), key.empty() ? &kNothing : key.data(), static_cast<int>(key.size()),
                            message.empty() ? &kNothing : message.data(), message.size(), digest.data(), &length);
  require(result != nullptr && length == digest.size() ? 1 : 0);
  return digest;
}

std::string to_hex(const Digest& digest) {
  return to_hex(ByteView(digest));
}

Digest digest_from_hex(std::string_view text, std::string_view what) {
  Digest digest{};
  if (!from_hex_exact(text, digest)) {
    throw Error(ErrorCode::damaged, "reading " + std::string(what), "not 64 lower-case hex digits");
  }
  return digest;
}

}  // namespace coffre
