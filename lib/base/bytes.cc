#include "base/bytes.h"

#include <algorithm>

namespace coffre {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

int hex_value(char c) {
  const auto position = kHexDigits.find(c);
  return position == std::string_view::npos ? -1 : static_cast<int>(position);
}

}  // namespace

ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string to_hex(ByteView bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    text += kHexDigits[byte >> 4U];
    text += kHexDigits[byte & 0x0FU];
  }
  return text;
}

bool from_hex_exact(std::string_view text, ByteSpan out) {
  if (text.size() != out.size() * 2) return false;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const int high = hex_value(text[2 * i]);
    const int low = hex_value(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    out[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return true;
}

std::optional<Bytes> from_hex(std::string_view text) {
  Bytes bytes(text.size() / 2);
  if (!from_hex_exact(text, bytes)) return std::nullopt;
  return bytes;
}

std::uint32_t load_u32(ByteView bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = (value << 8U) | bytes[i];
  return value;
}

std::uint64_t load_u64(ByteView bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 8; ++i) value = (value << 8U) | bytes[i];
  return value;
}

void store_u32(ByteSpan out, std::uint32_t value) {
  for (std::size_t i = 4; i-- > 0; value >>= 8U) out[i] = static_cast<std::uint8_t>(value & 0xFFU);
}

void store_u64(ByteSpan out, std::uint64_t value) {
  for (std::size_t i = 8; i-- > 0; value >>= 8U) out[i] = static_cast<std::uint8_t>(value & 0xFFU);
}

void append(Bytes& out, ByteView more) {
  out.insert(out.end(), more.begin(), more.end());
}

bool equal(ByteView a, ByteView b) {
  return std::ranges::equal(a, b);
}

}  // namespace coffre
