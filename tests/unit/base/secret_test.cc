#include "base/secret.h"

#include <sys/mman.h>
#include <unistd.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <new>
#include <type_traits>
#include <utility>

namespace {

// The block under watch, and what it held when it was given back; used by the replaced operator delete below.
void* g_watched = nullptr;
std::size_t g_watched_size = 0;
bool g_released = false;
bool g_clean = false;

void inspect(void* block) noexcept {
  if (block == nullptr || block != g_watched) return;
  const auto* bytes = static_cast<const unsigned char*>(block);
  g_clean = std::all_of(bytes, bytes + g_watched_size, [](unsigned char byte) { return byte == 0; });
  g_released = true;
  g_watched = nullptr;
}

void watch(void* block, std::size_t size) {
  g_watched = block;
  g_watched_size = size;
  g_released = false;
  g_clean = false;
}

}  // namespace

// Replaced for this test program, to see memory at the moment when it is given back.
void* operator new(std::size_t size) {
  if (void* const block = std::malloc(std::max<std::size_t>(size, 1))) return block;
  throw std::bad_alloc();
}
// The sanitizers bring their own of each form: those that our operator delete ends must be replaced together.
void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
  return std::malloc(std::max<std::size_t>(size, 1));
}
void operator delete(void* block) noexcept {
  inspect(block);
  std::free(block);
}
void operator delete(void* block, std::size_t /*size*/) noexcept {
  inspect(block);
  std::free(block);
}

namespace coffre {
namespace {

constexpr std::string_view kPassword = "correct horse battery staple";

// Whether the page of that address is still part of our memory.
bool is_mapped(const void* address) {
  const auto page_size = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  const std::uintptr_t page = reinterpret_cast<std::uintptr_t>(address) & ~(page_size - 1);
  unsigned char resident = 0;
  return mincore(reinterpret_cast<void*>(page), 1, &resident) == 0 || errno != ENOMEM;
}

TEST_CASE("the watcher of given-back memory sees content that was not wiped") {
  auto* const plain = new Bytes(64, 0xAB);
  watch(plain->data(), plain->size());
  delete plain;
  CHECK(g_released);
  CHECK_FALSE(g_clean);
}

TEST_CASE("a secret cannot be copied") {
  STATIC_REQUIRE_FALSE(std::is_copy_constructible_v<SecretBytes>);
  STATIC_REQUIRE_FALSE(std::is_copy_assignable_v<SecretBytes>);
  STATIC_REQUIRE_FALSE(std::is_copy_constructible_v<SecretString>);
  STATIC_REQUIRE_FALSE(std::is_copy_assignable_v<SecretString>);
  STATIC_REQUIRE(std::is_nothrow_move_constructible_v<SecretString>);
}

TEST_CASE("secrets are made empty, zeroed, random or from bytes") {
  CHECK(SecretBytes().empty());
  CHECK(SecretBytes::zeroed(0).empty());
  CHECK(to_hex(SecretBytes::zeroed(4).reveal_bytes()) == "00000000");
  CHECK(to_hex(SecretBytes::copy_of(Bytes{1, 2, 3}).reveal_bytes()) == "010203");
  CHECK(SecretBytes::copy_of({}).empty());
  CHECK(SecretBytes::random(32).size() == 32);
  CHECK_FALSE(SecretBytes::random(32).equals(SecretBytes::random(32)));
  CHECK(SecretString::copy_of(kPassword).reveal_text() == kPassword);
  CHECK(SecretString().reveal_text().empty());
}

TEST_CASE("secrets are compared by content and length") {
  const SecretBytes secret = SecretBytes::copy_of(Bytes{1, 2, 3});
  CHECK(secret.equals(secret.clone()));
  CHECK_FALSE(secret.equals(SecretBytes::copy_of(Bytes{1, 2, 4})));
  CHECK_FALSE(secret.equals(SecretBytes::copy_of(Bytes{1, 2})));
  CHECK_FALSE(secret.equals(SecretBytes()));
  CHECK(SecretBytes().equals(SecretBytes()));
  CHECK(SecretString::copy_of("a").equals(SecretString::copy_of("a")));
  CHECK_FALSE(SecretString::copy_of("a").equals(SecretString::copy_of("b")));
}

TEST_CASE("a clone is another memory with the same content") {
  SecretBytes secret = SecretBytes::copy_of(Bytes{1, 2, 3});
  const SecretBytes clone = secret.clone();
  secret.reveal_writable()[0] = 9;
  CHECK(to_hex(clone.reveal_bytes()) == "010203");
  CHECK(to_hex(secret.reveal_bytes()) == "090203");
  CHECK(SecretString::copy_of(kPassword).clone().reveal_text() == kPassword);
}

TEST_CASE("moving takes the content and leaves nothing") {
  SecretBytes from = SecretBytes::copy_of(Bytes{1, 2, 3});
  const std::uint8_t* const memory = from.reveal_bytes().data();
  const SecretBytes to = std::move(from);
  CHECK(to.reveal_bytes().data() == memory);
  CHECK(from.empty());  // NOLINT(bugprone-use-after-move): the documented state
  CHECK(from.reveal_bytes().empty());
}

TEST_CASE("memory of a secret is given back to the system when it dies or is assigned to") {
  SecretBytes held = SecretBytes::copy_of(as_bytes(kPassword));
  const void* const old_memory = held.reveal_bytes().data();
  SecretBytes other = SecretBytes::copy_of(Bytes{7});
  REQUIRE(is_mapped(old_memory));
  held = std::move(other);
  CHECK_FALSE(is_mapped(old_memory));  // sodium_free wipes, then unmaps
  CHECK(to_hex(held.reveal_bytes()) == "07");
  CHECK(other.empty());  // NOLINT(bugprone-use-after-move)

  const void* dead_memory = nullptr;
  {
    const SecretString secret = SecretString::copy_of(kPassword);
    dead_memory = secret.reveal_text().data();
    REQUIRE(is_mapped(dead_memory));
  }
  CHECK_FALSE(is_mapped(dead_memory));
}

TEST_CASE("a secret that is moved onto itself keeps its content") {
  SecretBytes secret = SecretBytes::copy_of(Bytes{1, 2, 3});
  SecretBytes& same = secret;
  secret = std::move(same);
  CHECK(to_hex(secret.reveal_bytes()) == "010203");
}

TEST_CASE("wiping empties a text, also what a longer text left behind its end") {
  std::string text(kPassword);
  text.resize(5);
  const char* const memory = text.data();
  const std::size_t capacity = text.capacity();
  REQUIRE(capacity >= kPassword.size());
  wipe(text);
  CHECK(text.empty());
  REQUIRE(text.data() == memory);
  text.resize(capacity, '\0');
  CHECK(std::all_of(memory, memory + capacity, [](char c) { return c == '\0'; }));
}

TEST_CASE("a wiped text and wiped bytes are given back without their content") {
  {
    std::string text(kPassword);
    text.resize(1);
    watch(text.data(), text.capacity());
    wipe(text);
  }
  CHECK(g_released);
  CHECK(g_clean);
  {
    Bytes bytes(100, 0xAB);
    bytes.resize(1);
    watch(bytes.data(), bytes.capacity());
    wipe(bytes);
    CHECK(bytes.empty());
  }
  CHECK(g_released);
  CHECK(g_clean);
}

TEST_CASE("wiping nothing is allowed") {
  wipe(nullptr, 0);
  std::string text;
  wipe(text);
  Bytes bytes;
  wipe(bytes);
  CHECK((text.empty() && bytes.empty()));
}

TEST_CASE("clear bytes are wiped when they die") {
  {
    ClearBytes clear(300, 0xAB);
    watch(clear.data(), clear.capacity());
  }
  CHECK(g_released);
  CHECK(g_clean);
}

TEST_CASE("clear bytes are wiped when they grow out of their block, or are shrunk and then dropped") {
  ClearBytes clear(300, 0xAB);
  watch(clear.data(), clear.capacity());
  clear.resize(clear.capacity() + 1);
  CHECK(g_released);
  CHECK(g_clean);

  watch(clear.data(), clear.capacity());
  clear.clear();
  clear.shrink_to_fit();
  CHECK(g_released);
  CHECK(g_clean);
}

}  // namespace
}  // namespace coffre
