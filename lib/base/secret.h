// Keys and passwords in locked, guarded memory (libsodium), and buffers for configuration in clear.
//
// SecretBytes and SecretString are move-only, wiped when they die, and cannot be printed or compared by accident.
// Getting at the content is a call named `reveal...`; tests/checks/slips lists the files that may make it.
// A moved-from secret is empty. Allocation failure throws Error(internal). Threads: like any value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace coffre {

class SecretBytes {
 public:
  SecretBytes() = default;                      // empty
  static SecretBytes zeroed(std::size_t size);  // `size` zero bytes, to be filled in place
  static SecretBytes random(std::size_t size);  // from the system's generator
  static SecretBytes copy_of(ByteView bytes);   // the caller wipes the original

  SecretBytes(SecretBytes&& other) noexcept;
  SecretBytes& operator=(SecretBytes&& other) noexcept;  // wipes what was held
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  ~SecretBytes();

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] SecretBytes clone() const;
  // Constant time for equal sizes.
  [[nodiscard]] bool equals(const SecretBytes& other) const;

  [[nodiscard]] ByteView reveal_bytes() const { return {data_, size_}; }
  [[nodiscard]] ByteSpan reveal_writable() { return {data_, size_}; }

 private:
  explicit SecretBytes(std::size_t size);
  void release() noexcept;

  std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
};

class SecretString {
 public:
  SecretString() = default;
  static SecretString copy_of(std::string_view text);  // the caller wipes the original
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  [[nodiscard]] bool empty() const { return bytes_.empty(); }
  [[nodiscard]] SecretString clone() const;
  [[nodiscard]] bool equals(const SecretString& other) const { return bytes_.equals(other.bytes_); }
  [[nodiscard]] std::string_view reveal_text() const { return as_text(bytes_.reveal_bytes()); }

 private:
  SecretBytes bytes_;
};

// Overwrites memory in a way that the compiler keeps.
void wipe(void* data, std::size_t size) noexcept;
// The whole capacity (a longer text may have stood there before), and empties it; the block stays allocated.
void wipe(std::string& text) noexcept;
void wipe(Bytes& bytes) noexcept;

// Wipes every block before giving it back: for configuration in clear, which is protected process-wide
// (os/process_guard.h) rather than page by page.
template <typename T>
struct WipingAllocator {
  using value_type = T;
  WipingAllocator() = default;
  template <typename U>
  explicit WipingAllocator(const WipingAllocator<U>& /*other*/) noexcept {}
  T* allocate(std::size_t count) { return std::allocator<T>{}.allocate(count); }
  void deallocate(T* data, std::size_t count) noexcept {
    wipe(data, count * sizeof(T));
    std::allocator<T>{}.deallocate(data, count);
  }
  friend bool operator==(const WipingAllocator& /*a*/, const WipingAllocator& /*b*/) { return true; }
};

using ClearBytes = std::vector<std::uint8_t, WipingAllocator<std::uint8_t>>;

}  // namespace coffre
