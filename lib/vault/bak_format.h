// Where what lies in a .bak, format VBK1: schemas/bak-format.md. Layout only, no cryptography.
//
// Integers are unsigned and big-endian; sizes in bytes; times UTC Unix seconds. Encoders write exactly what decoders
// accept. Decoders throw refusal(category) and allocate at most one header region. Threads: values only.
//
//   A fixed header 104 | B stanzas 106 n | D metadata M | E header signature 64 |      <- header region, S bytes
//   F payload | G1 trailer 80 | G2 digest 32 | G3 file signature 64 | G4 end mark 8    <- tail, 184 bytes
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/hash.h"
#include "model/kind.h"
#include "vault/keys.h"

namespace coffre {

inline constexpr std::size_t kFixedHeaderSize = 104;
inline constexpr std::size_t kStanzaSize = 106;
inline constexpr std::size_t kBoxSize = 97;
inline constexpr std::size_t kSignatureSize = 64;
inline constexpr std::size_t kTrailerSize = 80;
inline constexpr std::size_t kDigestSize = 32;
inline constexpr std::size_t kEndMarkSize = 8;
inline constexpr std::size_t kTailSize = 184;
inline constexpr std::size_t kMaxStanzas = 16;
inline constexpr std::uint32_t kMinMetaLen = 73;     // a record of 1 byte
inline constexpr std::uint32_t kMaxMetaLen = 16455;  // a record of 16383 bytes
inline constexpr std::size_t kMaxHeaderRegion =
    kFixedHeaderSize + kMaxStanzas * kStanzaSize + kMaxMetaLen + kSignatureSize;
// One ranged read that always holds the whole header region.
inline constexpr std::size_t kHeaderReadSize = std::size_t{20} * 1024;
// Payload of one empty 4096-byte page, and the tail: the least that follows a header region.
inline constexpr std::uint64_t kMinAfterHeader = 4352;

using FileId = std::array<std::uint8_t, 16>;
using DeviceId = std::array<std::uint8_t, 16>;  // kinds 5-7: the installation's id

// Part A. A value that was decoded is within all bounds of the format.
struct FixedHeader {
  Kind kind = Kind::hebdo;
  std::uint8_t stanza_count = 1;  // 1..16
  std::uint32_t meta_len = 0;     // length of part D
  FileId file_id{};               // not zero
  DeviceId device_id{};           // not zero
  std::uint64_t device_seq = 0;   // 1..2^63-1
  Digest prev_digest{};           // zero exactly when device_seq is 1
  Instant created_at{};           // years 1970..9999
  KeyId signer_id{};
};

using FixedHeaderBytes = std::array<std::uint8_t, kFixedHeaderSize>;

FixedHeaderBytes encode(const FixedHeader& header);
// `bytes` begins at offset 0 of the file. E_SHORT, E_MAGIC, E_VERSION, E_SUITE, E_FIELD in this order.
FixedHeader decode_fixed_header(ByteView bytes);
// Why no correct file may have this header; nullopt when it may. For those who write.
std::optional<std::string_view> fault_of(const FixedHeader& header);

// One wrapped key: part B, and the sidecar.
struct Stanza {
  Scope scope = Scope::full;
  KeyId key_id{};
  std::array<std::uint8_t, kBoxSize> box{};
};

void append(Bytes& out, const Stanza& stanza);
// `bytes` holds a whole number of stanzas. nullopt for an unknown scope or a key_id that occurs twice.
std::optional<std::vector<Stanza>> decode_stanzas(ByteView bytes);
bool has_full_scope(std::span<const Stanza> stanzas);

// Offsets that follow from the fixed header.
struct HeaderLayout {
  std::size_t metadata;   // D
  std::size_t signature;  // E
  std::size_t payload;    // F = S = length of the header region
};
HeaderLayout layout_of(const FixedHeader& header);

// Length of the padded plaintext for `data_len` bytes of data; nullopt when it would pass 2^64.
std::optional<std::uint64_t> padded_length(std::uint64_t data_len);

// Length of F for a padded plaintext, and back. nullopt when no VBK1 payload has that length (E_SIZE).
std::uint64_t payload_size(std::uint64_t padded);
std::optional<std::uint64_t> padded_length_of_payload(std::uint64_t payload_size);

// Parts G2 to G4 and the ciphertext of G1.
struct Tail {
  std::array<std::uint8_t, kTrailerSize> trailer{};
  Digest digest{};
  Signature signature{};
};

// The first and the last bytes of every file.
inline constexpr std::array<std::uint8_t, 8> kMagic = {0x89, 0x56, 0x42, 0x4B, 0x0D, 0x0A, 0x1A, 0x0A};
inline constexpr std::array<std::uint8_t, kEndMarkSize> kEndMark = {0x56, 0x42, 0x4B, 0x45, 0x4E, 0x44, 0x0D, 0x0A};

// The last 184 bytes of a file. E_END when the end mark is not there.
Tail decode_tail(std::span<const std::uint8_t, kTailSize> bytes);

}  // namespace coffre
