#include "vault/signers.h"

#include <algorithm>

namespace coffre {

bool SignerList::add(const Signer& signer) {
  if (find(signer.id()) != nullptr) return false;
  signers_.push_back(signer);
  return true;
}

const Signer* SignerList::find(const KeyId& id) const {
  const auto found = std::ranges::find_if(signers_, [&id](const Signer& signer) { return signer.id() == id; });
  return found == signers_.end() ? nullptr : &*found;
}

void AnchorList::add(const Digest& digest, Instant at) {
  const auto [place, is_new] = earliest_.emplace(digest, at);
  if (!is_new) place->second = std::min(place->second, at);
}

bool AnchorList::proves_before(const Digest& digest, Instant instant) const {
  const auto found = earliest_.find(digest);
  return found != earliest_.end() && found->second < instant;
}

}  // namespace coffre
