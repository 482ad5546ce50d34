// Stanzas: whatever decodes must encode to the same bytes, and opening any of them must end in a category. The first
// 106 bytes may be replaced by a box that really opens, with the input inside.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/error.h"
#include "support/vault_samples.h"
#include "vault/unlock.h"

using namespace coffre;
using namespace coffre::test;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

// A stanza for our key whose box holds the input instead of scope, file_id and key.
Stanza boxed(const Identity& identity, ByteView inner) {
  Stanza stanza{Scope::full, identity.id(), {}};
  if (crypto_box_seal(stanza.box.data(), inner.data(), inner.size(), identity.public_key().data()) != 0) abort();
  return stanza;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto identities = only(op_identity());
  const ByteView bytes(data, size - size % kStanzaSize);
  HeaderRegion region;
  region.header.file_id = run_array<16>(0xe0);
  constexpr std::size_t kInner = kBoxSize - crypto_box_SEALBYTES;
  if (size >= kInner && size < kStanzaSize) region.stanzas.push_back(boxed(identities[0], {data, kInner}));
  if (auto stanzas = decode_stanzas(bytes)) {
    Bytes again;
    for (const Stanza& stanza : *stanzas) append(again, stanza);
    if (!equal(again, bytes)) abort();
    region.stanzas.insert(region.stanzas.end(), stanzas->begin(), stanzas->end());
  }
  try {
    (void)unlock_stanza(region, {}, identities);
  } catch (const Error& error) {
    if (error.category() != "E_NO_KEY" && error.category() != "E_UNWRAP") abort();
  }
  return 0;
}
