// The next list of keys out of the present one, as whoever holds the root key decides at the station: pure functions.
// What depends on the backups that are stored (no FULL key may go that one of them needs) is
// service/keys/install_lists.h's.
//
// Errors: rule (the change would make a list that no installation can use), usage (a key that the list does not have,
// or has already). Threads: values only.
#pragma once

#include <optional>
#include <vector>

#include "base/clock.h"
#include "vault/keys.h"
#include "vault/signed_list.h"

namespace coffre {

struct RecipientsChange {
  std::vector<Recipient> add{};  // FULL, each with a role; they stand behind the FULL ones that stay
  std::vector<KeyId> drop{};     // FULL: the catalog's key (META) stays, since older metadata is read with it
};

// Epoch + 1. A key may not be dropped and added at once; at least one FULL stays.
RecipientsList next_list(const RecipientsList& present, const RecipientsChange& change);

struct SignersChange {
  std::optional<PublicKey> add{};  // valid from `now`
  Instant now{};                   // of the signing
  // With `add`: when the signers without an end stop counting. Later than the day on which the server takes the list:
  // what it signs until then must stay valid.
  Instant others_end{};
  struct Revocation {
    KeyId signer{};
    Instant at{};
  };
  std::optional<Revocation> revoke{};
};

// Epoch + 1. A revocation is never put off: an earlier one of the same signer is refused. Somebody must be able to sign
// at `now` by the new list.
SignersList next_list(const SignersList& present, const SignersChange& change);

}  // namespace coffre
