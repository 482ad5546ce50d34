#include "vault/sidecar.h"

#include <sodium.h>

#include <algorithm>
#include <charconv>

#include "base/error.h"
#include "base/translate.h"
#include "vault/category.h"
#include "vault/key_derivation.h"

namespace coffre {
namespace {

constexpr std::array<std::uint8_t, 10> kStart = {0x89, 0x56, 0x52, 0x57, 0x0D, 0x0A, 0x1A, 0x0A, 1, 1};
constexpr std::size_t kCountAt = 10;
constexpr std::size_t kZeroAt = 11;
constexpr std::size_t kFileIdAt = 12;
constexpr std::size_t kDigestAt = 28;
constexpr std::size_t kStanzasAt = 60;
constexpr std::size_t kMacSize = 32;
static_assert(kMacSize == crypto_auth_BYTES && crypto_auth_KEYBYTES == kSecretKeySize);

constexpr std::string_view kBakEnd = ".bak";
constexpr std::string_view kSidecarEnd = ".rwk";

}  // namespace

Sidecar parse_sidecar(ByteView bytes) {
  if (bytes.size() < kStanzasAt || !equal(bytes.first(kStart.size()), kStart)) throw refusal(Category::sidecar);
  const std::size_t count = bytes[kCountAt];
  const bool plausible = count >= 1 && count <= kMaxStanzas && bytes[kZeroAt] == 0;
  if (!plausible || bytes.size() != kStanzasAt + count * kStanzaSize + kMacSize) throw refusal(Category::sidecar);
  auto stanzas = decode_stanzas(bytes.subspan(kStanzasAt, count * kStanzaSize));
  if (!stanzas) throw refusal(Category::sidecar);

  Sidecar sidecar;
  std::ranges::copy(bytes.subspan(kFileIdAt, sidecar.file_id.size()), sidecar.file_id.begin());
  std::ranges::copy(bytes.subspan(kDigestAt, sidecar.digest.size()), sidecar.digest.begin());
  sidecar.stanzas = std::move(*stanzas);
  std::ranges::copy(bytes.last(kMacSize), sidecar.mac.begin());
  return sidecar;
}

bool is_sidecar_genuine(ByteView bytes, const SecretBytes& file_key) {
  if (bytes.size() < kMacSize) return false;
  const SecretBytes key = derive_key(file_key, "rewrap");
  const ByteView body = bytes.first(bytes.size() - kMacSize);
  return crypto_auth_verify(bytes.last(kMacSize).data(), body.data(), body.size(), key.reveal_bytes().data()) == 0;
}

Bytes make_sidecar(const FileId& file_id, const Digest& digest, const SecretBytes& file_key,
                   std::span<const Recipient> recipients, SealMaterial& material) {
  Bytes out(kStart.begin(), kStart.end());
  out.push_back(static_cast<std::uint8_t>(recipients.size()));
  out.push_back(0);
  append(out, ByteView(file_id));
  append(out, ByteView(digest));
  if (recipients.empty() || recipients.size() > kMaxStanzas) {
    throw Error(ErrorCode::rule, tr("giving further keys access"), tr("a sidecar has 1 to 16 recipients"),
                tr("Name fewer recipients"));
  }
  for (const Recipient& recipient : recipients) append(out, make_stanza(recipient, file_id, file_key, material));
  if (!decode_stanzas(ByteView(out).subspan(kStanzasAt))) {
    throw Error(ErrorCode::rule, tr("giving further keys access"), tr("a recipient is listed twice"),
                tr("Name each recipient once"));
  }

  const SecretBytes key = derive_key(file_key, "rewrap");
  std::array<std::uint8_t, kMacSize> mac{};
  crypto_auth(mac.data(), out.data(), out.size(), key.reveal_bytes().data());
  append(out, ByteView(mac));
  return out;
}

std::string sidecar_name(std::string_view bak_name, std::uint32_t epoch) {
  if (bak_name.ends_with(kBakEnd)) bak_name.remove_suffix(kBakEnd.size());
  std::string name(bak_name);
  name += '.';
  name += std::to_string(epoch);
  name += kSidecarEnd;
  return name;
}

std::optional<std::uint32_t> sidecar_epoch(std::string_view name, std::string_view bak_name) {
  if (!bak_name.ends_with(kBakEnd)) return std::nullopt;
  const std::string_view stem = bak_name.substr(0, bak_name.size() - kBakEnd.size());
  if (!name.starts_with(stem) || name.size() < stem.size() + 1) return std::nullopt;
  const std::string_view number = name.substr(stem.size() + 1);
  std::uint32_t epoch = 0;
  const auto parsed = std::from_chars(number.data(), number.data() + number.size(), epoch);
  if (parsed.ec != std::errc() || sidecar_name(bak_name, epoch) != name) return std::nullopt;
  return epoch;
}

}  // namespace coffre
