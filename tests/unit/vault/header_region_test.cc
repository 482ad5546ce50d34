#include "vault/header_region.h"

#include <catch2/catch.hpp>

#include "support/vault_samples.h"
#include "vault/category.h"
#include "vault/open.h"

using namespace coffre;
using namespace coffre::test;

namespace {

template <typename F>
std::string category_of(F&& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.category();
  }
  return "OK";
}

std::span<const std::uint8_t, kTailSize> tail_of(const Bytes& file) {
  return std::span<const std::uint8_t, kTailSize>(file.data() + file.size() - kTailSize, kTailSize);
}

}  // namespace

TEST_CASE("two ranged reads give a catalog all that it needs") {
  const Bytes file = sealed_sample(sample_data(100000));
  const SignerList signers = trusting(daemon_key());
  const auto catalog = only(catalog_identity());
  const HeaderReading reading = read_header_region(ByteView(file).first(kHeaderReadSize), signers, catalog);
  CHECK(reading.header.device_seq == 42);
  REQUIRE(reading.metadata.has_value());
  CHECK(reading.metadata->name() == kSampleName);
  CHECK(reading.opened_with == catalog_identity().id());
  CHECK(reading.stanzas.size() == 4);
  CHECK(read_tail(tail_of(file), file.size(), reading, signers) == digest_of_file(MemoryReader(file)));
}

TEST_CASE("without an identity the header is read and checked, and the record stays closed") {
  const Bytes file = sealed_sample(sample_data(13));
  const HeaderReading reading = read_header_region(file, trusting(daemon_key()), {});
  CHECK_FALSE(reading.metadata.has_value());
  CHECK(reading.header.kind == Kind::pre);
}

TEST_CASE("a header region is refused when cut, changed, foreign or of a revoked signer") {
  const Bytes file = sealed_sample(sample_data(13));
  const Bytes region(file.begin(), file.begin() + 769);
  const SignerList signers = trusting(daemon_key());
  const auto catalog = only(catalog_identity());
  CHECK(category_of([&] { read_header_region(region, signers, catalog); }) == "OK");
  for (std::size_t size = 0; size < region.size(); ++size) {
    CHECK(category_of([&] { read_header_region(ByteView(region).first(size), signers, catalog); }) == "E_SHORT");
  }
  for (std::size_t bit = 0; bit < region.size() * 8; ++bit) {
    Bytes changed = region;
    changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ (1U << (bit % 8)));
    CHECK(category_of([&] { read_header_region(changed, signers, catalog); }) != "OK");
  }
  CHECK(category_of([&] { read_header_region(region, trusting(stranger_key()), catalog); }) == "E_SIGNER");
  CHECK(category_of([&] { read_header_region(region, signers, only(foreign_identity())); }) == "E_NO_KEY");
  SignerList revoked;
  REQUIRE(revoked.add({daemon_key().public_key(), std::nullopt, std::nullopt, from_unix(4000000000)}));
  CHECK(category_of([&] { read_header_region(region, revoked, catalog); }) == "E_REVOKED");
}

TEST_CASE("a tail is refused when its file is cut, longer, or signed by somebody else") {
  const Bytes file = sealed_sample(sample_data(13));
  const SignerList signers = trusting(daemon_key());
  const HeaderReading reading = read_header_region(file, signers, {});
  const auto outcome = [&](const Bytes& bytes, std::uint64_t size) {
    return category_of([&] { read_tail(tail_of(bytes), size, reading, signers); });
  };
  CHECK(outcome(file, file.size()) == "OK");
  CHECK(outcome(file, file.size() - 1) == "E_SHORT");
  CHECK(outcome(file, file.size() + 1) == "E_SIZE");
  CHECK(outcome(file, UINT64_MAX) == "E_SIZE");
  Bytes changed = file;
  changed.back() = 0;
  CHECK(outcome(changed, file.size()) == "E_END");
  changed = file;
  changed[file.size() - 104] ^= 1;
  CHECK(outcome(changed, file.size()) == "E_FILE_SIG");
}
