#include "vault/unlock.h"

#include <catch2/catch.hpp>

#include "support/vault_samples.h"
#include "vault/category.h"
#include "vault/key_derivation.h"

using namespace coffre;
using namespace coffre::test;

TEST_CASE("a FULL stanza gives the file key, a META stanza the metadata key; both open the record") {
  const Bytes file = sealed_sample(sample_data(13));
  const HeaderRegion region = load_header_region(MemoryReader(file));
  const Unlocked full = unlock_stanza(region, {}, only(op_identity()));
  CHECK(full.key.equals(secret_run(0)));
  const Unlocked meta = unlock_stanza(region, {}, only(catalog_identity()));
  CHECK(meta.key.equals(derive_key(secret_run(0), "metadata")));
  CHECK(open_metadata(region, full) == sample_request().metadata);
  CHECK(open_metadata(region, meta) == sample_request().metadata);
}

TEST_CASE("a box that was made for another file or another scope is no key") {
  const Bytes file = sealed_sample(sample_data(13));
  HeaderRegion region = load_header_region(MemoryReader(file));
  const Recipient op = op_identity().recipient();
  const auto refused = [&region] {
    try {
      (void)unlock_stanza(region, {}, only(op_identity()));
    } catch (const Error& error) {
      return error.category();
    }
    return std::string("OK");
  };
  region.stanzas[0] = make_stanza(op, run_array<16>(0xe1), secret_run(0), system_seal_material());
  CHECK(refused() == "E_UNWRAP");
  region.stanzas[0] =
      make_stanza({Scope::meta, op.key, {}}, run_array<16>(0xe0), secret_run(0), system_seal_material());
  region.stanzas[0].scope = Scope::full;
  CHECK(refused() == "E_UNWRAP");
  region.stanzas[0] = make_stanza(op, run_array<16>(0xe0), secret_run(0), system_seal_material());
  CHECK(refused() == "OK");
}
