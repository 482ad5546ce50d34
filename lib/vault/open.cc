#include "vault/open.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "vault/category.h"
#include "vault/chunked_encryption.h"
#include "vault/header_region.h"
#include "vault/key_derivation.h"
#include "vault/sidecar.h"
#include "vault/unlock.h"

namespace coffre {
namespace {

struct CheckedFile {
  HeaderRegion region;
  Tail tail;
  std::uint64_t payload_size = 0;
  std::uint64_t padded = 0;  // length of the padded plaintext
};

Digest digest_of(const RandomReader& file, std::uint64_t size) {
  Sha256 hash;
  Bytes buffer(kChunkSize);
  for (std::uint64_t offset = 0; offset < size;) {
    const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), size - offset));
    const ByteSpan part = ByteSpan(buffer).first(length);
    file.read_at(offset, part);
    hash.update(part);
    offset += length;
  }
  return hash.digest();
}

// Step 4 without the signature.
void check_whole_file(const RandomReader& file, CheckedFile& checked) {
  const std::uint64_t size = file.size();
  const std::size_t region_size = checked.region.bytes.size();
  if (size < region_size + kMinAfterHeader) throw refusal(Category::too_short);
  std::array<std::uint8_t, kTailSize> tail{};
  file.read_at(size - kTailSize, tail);
  checked.tail = decode_tail(tail);
  checked.payload_size = size - region_size - kTailSize;
  const auto padded = padded_length_of_payload(checked.payload_size);
  if (!padded) throw refusal(Category::size);
  checked.padded = *padded;
  if (digest_of_file(file) != checked.tail.digest) throw refusal(Category::digest);
}

// Steps 1-4b. `signers` is nullptr when the origin is not to be checked.
CheckedFile check_file(const RandomReader& file, const SignerList* signers, const AnchorList* anchors) {
  CheckedFile checked{load_header_region(file), {}, 0, 0};
  const Signer* const signer = signers == nullptr ? nullptr : &check_header_signer(checked.region, *signers);
  check_whole_file(file, checked);
  if (signer == nullptr) return checked;

  if (!verify_signature(signer->key, SignatureUse::file, checked.tail.digest, checked.tail.signature)) {
    throw refusal(Category::file_signature);
  }
  if (signer->revoked) {
    const bool proven = anchors != nullptr && anchors->proves_before(checked.tail.digest, *signer->revoked);
    if (!proven) throw refusal(Category::revoked);
  }
  return checked;
}

bool is_of_file(const Sidecar& sidecar, const HeaderRegion& region, const Digest& digest) {
  return sidecar.file_id == region.header.file_id && sidecar.digest == digest;
}

// What the format refuses does not fit; a file that cannot be read is its reader's matter.
template <typename Ask>
bool fits(Ask ask) {
  try {
    return ask();
  } catch (const Error& error) {
    if (!category_from_string(error.category())) throw;
    return false;
  }
}

// Step 5.
Unlocked unlock(const CheckedFile& checked, const OpenRequest& request) {
  if (request.file_key != nullptr) return {Scope::full, request.file_key->clone(), std::nullopt};
  std::vector<Sidecar> sidecars;
  for (const Bytes& bytes : request.sidecars) {
    Sidecar sidecar = parse_sidecar(bytes);
    if (!is_of_file(sidecar, checked.region, checked.tail.digest)) throw refusal(Category::sidecar);
    sidecars.push_back(std::move(sidecar));
  }
  Unlocked unlocked = unlock_stanza(checked.region, sidecars, request.identities);
  if (unlocked.scope != Scope::full) return unlocked;
  for (const Bytes& bytes : request.sidecars) {
    if (!is_sidecar_genuine(bytes, unlocked.key)) throw refusal(Category::sidecar);
  }
  return unlocked;
}

// Step 7.
void check_expected(const CheckedFile& checked, const MetadataRecord& metadata, const Expected& expected) {
  const FixedHeader& header = checked.region.header;
  const bool fits = (!expected.name || *expected.name == metadata.name()) &&
                    (!expected.device_id || *expected.device_id == header.device_id) &&
                    (!expected.device_seq || *expected.device_seq == header.device_seq) &&
                    (!expected.digest || *expected.digest == checked.tail.digest);
  if (!fits) throw refusal(Category::expectation);
}

// Step 8: the length of the data.
std::uint64_t open_trailer(const CheckedFile& checked, const SecretBytes& file_key) {
  const ClearBytes content =
      open_message(derive_key(file_key, "trailer"), checked.region.region_hash, checked.tail.trailer);
  const std::uint64_t data_len = load_u64(content);  // 8 bytes: the message has a fixed size
  if (padded_length(data_len) != checked.padded) throw refusal(Category::length);
  return data_len;
}

bool is_zero(ByteView bytes) {
  return std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; });
}

}  // namespace

struct Opened::State {
  const RandomReader& file;
  CheckedFile checked;
  OriginCheck origin;
  Unlocked unlocked;
  MetadataRecord metadata;
  std::optional<std::uint64_t> data_len;
  std::unique_ptr<ChunkedMessage> payload;
  bool payload_checked = false;
};

Opened::Opened(std::unique_ptr<State> state) : state_(std::move(state)) {}
Opened::Opened(Opened&&) noexcept = default;
Opened& Opened::operator=(Opened&&) noexcept = default;
Opened::~Opened() = default;

const FixedHeader& Opened::header() const {
  return state_->checked.region.header;
}
const std::vector<Stanza>& Opened::stanzas() const {
  return state_->checked.region.stanzas;
}
const MetadataRecord& Opened::metadata() const {
  return state_->metadata;
}
const Digest& Opened::digest() const {
  return state_->checked.tail.digest;
}
OriginCheck Opened::origin() const {
  return state_->origin;
}
Scope Opened::scope() const {
  return state_->unlocked.scope;
}
std::optional<KeyId> Opened::opened_with() const {
  return state_->unlocked.opened_with;
}
std::optional<std::uint64_t> Opened::data_len() const {
  return state_->data_len;
}

Opened open_bak(const RandomReader& file, const OpenRequest& request) {
  static const SignerList nobody;
  const SignerList* const signers = request.signers == nullptr ? &nobody : request.signers;
  CheckedFile checked = check_file(file, request.origin == OriginCheck::required ? signers : nullptr, request.anchors);
  Unlocked unlocked = unlock(checked, request);
  MetadataRecord metadata = open_metadata(checked.region, unlocked);
  check_expected(checked, metadata, request.expected);
  std::optional<std::uint64_t> data_len;
  if (unlocked.scope == Scope::full) data_len = open_trailer(checked, unlocked.key);
  return Opened(std::unique_ptr<Opened::State>(new Opened::State{
      file, std::move(checked), request.origin, std::move(unlocked), std::move(metadata), data_len, nullptr, false}));
}

void Opened::check_payload() {
  State& s = *state_;
  if (!s.data_len) throw refusal(Category::scope);
  s.payload_checked = false;
  const HeaderRegion& region = s.checked.region;
  s.payload = std::make_unique<ChunkedMessage>(s.file, region.bytes.size(), s.checked.payload_size,
                                               derive_key(s.unlocked.key, "payload"), region.region_hash);
  ClearBytes chunk(kChunkSize);
  for (std::uint64_t i = 0; i < s.payload->chunk_count(); ++i) {
    const std::size_t length = s.payload->open_chunk(i, chunk);
    const std::uint64_t begin = i * kChunkSize;
    const auto data =
        static_cast<std::size_t>(*s.data_len <= begin ? 0 : std::min<std::uint64_t>(length, *s.data_len - begin));
    if (!is_zero(ByteView(chunk).subspan(data, length - data))) throw refusal(Category::padding);
  }
  s.payload_checked = true;
}

std::unique_ptr<ByteSource> Opened::data() {
  if (!state_->payload_checked) throw Error(ErrorCode::internal, "opening the backup", "not checked yet");
  return std::make_unique<ChunkedSource>(*state_->payload, *state_->data_len);
}

Bytes Opened::rewrap_for(std::span<const Recipient> recipients) const {
  if (!state_->data_len) throw refusal(Category::scope);
  return make_sidecar(header().file_id, digest(), state_->unlocked.key, recipients);
}

bool Opened::vouches_for(ByteView sidecar) const {
  if (!state_->data_len) throw refusal(Category::scope);
  try {
    const Sidecar parsed = parse_sidecar(sidecar);
    return is_of_file(parsed, state_->checked.region, digest()) && is_sidecar_genuine(sidecar, state_->unlocked.key);
  } catch (const Error& error) {
    if (error.category() != to_string(Category::sidecar)) throw;
    return false;
  }
}

bool is_sealed_to(const RandomReader& file, std::span<const Identity> identities) {
  return fits([&] {
    static_cast<void>(unlock_stanza(load_header_region(file), {}, identities));
    return true;
  });
}

bool gives_access(const RandomReader& file, ByteView sidecar, std::span<const Identity> identities) {
  return fits([&] {
    HeaderRegion region = load_header_region(file);
    std::array<std::uint8_t, kTailSize> tail{};
    if (file.size() < tail.size()) return false;
    file.read_at(file.size() - tail.size(), tail);
    const Sidecar parsed = parse_sidecar(sidecar);
    if (!is_of_file(parsed, region, decode_tail(tail).digest)) return false;
    region.stanzas.clear();  // the sidecar's own
    const Unlocked unlocked = unlock_stanza(region, std::span(&parsed, 1), identities);
    static_cast<void>(open_metadata(region, unlocked));  // the key fits the commitment of the signed file
    return unlocked.scope != Scope::full || is_sidecar_genuine(sidecar, unlocked.key);
  });
}

SignedFile check_signatures(const RandomReader& file, const SignerList& signers, const AnchorList* anchors) {
  CheckedFile checked = check_file(file, &signers, anchors);
  return {checked.region.header, std::move(checked.region.stanzas), checked.tail.digest};
}

SignedFile check_integrity(const RandomReader& file) {
  CheckedFile checked = check_file(file, nullptr, nullptr);
  return {checked.region.header, std::move(checked.region.stanzas), checked.tail.digest};
}

Digest digest_of_file(const RandomReader& file) {
  if (file.size() < kTailSize) throw refusal(Category::too_short);
  return digest_of(file, file.size() - (kTailSize - kTrailerSize));
}

}  // namespace coffre
