#include "vault/seal.h"

#include <sodium.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/translate.h"
#include "vault/chunked_encryption.h"
#include "vault/key_derivation.h"

namespace coffre {
namespace {

static_assert(kBoxSize == crypto_box_SEALBYTES + 1 + sizeof(FileId) + kSecretKeySize);

class SystemMaterial final : public SealMaterial {
 public:
  SecretBytes file_key() override { return SecretBytes::random(kSecretKeySize); }
  void fill(ByteSpan out) override { randombytes_buf(out.data(), out.size()); }
  Bytes box(const PublicKey& recipient, const SecretBytes& message) override {
    Bytes sealed(message.size() + crypto_box_SEALBYTES);
    const ByteView plain = message.reveal_bytes();
    if (crypto_box_seal(sealed.data(), plain.data(), plain.size(), recipient.data()) != 0) {
      throw Error(ErrorCode::rule, tr("sealing"), tr("the public key of a recipient is not usable"),
                  tr("Correct the recipients list"));
    }
    return sealed;
  }
};

// Everything that is written passes here once: into the file, the running hash and the length.
class HashingSink final : public ByteSink {
 public:
  explicit HashingSink(ByteSink& out) : out_(out) {}
  void write(ByteView bytes) override {
    hash_.update(bytes);
    size_ += bytes.size();
    out_.write(bytes);
  }
  [[nodiscard]] Digest digest() const { return hash_.digest(); }
  [[nodiscard]] std::uint64_t size() const { return size_; }

 private:
  ByteSink& out_;
  Sha256 hash_;
  std::uint64_t size_ = 0;
};

void check_recipients(const std::vector<Recipient>& recipients) {
  const auto fail = [](const char* why) {
    throw Error(ErrorCode::rule, tr("sealing"), why, tr("Correct the recipients list"));
  };
  if (recipients.empty() || recipients.size() > kMaxStanzas) fail(tr("a backup has 1 to 16 recipients"));
  std::set<KeyId> ids;
  bool full = false;
  for (const Recipient& recipient : recipients) {
    if (!ids.insert(recipient.id()).second) fail(tr("a recipient is listed twice"));
    full = full || recipient.scope == Scope::full;
  }
  if (!full) fail(tr("nobody could restore: no recipient with scope full"));
}

std::string checked_record(const SealRequest& request) {
  std::string json = request.metadata.to_json();
  if (json.size() > kMaxRecordSize) throw Error(ErrorCode::internal, "sealing", "the metadata record is too long");
  if (!is_object_name(request.metadata.name(), request.kind)) {
    throw Error(ErrorCode::internal, "sealing", "the metadata record has no name that fits the kind");
  }
  return json;
}

Salt fresh_salt(SealMaterial& material) {
  Salt salt{};
  material.fill(salt);
  return salt;
}

}  // namespace

SealMaterial& system_seal_material() {
  static SystemMaterial material;
  return material;
}

Stanza make_stanza(const Recipient& recipient, const FileId& file_id, const SecretBytes& file_key,
                   SealMaterial& material) {
  SecretBytes metadata_key;
  if (recipient.scope == Scope::meta) metadata_key = derive_key(file_key, "metadata");
  const SecretBytes& key = recipient.scope == Scope::full ? file_key : metadata_key;
  SecretBytes message = SecretBytes::zeroed(kBoxSize - crypto_box_SEALBYTES);
  const ByteSpan inner = message.reveal_writable();
  inner[0] = static_cast<std::uint8_t>(recipient.scope);
  std::ranges::copy(file_id, inner.begin() + 1);
  std::ranges::copy(key.reveal_bytes(), inner.begin() + 1 + sizeof(FileId));

  const Bytes box = material.box(recipient.key, message);
  if (box.size() != kBoxSize) throw Error(ErrorCode::internal, "sealing", "a box has the wrong size");
  Stanza stanza{recipient.scope, recipient.id(), {}};
  std::ranges::copy(box, stanza.box.begin());
  return stanza;
}

struct Sealer::State {
  enum class Phase { open, finished, failed };

  State(ByteSink& out, const SigningKey& key, SealMaterial& material)
      : file(out), signing_key(key), file_key(material.file_key()) {}

  HashingSink file;
  const SigningKey& signing_key;
  SecretBytes file_key;
  FileId file_id{};
  Salt trailer_salt{};
  Digest region_hash{};
  std::unique_ptr<ChunkedWriter> payload;
  Phase phase = Phase::failed;  // until the header is written
};

Sealer::Sealer(const SealRequest& request, const SigningKey& signing_key, ByteSink& out, SealMaterial& material) {
  check_recipients(request.recipients);
  const std::string record = checked_record(request);
  state_ = std::make_unique<State>(out, signing_key, material);
  State& s = *state_;
  material.fill(s.file_id);
  const Salt metadata_salt = fresh_salt(material);
  const Salt payload_salt = fresh_salt(material);
  s.trailer_salt = fresh_salt(material);

  FixedHeader header;
  header.kind = request.kind;
  header.stanza_count = static_cast<std::uint8_t>(request.recipients.size());
  header.meta_len = static_cast<std::uint32_t>(message_size(record.size()));
  header.file_id = s.file_id;
  header.device_id = request.device_id;
  header.device_seq = request.device_seq;
  header.prev_digest = request.prev_digest;
  header.created_at = request.created_at;
  header.signer_id = signing_key.id();
  if (const auto fault = fault_of(header)) {
    throw Error(ErrorCode::internal, "sealing", "header field out of bounds: " + std::string(*fault));
  }

  Bytes stanzas;
  for (const Recipient& recipient : request.recipients) {
    append(stanzas, make_stanza(recipient, s.file_id, s.file_key, material));
  }
  s.file.write(encode(header));
  s.file.write(stanzas);
  s.file.write(seal_message(derive_key(s.file_key, "metadata"), s.file.digest(), metadata_salt, as_bytes(record)));
  s.file.write(signing_key.sign(SignatureUse::header, s.file.digest()));
  s.region_hash = s.file.digest();
  s.payload = std::make_unique<ChunkedWriter>(derive_key(s.file_key, "payload"), s.region_hash, payload_salt, s.file);
  s.phase = State::Phase::open;
}

Sealer::~Sealer() = default;

void Sealer::write(ByteView data) {
  if (state_->phase != State::Phase::open) throw Error(ErrorCode::internal, "sealing", "the file is closed");
  state_->phase = State::Phase::failed;  // until this call has succeeded
  state_->payload->write(data);
  state_->phase = State::Phase::open;
}

Sealed Sealer::finish() {
  State& s = *state_;
  if (s.phase != State::Phase::open) throw Error(ErrorCode::internal, "sealing", "the file is closed");
  s.phase = State::Phase::failed;

  const std::uint64_t data_len = s.payload->plaintext_len();
  const auto padded = padded_length(data_len);
  if (!padded) throw Error(ErrorCode::internal, "sealing", "the content is too long for the format");
  constexpr std::array<std::uint8_t, kChunkSize> kZeros{};
  for (std::uint64_t left = *padded - data_len; left > 0;) {
    const std::size_t length = static_cast<std::size_t>(std::min<std::uint64_t>(left, kZeros.size()));
    s.payload->write(ByteView(kZeros).first(length));
    left -= length;
  }
  s.payload->finish();

  std::array<std::uint8_t, 8> length_bytes{};
  store_u64(length_bytes, data_len);
  s.file.write(seal_message(derive_key(s.file_key, "trailer"), s.region_hash, s.trailer_salt, length_bytes));
  const Digest digest = s.file.digest();
  s.file.write(digest);
  s.file.write(s.signing_key.sign(SignatureUse::file, digest));
  s.file.write(kEndMark);
  s.phase = State::Phase::finished;
  return {digest, s.file.size(), data_len, s.file_id, s.signing_key.id()};
}

SecretBytes Sealer::take_file_key() {
  if (state_->phase != State::Phase::finished || state_->file_key.empty()) {
    throw Error(ErrorCode::internal, "sealing", "there is no file key to take");
  }
  return std::move(state_->file_key);
}

}  // namespace coffre
