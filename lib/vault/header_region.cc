#include "vault/header_region.h"

#include <algorithm>

#include "vault/category.h"
#include "vault/unlock.h"

namespace coffre {

ByteView HeaderRegion::metadata_message() const {
  return ByteView(bytes).subspan(layout_of(header).metadata, header.meta_len);
}

Signature HeaderRegion::signature() const {
  Signature signature{};
  std::ranges::copy(ByteView(bytes).subspan(layout_of(header).signature, kSignatureSize), signature.begin());
  return signature;
}

HeaderRegion load_header_region(const RandomReader& file) {
  // Step 1. A shorter file is decided on what is there: nothing.
  Bytes fixed(static_cast<std::size_t>(std::min<std::uint64_t>(file.size(), kFixedHeaderSize)));
  file.read_at(0, fixed);
  HeaderRegion region;
  region.header = decode_fixed_header(fixed);

  // Step 2. The bounds of step 1 keep the region below kMaxHeaderRegion.
  const HeaderLayout layout = layout_of(region.header);
  if (file.size() < layout.payload) throw refusal(Category::too_short);
  region.bytes.resize(layout.payload);
  file.read_at(0, region.bytes);
  const ByteView all = region.bytes;
  // The same bytes must not change between the two reads.
  if (!equal(all.first(kFixedHeaderSize), fixed)) throw refusal(Category::field);
  auto stanzas = decode_stanzas(all.subspan(kFixedHeaderSize, layout.metadata - kFixedHeaderSize));
  if (!stanzas || !has_full_scope(*stanzas)) throw refusal(Category::field);
  region.stanzas = std::move(*stanzas);

  Sha256 hash;
  hash.update(all.first(layout.metadata));
  region.stanzas_hash = hash.digest();
  hash.update(all.subspan(layout.metadata, region.header.meta_len));
  region.signed_hash = hash.digest();
  hash.update(all.subspan(layout.signature));
  region.region_hash = hash.digest();
  return region;
}

const Signer& check_header_signer(const HeaderRegion& region, const SignerList& signers) {
  if (signers.empty()) throw no_signer_known();
  const Signer* const signer = signers.find(region.header.signer_id);
  if (signer == nullptr) throw refusal(Category::signer);
  if (!verify_signature(signer->key, SignatureUse::header, region.signed_hash, region.signature())) {
    throw refusal(Category::header_signature);
  }
  if (!signer->valid_at(region.header.created_at)) throw refusal(Category::signer);
  return *signer;
}

HeaderReading read_header_region(const RandomReader& file, const SignerList& signers,
                                 std::span<const Identity> identities) {
  HeaderRegion region = load_header_region(file);
  const Signer& signer = check_header_signer(region, signers);
  if (signer.revoked) throw refusal(Category::revoked);
  HeaderReading reading{region.header, region.stanzas, std::nullopt, std::nullopt};
  if (identities.empty()) return reading;

  const Unlocked unlocked = unlock_stanza(region, {}, identities);
  reading.metadata = open_metadata(region, unlocked);
  reading.opened_with = unlocked.opened_with;
  return reading;
}

HeaderReading read_header_region(ByteView beginning, const SignerList& signers, std::span<const Identity> identities) {
  return read_header_region(MemoryReader(beginning), signers, identities);
}

Digest read_tail(std::span<const std::uint8_t, kTailSize> last_bytes, std::uint64_t file_size,
                 const HeaderReading& reading, const SignerList& signers) {
  const std::size_t region_size = layout_of(reading.header).payload;
  if (file_size < region_size + kMinAfterHeader) throw refusal(Category::too_short);
  const Tail tail = decode_tail(last_bytes);
  if (!padded_length_of_payload(file_size - region_size - kTailSize)) throw refusal(Category::size);
  const Signer* const signer = signers.find(reading.header.signer_id);
  if (signer == nullptr) throw refusal(Category::signer);
  if (!verify_signature(signer->key, SignatureUse::file, tail.digest, tail.signature)) {
    throw refusal(Category::file_signature);
  }
  return tail.digest;
}

}  // namespace coffre
