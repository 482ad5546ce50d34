// Bytes, and the few conversions that formats need.
//
// Integers are unsigned and big-endian unless a name says otherwise. Hex is lower case; reading accepts lower case
// only, so that one value has one text.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace coffre {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;
using ByteSpan = std::span<std::uint8_t>;

// The bytes of a text, without copying; valid as long as the text.
ByteView as_bytes(std::string_view text);
// The text in the bytes, without copying; may hold NUL or invalid UTF-8.
std::string_view as_text(ByteView bytes);

std::string to_hex(ByteView bytes);
// Exactly two lower-case digits a byte; nullopt for anything else.
std::optional<Bytes> from_hex(std::string_view text);
// As from_hex, and the result must fill `out` exactly. False leaves `out` unspecified.
[[nodiscard]] bool from_hex_exact(std::string_view text, ByteSpan out);

// The value in the first 4 / 8 bytes; the caller has checked the length.
std::uint32_t load_u32(ByteView bytes);
std::uint64_t load_u64(ByteView bytes);
void store_u32(ByteSpan out, std::uint32_t value);
void store_u64(ByteSpan out, std::uint64_t value);

void append(Bytes& out, ByteView more);
[[nodiscard]] bool equal(ByteView a, ByteView b);

}  // namespace coffre
