// Reading order and refusals beyond the published vectors; attack rows are those of the security design's list.
#include "vault/open.h"

#include <catch2/catch.hpp>
#include <functional>

#include "support/vault_samples.h"
#include "vault/category.h"

using namespace coffre;
using namespace coffre::test;

namespace {

constexpr std::size_t kPayloadAt = 769;  // in the sample, whatever its data

struct Result {
  std::string category = "OK";
  Bytes data;
};

Result open_whole(const RandomReader& file, const OpenRequest& request) {
  Result result;
  try {
    Opened opened = open_bak(file, request);
    opened.check_payload();
    result.data = read_all(*opened.data());
  } catch (const Error& error) {
    result.category = error.category();
  }
  return result;
}

Result open_with(ByteView bytes, Identity identity) {
  const SignerList signers = trusting(daemon_key());
  const auto identities = only(std::move(identity));
  OpenRequest request;
  request.signers = &signers;
  request.identities = identities;
  return open_whole(MemoryReader(bytes), request);
}

// As open_with(op_identity()), with keys that are made once: for the loops over every bit.
Result open_as_op(ByteView bytes) {
  static const SignerList signers = trusting(daemon_key());
  static const auto identities = only(op_identity());
  OpenRequest request;
  request.signers = &signers;
  request.identities = identities;
  return open_whole(MemoryReader(bytes), request);
}

void flip(Bytes& bytes, std::size_t bit) {
  bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ (1U << (bit % 8)));
}

// Says what was asked of it.
class WatchedReader final : public RandomReader {
 public:
  explicit WatchedReader(ByteView bytes, std::uint64_t claimed_size) : bytes_(bytes), claimed_(claimed_size) {}
  [[nodiscard]] std::uint64_t size() const override { return claimed_; }
  void read_at(std::uint64_t offset, ByteSpan out) const override {
    largest_ = std::max(largest_, out.size());
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = offset + i < bytes_.size() ? bytes_[offset + i] : 0;
  }
  [[nodiscard]] std::size_t largest() const { return largest_; }

 private:
  ByteView bytes_;
  std::uint64_t claimed_;
  mutable std::size_t largest_ = 0;
};

}  // namespace

TEST_CASE("row 1: a file with any one bit flipped is refused, and nothing is released") {
  SealRequest request = sample_request();
  request.recipients.resize(1);
  FixedMaterial material;
  const Bytes file = seal_with(request, sample_data(13), daemon_key(), material);
  REQUIRE(open_as_op(file).category == "OK");
  Bytes changed = file;
  std::size_t accepted = 0;
  for (std::size_t bit = 0; bit < file.size() * 8; ++bit) {
    flip(changed, bit);
    const Result result = open_as_op(changed);
    if (result.category == "OK" || !result.data.empty()) ++accepted;
    flip(changed, bit);
  }
  CHECK(accepted == 0);
}

TEST_CASE("rows 4 and 10: a flipped bit is refused also when an insider signs everything again") {
  const Bytes file = sealed_sample(sample_data(13));
  const SigningKey insider = daemon_key();
  const std::size_t signed_end = file.size() - 104;
  for (std::size_t at = 0; at < signed_end; ++at) {
    if (at == kPayloadAt - 64) at = kPayloadAt;  // the signature itself is made again
    Bytes changed = file;
    flip(changed, at * 8 + at % 8);
    sign_all_again(changed, kPayloadAt, insider);
    const Result result = open_as_op(changed);
    INFO("byte " << at);
    CHECK(result.category != "OK");
    CHECK(result.data.empty());
  }
}

TEST_CASE("row 2: a file cut at any length is refused as cut") {
  const Bytes file = sealed_sample(sample_data(13));
  for (std::size_t size = 0; size < file.size(); ++size) {
    const std::string category = open_as_op(ByteView(file).first(size)).category;
    INFO(size);
    CHECK((category == "E_SHORT" || category == "E_END" || category == "E_SIZE"));
  }
  const Bytes long_file = sealed_sample(sample_data(100000));
  for (std::size_t chunk = 0; chunk < 6; ++chunk) {
    const std::size_t size = kPayloadAt + 56 + 16400 * chunk;
    const std::string category = open_as_op(ByteView(long_file).first(size)).category;
    CHECK((category == "E_SHORT" || category == "E_END"));
  }
}

TEST_CASE("row 3: bytes after the end mark, or a second file, are refused") {
  const Bytes file = sealed_sample(sample_data(13));
  for (const std::size_t extra : {1U, 8U, 184U, 16400U}) {
    Bytes longer = file;
    append(longer, Bytes(extra, 0));
    CHECK(open_as_op(longer).category == "E_END");
  }
  Bytes marked = file;
  append(marked, kEndMark);
  CHECK(open_as_op(marked).category == "E_SIZE");
  Bytes twice = file;
  append(twice, file);
  CHECK(open_as_op(twice).category == "E_SIZE");
}

TEST_CASE("row 5: a stranger's file for our keys is refused") {
  const Bytes foreign = seal_with(sample_request(), sample_data(13), stranger_key(), system_seal_material());
  CHECK(open_as_op(foreign).category == "E_SIGNER");
}

TEST_CASE("rows 6 and 7: a genuine file in another's place is refused") {
  const Bytes file = sealed_sample(sample_data(13));
  const SignerList signers = trusting(daemon_key());
  const auto identities = only(op_identity());
  struct Row {
    const char* name;
    Expected expected;
    const char* category;
  };
  const auto row = GENERATE(values<Row>({
      {"all right",
       {std::string(kSampleName), run_array<16>(0xa0), 42,
        digest_from_hex("a73a06f223c84c986665cfc97af0ea4a4a55d73f0fcec412edf6d4772679e235", "digest")},
       "OK"},
      {"name", {"CLIEXEMP_SIEGEPARIS_NVR_NVR-QUAI_20260101_0100_PRE.bak", {}, {}, {}}, "E_EXPECT"},
      {"device", {{}, run_array<16>(0xb0), {}, {}}, "E_EXPECT"},
      {"sequence", {{}, {}, 43, {}}, "E_EXPECT"},
      {"digest", {{}, {}, {}, Digest{}}, "E_EXPECT"},
  }));
  INFO(row.name);
  OpenRequest request;
  request.signers = &signers;
  request.identities = identities;
  request.expected = row.expected;
  CHECK(open_whole(MemoryReader(file), request).category == row.category);
}

TEST_CASE("row 9: huge claims cost neither memory nor reads") {
  const Bytes file = sealed_sample(sample_data(13));
  const SignerList signers = trusting(daemon_key());
  const auto identities = only(op_identity());
  OpenRequest request;
  request.signers = &signers;
  request.identities = identities;

  const WatchedReader endless(file, UINT64_MAX);
  CHECK(open_whole(endless, request).category == "E_END");
  Bytes long_meta = file;
  std::ranges::fill_n(long_meta.begin() + 12, 4, std::uint8_t{0xFF});
  const WatchedReader meta(long_meta, UINT64_MAX);
  CHECK(open_whole(meta, request).category == "E_FIELD");
  const Bytes large = sealed_sample(sample_data(1000000));
  const WatchedReader whole(large, large.size());
  CHECK(open_whole(whole, request).category == "OK");
  for (const WatchedReader* reader : {&endless, &meta, &whole}) CHECK(reader->largest() <= kMaxHeaderRegion);
}

TEST_CASE("row 12: a revoked signer's file counts only when an anchor proves it earlier") {
  const Bytes file = sealed_sample(sample_data(13));
  SignerList revoked;
  REQUIRE(revoked.add({daemon_key().public_key(), std::nullopt, std::nullopt, from_unix(1767312000)}));
  const Digest digest = digest_of_file(MemoryReader(file));
  const MemoryReader reader(file);
  CHECK_THROWS_AS(check_signatures(reader, revoked, nullptr), Error);
  AnchorList anchors;
  anchors.add(digest, from_unix(1767312000));
  CHECK_THROWS_AS(check_signatures(reader, revoked, &anchors), Error);
  anchors.add(digest, from_unix(1767311999));
  CHECK(check_signatures(reader, revoked, &anchors).digest == digest);
}

TEST_CASE("row 15: a META key gives the record, and no payload") {
  const Bytes file = sealed_sample(sample_data(13));
  const SignerList signers = trusting(daemon_key());
  const auto identities = only(catalog_identity());
  OpenRequest request;
  request.signers = &signers;
  request.identities = identities;
  const MemoryReader reader(file);
  Opened opened = open_bak(reader, request);
  CHECK(opened.metadata().name() == kSampleName);
  CHECK(opened.scope() == Scope::meta);
  CHECK_FALSE(opened.data_len().has_value());
  CHECK_THROWS_AS(opened.check_payload(), Error);
  CHECK_THROWS_AS(opened.data(), Error);
  CHECK_THROWS_AS(opened.rewrap_for({}), Error);
}

TEST_CASE("each recipient opens, a stranger does not, and FULL is preferred to META") {
  const Bytes file = sealed_sample(sample_data(13));
  CHECK(open_with(file, op_identity()).data == sample_data(13));
  CHECK(open_with(file, drill_identity()).data == sample_data(13));
  CHECK(open_with(file, recovery_identity()).data == sample_data(13));
  CHECK(open_with(file, foreign_identity()).category == "E_NO_KEY");

  std::vector<Identity> several;
  several.push_back(foreign_identity());
  several.push_back(catalog_identity());
  several.push_back(drill_identity());
  const SignerList signers = trusting(daemon_key());
  OpenRequest request;
  request.signers = &signers;
  request.identities = several;
  const MemoryReader reader(file);
  CHECK(open_bak(reader, request).opened_with() == drill_identity().id());
}

TEST_CASE("any_signer skips the origin only: what is damaged stays refused") {
  const Bytes foreign = seal_with(sample_request(), sample_data(13), stranger_key(), system_seal_material());
  const auto identities = only(op_identity());
  OpenRequest request;
  request.identities = identities;
  CHECK(open_whole(MemoryReader(foreign), request).category == "E_SIGNER");
  request.origin = OriginCheck::any_signer;
  CHECK(open_whole(MemoryReader(foreign), request).data == sample_data(13));
  const MemoryReader reader(foreign);
  CHECK(open_bak(reader, request).origin() == OriginCheck::any_signer);
  Bytes changed = foreign;
  flip(changed, (kPayloadAt + 100) * 8);
  CHECK(open_whole(MemoryReader(changed), request).category == "E_DIGEST");
}

TEST_CASE("data is handed out only after the check, as often as asked, and not when the file changed since") {
  Bytes file = sealed_sample(sample_data(40000));
  const SignerList signers = trusting(daemon_key());
  const auto identities = only(op_identity());
  OpenRequest request;
  request.signers = &signers;
  request.identities = identities;
  const MemoryReader reader(file);
  Opened opened = open_bak(reader, request);
  CHECK(opened.data_len() == 40000);
  CHECK_THROWS_AS(opened.data(), Error);
  opened.check_payload();
  CHECK(read_all(*opened.data()) == sample_data(40000));
  CHECK(read_all(*opened.data()) == sample_data(40000));

  flip(file, (kPayloadAt + 56 + 16400 + 7) * 8);
  const auto source = opened.data();
  Bytes part(kMaxHeaderRegion);
  CHECK(source->read(part) > 0);
  CHECK_THROWS_MATCHES(read_all(*source), Error,
                       Catch::Predicate<Error>([](const Error& error) { return error.category() == "E_AUTH"; }));
  CHECK_THROWS_AS(opened.check_payload(), Error);
  CHECK_THROWS_AS(opened.data(), Error);
}

TEST_CASE("the digest of a file needs its tail") {
  CHECK_THROWS_AS(digest_of_file(MemoryReader(Bytes(183))), Error);
}
