#include "vault/seal.h"

#include <catch2/catch.hpp>
#include <functional>

#include "support/vault_samples.h"
#include "vault/category.h"
#include "vault/chunked_encryption.h"
#include "vault/key_derivation.h"
#include "vault/open.h"

using namespace coffre;
using namespace coffre::test;

namespace {

ErrorCode code_of(const SealRequest& request) {
  MemorySink sink;
  try {
    const Sealer sealer(request, daemon_key(), sink);
  } catch (const Error& error) {
    CHECK(sink.bytes().empty());
    return error.code();
  }
  FAIL("was accepted");
  return ErrorCode::internal;
}

// Takes `limit` bytes, then there is no room.
class FullDisk final : public ByteSink {
 public:
  explicit FullDisk(std::size_t limit) : limit_(limit) {}
  void write(ByteView bytes) override {
    if (content_.size() + bytes.size() > limit_) throw Error(ErrorCode::no_space, "writing", "no room");
    append(content_, bytes);
  }
  [[nodiscard]] const Bytes& content() const { return content_; }

 private:
  std::size_t limit_;
  Bytes content_;
};

bool is_accepted(ByteView bytes) {
  const SignerList signers = trusting(daemon_key());
  try {
    (void)check_signatures(MemoryReader(bytes), signers, nullptr);
  } catch (const Error&) {
    return false;
  }
  return true;
}

}  // namespace

TEST_CASE("a sealed file comes apart at the documented offsets") {
  const Bytes data = sample_data(13);
  const Bytes file = sealed_sample(data);
  const ByteView all = file;
  const SecretBytes file_key = secret_run(0x00);
  const SigningKey signer = daemon_key();
  const std::size_t n = file[11];
  const std::size_t m = load_u32(all.subspan(12, 4));
  const std::size_t s = 168 + 106 * n + m;
  const std::size_t z = file.size();

  // B: scope, key id, box with scope, file_id and key inside.
  const std::vector<Identity> identities = [] {
    std::vector<Identity> made;
    made.push_back(op_identity());
    made.push_back(drill_identity());
    made.push_back(recovery_identity());
    made.push_back(catalog_identity());
    return made;
  }();
  for (std::size_t i = 0; i < n; ++i) {
    const ByteView stanza = all.subspan(104 + 106 * i, 106);
    CHECK(stanza[0] == (i == 3 ? 2 : 1));
    CHECK(equal(stanza.subspan(1, 8), identities[i].id()));
    Bytes inner(49);
    REQUIRE(crypto_box_seal_open(inner.data(), stanza.data() + 9, 97, identities[i].public_key().data(),
                                 identities[i].secret().reveal_bytes().data()) == 0);
    CHECK(inner[0] == stanza[0]);
    CHECK(equal(ByteView(inner).subspan(1, 16), all.subspan(16, 16)));
    const SecretBytes key = i == 3 ? derive_key(file_key, "metadata") : file_key.clone();
    CHECK(equal(ByteView(inner).subspan(17), key.reveal_bytes()));
  }
  // D: the record, under SHA-256(A..B).
  const ClearBytes record =
      open_message(derive_key(file_key, "metadata"), sha256(all.first(104 + 106 * n)), all.subspan(104 + 106 * n, m));
  CHECK(as_text(record) == sample_request().metadata.to_json());
  // E.
  Signature signature{};
  std::ranges::copy(all.subspan(s - 64, 64), signature.begin());
  CHECK(verify_signature(signer.public_key(), SignatureUse::header, sha256(all.first(s - 64)), signature));
  // F and G1, under SHA-256(A..E).
  const Digest context = sha256(all.first(s));
  const ClearBytes padded = open_message(derive_key(file_key, "payload"), context, all.subspan(s, z - s - 184));
  REQUIRE(padded.size() == 4096);
  CHECK(equal(ByteView(padded).first(13), data));
  CHECK(equal(ByteView(padded).subspan(13), Bytes(4083, 0)));
  const ClearBytes length = open_message(derive_key(file_key, "trailer"), context, all.subspan(z - 184, 80));
  REQUIRE(length.size() == 8);
  CHECK(load_u64(length) == 13);
  // G2, G3, G4.
  const Digest digest = sha256(all.first(z - 104));
  CHECK(equal(all.subspan(z - 104, 32), digest));
  std::ranges::copy(all.subspan(z - 72, 64), signature.begin());
  CHECK(verify_signature(signer.public_key(), SignatureUse::file, digest, signature));
  CHECK(to_hex(all.last(8)) == "56424b454e440d0a");
}

TEST_CASE("what finish says is what the file holds") {
  MemorySink sink;
  const SigningKey key = daemon_key();
  Sealer sealer(sample_request(), key, sink);
  sealer.write(sample_data(20000));
  sealer.write(sample_data(5));
  const Sealed sealed = sealer.finish();
  CHECK(sealed.file_size == sink.bytes().size());
  CHECK(sealed.data_len == 20005);
  CHECK(sealed.digest == digest_of_file(MemoryReader(sink.bytes())));
  CHECK(equal(ByteView(sink.bytes()).subspan(16, 16), sealed.file_id));
  CHECK(sealed.signer_id == key.id());
}

TEST_CASE("two files with the same content share nothing but what they must") {
  const SigningKey key = daemon_key();
  const Bytes first = seal_with(sample_request(), sample_data(13), key, system_seal_material());
  const Bytes second = seal_with(sample_request(), sample_data(13), key, system_seal_material());
  REQUIRE(first.size() == second.size());
  CHECK_FALSE(equal(ByteView(first).subspan(16, 16), ByteView(second).subspan(16, 16)));
  CHECK_FALSE(equal(ByteView(first).subspan(769, 56), ByteView(second).subspan(769, 56)));
}

TEST_CASE("the file key opens the file once it is taken, and is there once") {
  MemorySink sink;
  const SigningKey key = daemon_key();
  Sealer sealer(sample_request(), key, sink);
  sealer.write(sample_data(100));
  CHECK_THROWS_AS(sealer.take_file_key(), Error);
  sealer.finish();
  const SecretBytes file_key = sealer.take_file_key();
  CHECK_THROWS_AS(sealer.take_file_key(), Error);

  const SignerList signers = trusting(key);
  const MemoryReader reader(sink.bytes());
  OpenRequest request;
  request.signers = &signers;
  request.file_key = &file_key;
  Opened opened = open_bak(reader, request);
  CHECK_FALSE(opened.opened_with().has_value());
  opened.check_payload();
  CHECK(read_all(*opened.data()) == sample_data(100));
}

TEST_CASE("a request that no reader would accept is refused before a byte is written") {
  struct Row {
    const char* name;
    ErrorCode code;
    std::function<void(SealRequest&)> change;
  };
  const auto row = GENERATE(values<Row>({
      {"no recipients", ErrorCode::rule, [](SealRequest& r) { r.recipients.clear(); }},
      {"17 recipients", ErrorCode::rule,
       [](SealRequest& r) {
         while (r.recipients.size() < 17) r.recipients.push_back(Identity::generate(Scope::full).recipient());
       }},
      {"META only", ErrorCode::rule, [](SealRequest& r) { r.recipients = {catalog_identity().recipient()}; }},
      {"a key twice", ErrorCode::rule, [](SealRequest& r) { r.recipients[1] = r.recipients[0]; }},
      {"a key twice with two scopes", ErrorCode::rule,
       [](SealRequest& r) { r.recipients[3].key = r.recipients[0].key; }},
      {"a useless public key", ErrorCode::rule, [](SealRequest& r) { r.recipients[2].key = PublicKey{}; }},
      {"no name", ErrorCode::internal, [](SealRequest& r) { r.metadata = MetadataRecord(); }},
      {"name of another kind", ErrorCode::internal, [](SealRequest& r) { r.kind = Kind::post; }},
      {"too much metadata", ErrorCode::internal, [](SealRequest& r) { r.metadata.set("x", std::string(16384, 'x')); }},
      {"sequence 0", ErrorCode::internal, [](SealRequest& r) { r.device_seq = 0; }},
      {"sequence 1 with a predecessor", ErrorCode::internal, [](SealRequest& r) { r.device_seq = 1; }},
      {"no predecessor", ErrorCode::internal, [](SealRequest& r) { r.prev_digest = Digest{}; }},
      {"no device", ErrorCode::internal, [](SealRequest& r) { r.device_id = DeviceId{}; }},
      {"before 1970", ErrorCode::internal, [](SealRequest& r) { r.created_at = from_unix(-1); }},
  }));
  INFO(row.name);
  SealRequest request = sample_request();
  row.change(request);
  CHECK(code_of(request) == row.code);
}

TEST_CASE("a sealer that dies before finish, or whose disk is full at any byte, leaves nothing that is accepted") {
  const Bytes whole = sealed_sample(sample_data(13));
  for (std::size_t room = 0; room < whole.size(); room += 61) {
    FullDisk disk(room);
    try {
      FixedMaterial material;
      const SigningKey key = daemon_key();
      Sealer sealer(sample_request(), key, disk, material);
      sealer.write(sample_data(13));
      sealer.finish();
      FAIL("finished on a full disk");
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::no_space);
    }
    CHECK_FALSE(is_accepted(disk.content()));
  }
  MemorySink sink;
  {
    const SigningKey key = daemon_key();
    Sealer sealer(sample_request(), key, sink);
    sealer.write(sample_data(50000));
  }
  CHECK_FALSE(is_accepted(sink.bytes()));
}

TEST_CASE("after finish, and after a failure, a sealer is over") {
  MemorySink sink;
  const SigningKey key = daemon_key();
  Sealer sealer(sample_request(), key, sink);
  sealer.finish();
  CHECK_THROWS_AS(sealer.finish(), Error);
  CHECK_THROWS_AS(sealer.write(Bytes(1)), Error);

  FullDisk disk(1000);
  Sealer failing(sample_request(), key, disk);
  CHECK_THROWS_AS(failing.write(Bytes(kChunkSize)), Error);
  CHECK_THROWS_AS(failing.write(Bytes(1)), Error);
  CHECK_THROWS_AS(failing.finish(), Error);
  CHECK_THROWS_AS(failing.take_file_key(), Error);
}
