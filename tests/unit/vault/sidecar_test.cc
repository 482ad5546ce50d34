#include "vault/sidecar.h"

#include <catch2/catch.hpp>

#include "support/vault_samples.h"
#include "vault/category.h"
#include "vault/open.h"

using namespace coffre;
using namespace coffre::test;

namespace {

struct Station {
  Bytes file = sealed_sample(sample_data(13));
  MemoryReader reader{file};
  SignerList signers = trusting(daemon_key());

  std::string category(Identity identity, const std::vector<Bytes>& sidecars) const {
    const auto identities = only(std::move(identity));
    OpenRequest request;
    request.signers = &signers;
    request.identities = identities;
    request.sidecars = sidecars;
    try {
      Opened opened = open_bak(reader, request);
      if (opened.scope() == Scope::full) opened.check_payload();
    } catch (const Error& error) {
      return error.category();
    }
    return "OK";
  }

  Bytes rewrap(const std::vector<Recipient>& recipients) const {
    const auto identities = only(op_identity());
    OpenRequest request;
    request.signers = &signers;
    request.identities = identities;
    return open_bak(reader, request).rewrap_for(recipients);
  }
};

}  // namespace

TEST_CASE("a sidecar opens the file for a new key, FULL or META") {
  const Station station;
  const Identity fresh = Identity::generate(Scope::full);
  const Identity meta = Identity::generate(Scope::meta);
  const Bytes sidecar = station.rewrap({fresh.recipient(), meta.recipient()});
  CHECK(station.category(fresh.clone(), {}) == "E_NO_KEY");
  CHECK(station.category(fresh.clone(), {sidecar}) == "OK");
  CHECK(station.category(meta.clone(), {sidecar}) == "OK");
  CHECK(station.category(op_identity(), {sidecar}) == "OK");
  CHECK(station.category(foreign_identity(), {sidecar}) == "E_NO_KEY");
}

TEST_CASE("a sidecar lies at the documented offsets") {
  const Station station;
  const Bytes sidecar = station.rewrap({foreign_identity().recipient()});
  REQUIRE(sidecar.size() == 60 + 106 + 32);
  CHECK(to_hex(ByteView(sidecar).first(12)) == "895652570d0a1a0a01010100");
  CHECK(equal(ByteView(sidecar).subspan(12, 16), ByteView(station.file).subspan(16, 16)));
  CHECK(equal(ByteView(sidecar).subspan(28, 32), digest_of_file(station.reader)));
  CHECK(sidecar[60] == 1);
  CHECK(equal(ByteView(sidecar).subspan(61, 8), foreign_identity().id()));
}

TEST_CASE("row 10: a sidecar with any bit flipped, cut anywhere, or longer is refused") {
  const Station station;
  const Bytes sidecar = station.rewrap({foreign_identity().recipient()});
  for (std::size_t bit = 0; bit < sidecar.size() * 8; ++bit) {
    Bytes changed = sidecar;
    changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ (1U << (bit % 8)));
    CHECK(station.category(foreign_identity(), {changed}) != "OK");
    CHECK(station.category(op_identity(), {changed}) == "E_SIDECAR");
  }
  for (std::size_t size = 0; size < sidecar.size(); ++size) {
    CHECK(station.category(op_identity(), {Bytes(sidecar.begin(), sidecar.begin() + static_cast<long>(size))}) ==
          "E_SIDECAR");
  }
  Bytes longer = sidecar;
  longer.push_back(0);
  CHECK(station.category(op_identity(), {longer}) == "E_SIDECAR");
}

TEST_CASE("a sidecar of somebody without the file key is refused") {
  const Station station;
  const SecretBytes wrong = SecretBytes::random(32);
  const std::vector<Recipient> recipients = {foreign_identity().recipient()};
  const Bytes forged = make_sidecar(run_array<16>(0xe0), digest_of_file(station.reader), wrong, recipients);
  CHECK(station.category(op_identity(), {forged}) == "E_SIDECAR");
  // Consistent in itself: the MAC fits the key inside, but the key does not fit the signed file.
  CHECK(station.category(foreign_identity(), {forged}) == "E_COMMIT");
}

TEST_CASE("several sidecars are tried in the order given, and all are checked") {
  const Station station;
  const Identity first = Identity::generate(Scope::full);
  const Identity second = Identity::generate(Scope::full);
  const Bytes newest = station.rewrap({second.recipient()});
  const Bytes older = station.rewrap({first.recipient()});
  CHECK(station.category(first.clone(), {newest, older}) == "OK");
  CHECK(station.category(second.clone(), {newest, older}) == "OK");
  CHECK(station.category(second.clone(), {newest, Bytes(10)}) == "E_SIDECAR");
}

TEST_CASE("a sidecar has 1 to 16 recipients with different keys") {
  const Station station;
  CHECK_THROWS_AS(station.rewrap({}), Error);
  CHECK_THROWS_AS(station.rewrap({op_identity().recipient(), op_identity().recipient()}), Error);
  std::vector<Recipient> many;
  for (int i = 0; i < 17; ++i) many.push_back(Identity::generate(Scope::full).recipient());
  CHECK_THROWS_AS(station.rewrap(many), Error);
  many.pop_back();
  CHECK(parse_sidecar(station.rewrap(many)).stanzas.size() == 16);
}

TEST_CASE("a sidecar is named after its file and the epoch of the recipients list") {
  CHECK(sidecar_name("X_PRE.bak", 7) == "X_PRE.7.rwk");
  CHECK(sidecar_epoch("X_PRE.7.rwk", "X_PRE.bak") == 7U);
  for (const char* const other : {"X_PRE.07.rwk", "X_PRE..rwk", "X_PRE.7.rwk2", "Y_PRE.7.rwk", "X_PRE.-7.rwk",
                                  "X_PRE.4294967296.rwk", "X_PRE.bak", "X_PRE"}) {
    CHECK_FALSE(sidecar_epoch(other, "X_PRE.bak").has_value());
  }
}

TEST_CASE("whoever opened the file tells a sidecar of it from a forged, changed or foreign one") {
  const Station station;
  const auto identities = only(op_identity());
  OpenRequest request;
  request.signers = &station.signers;
  request.identities = identities;
  const Opened opened = open_bak(station.reader, request);
  const Bytes good = opened.rewrap_for(std::vector{foreign_identity().recipient()});
  CHECK(opened.vouches_for(good));

  Bytes other_file = good;
  other_file[12] ^= 1;
  Bytes other_mac = good;
  other_mac.back() ^= 1;
  const Bytes forged = make_sidecar(opened.header().file_id, opened.digest(), secret_run(0x77),
                                    std::vector{foreign_identity().recipient()});
  for (const Bytes& wrong : {other_file, other_mac, forged, Bytes{}, Bytes(100)})
    CHECK_FALSE(opened.vouches_for(wrong));
}

TEST_CASE("a sidecar is chosen by what it gives, before the whole file is read") {
  const Station station;
  const auto stranger = only(foreign_identity());
  const Bytes good = station.rewrap({foreign_identity().recipient()});
  const Opened opened = [&] {
    const auto op = only(op_identity());
    OpenRequest request;
    request.signers = &station.signers;
    request.identities = op;
    return open_bak(station.reader, request);
  }();
  // Names our key and has a right MAC, but its key is not the file's: the commitment says so.
  const Bytes forged = make_sidecar(opened.header().file_id, opened.digest(), secret_run(0x77),
                                    std::vector{foreign_identity().recipient()});
  CHECK(is_sealed_to(station.reader, only(op_identity())));
  CHECK_FALSE(is_sealed_to(station.reader, stranger));
  CHECK(gives_access(station.reader, good, stranger));
  CHECK_FALSE(gives_access(station.reader, good, only(op_identity())));  // the file itself is theirs
  CHECK_FALSE(gives_access(station.reader, forged, stranger));
  CHECK_FALSE(gives_access(station.reader, Bytes(40), stranger));
}
