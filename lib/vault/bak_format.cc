#include "vault/bak_format.h"

#include <algorithm>

#include "vault/category.h"
#include "vault/chunked_encryption.h"

namespace coffre {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::uint8_t kSuite = 1;
constexpr std::uint64_t kMaxSequence = (std::uint64_t{1} << 63U) - 1;
constexpr std::int64_t kMaxCreatedAt = 253402300799;  // 9999-12-31T23:59:59Z

// Offsets of the fixed header.
constexpr std::size_t kVersionAt = 8;
constexpr std::size_t kSuiteAt = 9;
constexpr std::size_t kKindAt = 10;
constexpr std::size_t kStanzaCountAt = 11;
constexpr std::size_t kMetaLenAt = 12;
constexpr std::size_t kFileIdAt = 16;
constexpr std::size_t kDeviceIdAt = 32;
constexpr std::size_t kDeviceSeqAt = 48;
constexpr std::size_t kPrevDigestAt = 56;
constexpr std::size_t kCreatedAtAt = 88;
constexpr std::size_t kSignerIdAt = 96;

// Offsets of a stanza.
constexpr std::size_t kKeyIdAt = 1;
constexpr std::size_t kBoxAt = 9;

constexpr std::uint64_t kSmallPage = 4096;
constexpr std::uint64_t kLargePage = 65536;
constexpr std::uint64_t kLargeFrom = 1048576;

template <std::size_t N>
std::array<std::uint8_t, N> take(ByteView bytes, std::size_t offset) {
  std::array<std::uint8_t, N> out{};
  std::ranges::copy(bytes.subspan(offset, N), out.begin());
  return out;
}

template <std::size_t N>
bool is_zero(const std::array<std::uint8_t, N>& bytes) {
  return std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; });
}

}  // namespace

std::optional<std::string_view> fault_of(const FixedHeader& header) {
  if (!kind_from_number(static_cast<std::uint8_t>(header.kind))) return "kind";
  if (header.stanza_count < 1 || header.stanza_count > kMaxStanzas) return "n_stanzas";
  if (header.meta_len < kMinMetaLen || header.meta_len > kMaxMetaLen) return "meta_len";
  if (is_zero(header.file_id)) return "file_id";
  if (is_zero(header.device_id)) return "device_id";
  if (header.device_seq < 1 || header.device_seq > kMaxSequence) return "device_seq";
  if (is_zero(header.prev_digest) != (header.device_seq == 1)) return "prev_digest";
  if (to_unix(header.created_at) < 0 || to_unix(header.created_at) > kMaxCreatedAt) return "created_at";
  return std::nullopt;
}

FixedHeaderBytes encode(const FixedHeader& header) {
  FixedHeaderBytes out{};
  const auto at = [&out](std::size_t offset) { return out.begin() + static_cast<std::ptrdiff_t>(offset); };
  std::ranges::copy(kMagic, out.begin());
  out[kVersionAt] = kVersion;
  out[kSuiteAt] = kSuite;
  out[kKindAt] = static_cast<std::uint8_t>(header.kind);
  out[kStanzaCountAt] = header.stanza_count;
  store_u32(ByteSpan(out).subspan(kMetaLenAt, 4), header.meta_len);
  std::ranges::copy(header.file_id, at(kFileIdAt));
  std::ranges::copy(header.device_id, at(kDeviceIdAt));
  store_u64(ByteSpan(out).subspan(kDeviceSeqAt, 8), header.device_seq);
  std::ranges::copy(header.prev_digest, at(kPrevDigestAt));
  store_u64(ByteSpan(out).subspan(kCreatedAtAt, 8), static_cast<std::uint64_t>(to_unix(header.created_at)));
  std::ranges::copy(header.signer_id, at(kSignerIdAt));
  return out;
}

FixedHeader decode_fixed_header(ByteView bytes) {
  if (bytes.size() < kFixedHeaderSize) throw refusal(Category::too_short);
  if (!equal(bytes.first(kMagic.size()), kMagic)) throw refusal(Category::magic);
  if (bytes[kVersionAt] != kVersion) throw refusal(Category::version);
  if (bytes[kSuiteAt] != kSuite) throw refusal(Category::suite);

  const auto kind = kind_from_number(bytes[kKindAt]);
  const std::uint64_t created_at = load_u64(bytes.subspan(kCreatedAtAt, 8));
  // Before the conversion: from 2^63 on it would not fit the signed type.
  if (!kind || created_at > static_cast<std::uint64_t>(kMaxCreatedAt)) throw refusal(Category::field);

  FixedHeader header;
  header.kind = *kind;
  header.stanza_count = bytes[kStanzaCountAt];
  header.meta_len = load_u32(bytes.subspan(kMetaLenAt, 4));
  header.file_id = take<16>(bytes, kFileIdAt);
  header.device_id = take<16>(bytes, kDeviceIdAt);
  header.device_seq = load_u64(bytes.subspan(kDeviceSeqAt, 8));
  header.prev_digest = take<32>(bytes, kPrevDigestAt);
  header.created_at = from_unix(static_cast<std::int64_t>(created_at));
  header.signer_id = take<8>(bytes, kSignerIdAt);
  if (fault_of(header)) throw refusal(Category::field);
  return header;
}

void append(Bytes& out, const Stanza& stanza) {
  out.push_back(static_cast<std::uint8_t>(stanza.scope));
  append(out, ByteView(stanza.key_id));
  append(out, ByteView(stanza.box));
}

std::optional<std::vector<Stanza>> decode_stanzas(ByteView bytes) {
  std::vector<Stanza> stanzas;
  for (; bytes.size() >= kStanzaSize; bytes = bytes.subspan(kStanzaSize)) {
    const std::uint8_t scope = bytes[0];
    if (scope != static_cast<std::uint8_t>(Scope::full) && scope != static_cast<std::uint8_t>(Scope::meta)) {
      return std::nullopt;
    }
    Stanza stanza{static_cast<Scope>(scope), take<8>(bytes, kKeyIdAt), take<kBoxSize>(bytes, kBoxAt)};
    const auto same = [&stanza](const Stanza& other) { return other.key_id == stanza.key_id; };
    if (std::ranges::any_of(stanzas, same)) return std::nullopt;
    stanzas.push_back(stanza);
  }
  return stanzas;
}

bool has_full_scope(std::span<const Stanza> stanzas) {
  return std::ranges::any_of(stanzas, [](const Stanza& stanza) { return stanza.scope == Scope::full; });
}

HeaderLayout layout_of(const FixedHeader& header) {
  const std::size_t metadata = kFixedHeaderSize + kStanzaSize * header.stanza_count;
  const std::size_t signature = metadata + header.meta_len;
  return {metadata, signature, signature + kSignatureSize};
}

std::optional<std::uint64_t> padded_length(std::uint64_t data_len) {
  const std::uint64_t page = data_len < kLargeFrom ? kSmallPage : kLargePage;
  const std::uint64_t pages = std::max<std::uint64_t>(1, data_len / page + (data_len % page == 0 ? 0 : 1));
  if (pages > UINT64_MAX / page) return std::nullopt;
  return pages * page;
}

std::uint64_t payload_size(std::uint64_t padded) {
  return message_size(padded);
}

std::optional<std::uint64_t> padded_length_of_payload(std::uint64_t payload_size) {
  if (payload_size < kMessageHeadSize + kGcmTagSize) return std::nullopt;
  const std::uint64_t body = payload_size - kMessageHeadSize;
  const std::uint64_t full_chunks = body / kSealedChunkSize;
  const std::uint64_t rest = body % kSealedChunkSize;
  if (rest < kGcmTagSize || full_chunks >= kMaxChunks) return std::nullopt;
  const std::uint64_t padded = full_chunks * kChunkSize + (rest - kGcmTagSize);
  if (padded == 0 || padded % kSmallPage != 0) return std::nullopt;
  return padded;
}

Tail decode_tail(std::span<const std::uint8_t, kTailSize> bytes) {
  if (!equal(bytes.last<kEndMarkSize>(), kEndMark)) throw refusal(Category::end);
  return {take<kTrailerSize>(bytes, 0), take<kDigestSize>(bytes, kTrailerSize),
          take<kSignatureSize>(bytes, kTrailerSize + kDigestSize)};
}

}  // namespace coffre
