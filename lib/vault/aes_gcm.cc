#include "vault/aes_gcm.h"

#include <openssl/evp.h>

#include <climits>
#include <utility>

#include "base/error.h"

namespace coffre {
namespace {

[[noreturn]] void fail(const char* what) {
  throw Error(ErrorCode::internal, "AES-256-GCM", what);
}

void require(int result) {
  if (result != 1) fail("OpenSSL refused the operation");
}

int to_int(std::size_t size) {
  if (size > static_cast<std::size_t>(INT_MAX)) fail("the message is too long");
  return static_cast<int>(size);
}

// Fetched once: looking the algorithm up again for each message costs more than a small message.
const EVP_CIPHER* algorithm() {
  static EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  return cipher;
}

// Owns a cipher context with its key set; only the nonce changes from message to message.
class KeyedContext {
 public:
  using Init = int (*)(EVP_CIPHER_CTX*, const EVP_CIPHER*, ENGINE*, const unsigned char*, const unsigned char*);

  KeyedContext(const SecretBytes& key, Init init) : context_(EVP_CIPHER_CTX_new()) {
    if (key.size() != kGcmKeySize || context_ == nullptr || algorithm() == nullptr ||
        init(context_, algorithm(), nullptr, key.reveal_bytes().data(), nullptr) != 1) {
      EVP_CIPHER_CTX_free(context_);
      fail("cannot set the key");
    }
  }
  KeyedContext(const KeyedContext&) = delete;
  KeyedContext& operator=(const KeyedContext&) = delete;
  ~KeyedContext() { EVP_CIPHER_CTX_free(context_); }  // wipes the key schedule
  [[nodiscard]] EVP_CIPHER_CTX* get() const { return context_; }

 private:
  EVP_CIPHER_CTX* context_;
};

}  // namespace

struct GcmSealer::Context : KeyedContext {
  explicit Context(const SecretBytes& key) : KeyedContext(key, EVP_EncryptInit_ex) {}
};

GcmSealer::GcmSealer(const SecretBytes& key) : context_(std::make_unique<Context>(key)) {}
GcmSealer::GcmSealer(GcmSealer&&) noexcept = default;
GcmSealer& GcmSealer::operator=(GcmSealer&&) noexcept = default;
GcmSealer::~GcmSealer() = default;

void GcmSealer::seal(const GcmNonce& nonce, ByteView aad, ByteView plaintext, ByteSpan out) {
  if (out.size() != plaintext.size() + kGcmTagSize) fail("the output has the wrong size");
  EVP_CIPHER_CTX* const context = context_->get();
  int written = 0;
  require(EVP_EncryptInit_ex(context, nullptr, nullptr, nullptr, nonce.data()));
  if (!aad.empty()) require(EVP_EncryptUpdate(context, nullptr, &written, aad.data(), to_int(aad.size())));
  if (!plaintext.empty()) {
    require(EVP_EncryptUpdate(context, out.data(), &written, plaintext.data(), to_int(plaintext.size())));
  }
  const ByteSpan tag = out.last(kGcmTagSize);
  require(EVP_EncryptFinal_ex(context, tag.data(), &written));  // writes nothing: GCM has no blocks left over
  require(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, static_cast<int>(kGcmTagSize), tag.data()));
}

struct GcmOpener::Context : KeyedContext {
  explicit Context(const SecretBytes& key) : KeyedContext(key, EVP_DecryptInit_ex) {}
};

GcmOpener::GcmOpener(const SecretBytes& key) : context_(std::make_unique<Context>(key)) {}
GcmOpener::GcmOpener(GcmOpener&&) noexcept = default;
GcmOpener& GcmOpener::operator=(GcmOpener&&) noexcept = default;
GcmOpener::~GcmOpener() = default;

bool GcmOpener::open(const GcmNonce& nonce, ByteView aad, ByteView sealed, ByteSpan out) {
  if (sealed.size() < kGcmTagSize) {
    wipe(out.data(), out.size());
    return false;
  }
  const ByteView ciphertext = sealed.first(sealed.size() - kGcmTagSize);
  if (out.size() != ciphertext.size()) fail("the output has the wrong size");

  EVP_CIPHER_CTX* const context = context_->get();
  std::array<std::uint8_t, kGcmTagSize> tag{};
  std::copy(sealed.end() - kGcmTagSize, sealed.end(), tag.begin());
  int written = 0;
  require(EVP_DecryptInit_ex(context, nullptr, nullptr, nullptr, nonce.data()));
  if (!aad.empty()) require(EVP_DecryptUpdate(context, nullptr, &written, aad.data(), to_int(aad.size())));
  // From here on `out` holds plaintext that nobody has vouched for.
  bool genuine = ciphertext.empty() ||
                 EVP_DecryptUpdate(context, out.data(), &written, ciphertext.data(), to_int(ciphertext.size())) == 1;
  genuine =
      genuine && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, static_cast<int>(kGcmTagSize), tag.data()) == 1;
  std::array<std::uint8_t, kGcmTagSize> nothing{};
  genuine = genuine && EVP_DecryptFinal_ex(context, nothing.data(), &written) == 1;
  if (!genuine) wipe(out.data(), out.size());
  return genuine;
}

}  // namespace coffre
