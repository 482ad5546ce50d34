// Every vector of data/vbk1/index.json, and the published numbers of test vector A.
#include <catch2/catch.hpp>
#include <charconv>

#include "base/text.h"
#include "support/vault_samples.h"
#include "vault/category.h"
#include "vault/header_region.h"
#include "vault/key_derivation.h"
#include "vault/open.h"
#include "vector_files.h"

using namespace coffre;
using namespace coffre::test;

namespace {

template <typename T>
T array_of(std::string_view hex) {
  T out{};
  if (!from_hex_exact(hex, out)) throw std::runtime_error("hex: " + std::string(hex));
  return out;
}

std::optional<Instant> time_of(std::string_view text) {
  if (text == "-") return std::nullopt;
  std::int64_t seconds = 0;
  std::from_chars(text.data(), text.data() + text.size(), seconds);
  return from_unix(seconds);
}

// Lines "PUBLICKEY [FROM TO [REVOKED]]".
SignerList load_signers(const std::string& file) {
  SignerList signers;
  const std::string text = vector_text(file);
  for (const std::string_view line : split(text, '\n')) {
    if (trim(line).empty()) continue;
    const auto words = split(trim(line), ' ');
    Signer signer{array_of<PublicKey>(words[0]), std::nullopt, std::nullopt, std::nullopt};
    if (words.size() > 1) signer.from = time_of(words[1]);
    if (words.size() > 2) signer.to = time_of(words[2]);
    if (words.size() > 3) signer.revoked = time_of(words[3]);
    REQUIRE(signers.add(signer));
  }
  return signers;
}

// Lines "DIGEST TIME".
AnchorList load_anchors(const std::string& file) {
  AnchorList anchors;
  if (file.empty()) return anchors;
  const std::string text = vector_text(file);
  for (const std::string_view line : split(text, '\n')) {
    if (trim(line).empty()) continue;
    const auto words = split(trim(line), ' ');
    anchors.add(array_of<Digest>(words[0]), *time_of(words[1]));
  }
  return anchors;
}

std::vector<Identity> load_identities(const std::string& file) {
  std::vector<Identity> identities;
  if (file.empty()) return identities;
  const auto secret = array_of<std::array<std::uint8_t, 32>>(trim(vector_text(file)));
  identities.push_back(Identity::from_secret(Scope::full, SecretBytes::copy_of(secret)));
  return identities;
}

Expected expected_of(const FormatVector& vector) {
  Expected expected;
  expected.name = vector.expect_name;
  expected.device_seq = vector.expect_seq;
  if (vector.expect_device) expected.device_id = array_of<DeviceId>(*vector.expect_device);
  if (vector.expect_digest) expected.digest = array_of<Digest>(*vector.expect_digest);
  return expected;
}

struct Outcome {
  std::string category = "OK";
  ErrorCode code = ErrorCode::internal;
  Bytes data;
};

void perform(const FormatVector& vector, Outcome& outcome) {
  const Bytes file = vector_bytes(vector.file);
  const MemoryReader reader(file);
  const SignerList signers = load_signers(vector.signer);
  const AnchorList anchors = load_anchors(vector.anchor);
  const auto identities = load_identities(vector.identity);
  if (vector.operation == "header") {
    const std::size_t length = std::min(file.size(), kHeaderReadSize);
    (void)read_header_region(ByteView(file).first(length), signers, identities);
    return;
  }
  if (identities.empty()) {
    (void)check_signatures(reader, signers, &anchors);
    return;
  }
  OpenRequest request;
  request.signers = &signers;
  request.anchors = &anchors;
  request.identities = identities;
  if (!vector.sidecar.empty()) request.sidecars.push_back(vector_bytes(vector.sidecar));
  request.expected = expected_of(vector);
  Opened opened = open_bak(reader, request);
  if (vector.operation == "verify" && opened.scope() == Scope::meta) return;
  opened.check_payload();
  if (vector.operation == "open") outcome.data = read_all(*opened.data());
}

Outcome outcome_of(const FormatVector& vector) {
  Outcome outcome;
  try {
    perform(vector, outcome);
  } catch (const Error& error) {
    outcome.category = error.category();
    outcome.code = error.code();
  }
  return outcome;
}

ErrorCode code_of(const std::string& category) {
  if (category == "E_SIGNER" || category == "E_REVOKED" || category == "E_EXPECT") return ErrorCode::rule;
  if (category == "E_NO_KEY" || category == "E_SCOPE") return ErrorCode::no_key;
  return ErrorCode::damaged;
}

}  // namespace

TEST_CASE("every vector of the format ends in its category, and releases its data only when it is OK") {
  const auto vectors = format_vectors();
  REQUIRE(vectors.size() == 130);
  for (const FormatVector& vector : vectors) {
    INFO(vector.name << " (" << vector.file << ", " << vector.operation << ")");
    const Outcome outcome = outcome_of(vector);
    CHECK(outcome.category == vector.outcome);
    if (vector.outcome != "OK") {
      CHECK(outcome.code == code_of(vector.outcome));
      CHECK(outcome.data.empty());
    } else if (vector.operation == "open") {
      CHECK(outcome.data.size() == vector.plaintext_len);
      CHECK(to_hex(sha256(outcome.data)) == vector.plaintext_sha256);
    }
  }
}

TEST_CASE("public keys and key ids of the index follow from its secrets") {
  for (const NamedKey& key : format_identities()) {
    INFO(key.name);
    const Identity identity = Identity::from_secret(Scope::full, SecretBytes::copy_of(key.secret));
    CHECK(to_hex(ByteView(identity.public_key())) == to_hex(ByteView(key.public_key)));
    CHECK(to_hex(identity.id()) == key.key_id);
  }
  for (const NamedKey& key : format_signers()) {
    INFO(key.name);
    const SigningKey signer = SigningKey::from_seed(SecretBytes::copy_of(key.secret));
    CHECK(to_hex(ByteView(signer.public_key())) == to_hex(ByteView(key.public_key)));
    CHECK(to_hex(signer.id()) == key.key_id);
  }
}

TEST_CASE("sealing with the published random values gives the published files") {
  struct Row {
    std::size_t data_len;
    std::size_t file_size;
    const char* sha256;
  };
  const auto row = GENERATE(values<Row>({
      {13, 5121, "64763fdfd7995511e0e205e2c2834bdab4ea59960fc43b7d28faf09f3a1dfd44"},
      {0, 5121, "9aa738a36917b77da01549ad68561c31820605fc69bb9d6582ec74cf924abae4"},
      {16384, 17425, "281e73ffcb7c3bcf69a24405354e2247d2f69b91c711031b8162c402b11b3a98"},
      {1048575, 1050625, "ac19d0c29fd37c83a7c5dfd6c2a04108f854554c82535506006ff92fd50bba49"},
      {1048577, 1116225, "bf52debc3ffc9dda3dd281e59f3f6ddb0e000e81fa2fc070b7458b860256ba61"},
  }));
  const Bytes file = sealed_sample(sample_data(row.data_len));
  CHECK(file.size() == row.file_size);
  CHECK(to_hex(sha256(file)) == row.sha256);
}

TEST_CASE("test vector A has the published intermediate values") {
  const Bytes file = sealed_sample(sample_data(13));
  CHECK(file == vector_bytes("a.bak"));
  const SecretBytes payload_key = derive_key(secret_run(0x00), "payload");
  CHECK(to_hex(payload_key.reveal_bytes()) == "a64d99a1bce934105604427853cc265e527588d8b753e03848a4cd2f97281685");
  CHECK(to_hex(daemon_key().id()) == "2d50daf454f8f87b");
  const HeaderRegion region = load_header_region(MemoryReader(file));
  const HeaderLayout layout = layout_of(region.header);
  CHECK(layout.metadata == 528);
  CHECK(layout.signature == 705);
  CHECK(layout.payload == 769);
  CHECK(file.size() - kTailSize == 4937);
  CHECK(to_hex(region.stanzas_hash) == "e64dbf6f1973d84740741fc38f54badecf6466af3814e302dc4dab68a4101d4b");
  CHECK(to_hex(region.region_hash) == "a6d6efb68f5e0eddae61548179614df62d1c3edd9c81a28d879f8c66a8b18d69");
  CHECK(to_hex(ByteView(file).subspan(769 + 24, 32)) ==
        "58b2458110770dc2ca661f710fd5b904325ded094da6eddc7ee63075c229851c");
  CHECK(to_hex(digest_of_file(MemoryReader(file))) ==
        "a73a06f223c84c986665cfc97af0ea4a4a55d73f0fcec412edf6d4772679e235");
}
