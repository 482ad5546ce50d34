#include "vault/unlock.h"

#include <sodium.h>

#include <algorithm>
#include <utility>

#include "vault/category.h"
#include "vault/chunked_encryption.h"
#include "vault/key_derivation.h"

namespace coffre {
namespace {

struct Match {
  const Stanza* stanza = nullptr;
  const Identity* identity = nullptr;
};

std::optional<Match> find_match(std::span<const Stanza> stanzas, std::span<const Identity> identities, Scope scope) {
  for (const Identity& identity : identities) {
    const KeyId id = identity.id();
    const auto fits = [&id, scope](const Stanza& stanza) { return stanza.scope == scope && stanza.key_id == id; };
    const auto found = std::ranges::find_if(stanzas, fits);
    if (found != stanzas.end()) return Match{&*found, &identity};
  }
  return std::nullopt;
}

std::optional<Match> find_match(std::span<const Stanza> stanzas, std::span<const Identity> identities) {
  if (auto match = find_match(stanzas, identities, Scope::full)) return match;
  return find_match(stanzas, identities, Scope::meta);
}

Match find_match(const HeaderRegion& region, std::span<const Sidecar> sidecars, std::span<const Identity> identities) {
  if (auto match = find_match(region.stanzas, identities)) return *match;
  for (const Sidecar& sidecar : sidecars) {
    if (auto match = find_match(sidecar.stanzas, identities)) return *match;
  }
  throw refusal(Category::no_key);
}

}  // namespace

Unlocked unlock_stanza(const HeaderRegion& region, std::span<const Sidecar> sidecars,
                       std::span<const Identity> identities) {
  const Match match = find_match(region, sidecars, identities);
  const Stanza& stanza = *match.stanza;
  SecretBytes message = SecretBytes::zeroed(kBoxSize - crypto_box_SEALBYTES);
  if (crypto_box_seal_open(message.reveal_writable().data(), stanza.box.data(), stanza.box.size(),
                           match.identity->public_key().data(), match.identity->secret().reveal_bytes().data()) != 0) {
    throw refusal(Category::unwrap);
  }
  // A box moved here from another file, or given a wider scope outside than inside, is no key to this file.
  const ByteView inner = message.reveal_bytes();
  const bool fits = inner[0] == static_cast<std::uint8_t>(stanza.scope) &&
                    equal(inner.subspan(1, sizeof(FileId)), region.header.file_id);
  if (!fits) throw refusal(Category::unwrap);
  return {stanza.scope, SecretBytes::copy_of(inner.last(kSecretKeySize)), stanza.key_id};
}

MetadataRecord open_metadata(const HeaderRegion& region, const Unlocked& unlocked) {
  const SecretBytes key = unlocked.scope == Scope::full ? derive_key(unlocked.key, "metadata") : unlocked.key.clone();
  const ClearBytes json = open_message(key, region.stanzas_hash, region.metadata_message());
  MetadataRecord record = MetadataRecord::parse(json);
  if (!is_object_name(record.name(), region.header.kind)) throw refusal(Category::metadata);
  return record;
}

}  // namespace coffre
