#include "base/secret.h"

#include <sodium.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/error.h"

namespace coffre {
namespace {

void require_sodium() {
  if (sodium_init() < 0) throw Error(ErrorCode::internal, "starting libsodium", "sodium_init failed");
}

}  // namespace

SecretBytes::SecretBytes(std::size_t size) : size_(size) {
  require_sodium();
  if (size == 0) return;
  data_ = static_cast<std::uint8_t*>(sodium_malloc(size));
  if (data_ == nullptr) {
    size_ = 0;
    throw Error(ErrorCode::internal, "allocating locked memory", errno_text(errno),
                "Raise the limit of locked memory (LimitMEMLOCK, ulimit -l)");
  }
}

SecretBytes SecretBytes::zeroed(std::size_t size) {
  SecretBytes secret(size);
  if (size > 0) sodium_memzero(secret.data_, size);
  return secret;
}

SecretBytes SecretBytes::random(std::size_t size) {
  SecretBytes secret(size);
  if (size > 0) randombytes_buf(secret.data_, size);
  return secret;
}

SecretBytes SecretBytes::copy_of(ByteView bytes) {
  SecretBytes secret(bytes.size());
  std::copy(bytes.begin(), bytes.end(), secret.data_);
  return secret;
}

SecretBytes::SecretBytes(SecretBytes&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
  if (this == &other) return *this;
  release();
  data_ = std::exchange(other.data_, nullptr);
  size_ = std::exchange(other.size_, 0);
  return *this;
}

SecretBytes::~SecretBytes() {
  release();
}

void SecretBytes::release() noexcept {
  if (data_ != nullptr) sodium_free(data_);  // wipes first
  data_ = nullptr;
  size_ = 0;
}

SecretBytes SecretBytes::clone() const {
  return copy_of(reveal_bytes());
}

bool SecretBytes::equals(const SecretBytes& other) const {
  return size_ == other.size_ && (size_ == 0 || sodium_memcmp(data_, other.data_, size_) == 0);
}

SecretString SecretString::copy_of(std::string_view text) {
  SecretString secret;
  secret.bytes_ = SecretBytes::copy_of(as_bytes(text));
  return secret;
}

SecretString SecretString::clone() const {
  return copy_of(reveal_text());
}

void wipe(void* data, std::size_t size) noexcept {
  if (size > 0) sodium_memzero(data, size);
}

void wipe(std::string& text) noexcept {
  text.resize(text.capacity());  // never allocates
  wipe(text.data(), text.size());
  text.clear();
}

void wipe(Bytes& bytes) noexcept {
  bytes.resize(bytes.capacity());  // never allocates
  wipe(bytes.data(), bytes.size());
  bytes.clear();
}

}  // namespace coffre
