// The server's next signing key: made beside the one in use, taken into use when a signers list of the root names it.
//
// `keys/signing.key` stays what it is until then; the next one waits as `signing.key.next`. The change is one rename,
// so that a kill leaves one key or the other, and whoever loads the server's keys does it if it was not done yet
// (cli/compose.h). The old key is gone afterwards: nothing needs it, since its signatures are checked with its public
// half, which stays in the list.
//
// Errors: rule, conflict, io, no_space. Threads: the caller's.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/clock.h"
#include "config/settings.h"
#include "service/installation.h"
#include "vault/keys.h"
#include "vault/signers.h"

namespace coffre {

std::filesystem::path next_signing_key(const KeyFiles& files);

struct NextSigner {
  PublicKey key{};
  bool made = false;  // false: it was waiting already
};

// Makes the key, 0600, or reads the one that waits. Error(rule) while systemd hands out the key in use: the next one
// belongs where that one's source lies.
NextSigner prepare_next_signer(const KeyFiles& files);

// The journal row of a key that was made.
void record_next_signer(Installation& at, const PublicKey& key);

// The public half of the key that waits, if there is one.
std::optional<PublicKey> waiting_signer(const KeyFiles& files);
// Of the key in use. Error(no_key) when there is none.
PublicKey signer_in_use(const KeyFiles& files);

// Whether what this key signs now counts.
bool may_sign(const SignerList& signers, const PublicKey& key, Instant now);

// Takes the waiting key into use when the list lets it sign now; otherwise, or without one, does nothing. A journal row
// before. Returns whether it did.
bool take_next_signer(Installation& at, const KeyFiles& files, const SignerList& signers);

// Before anything is signed: Error(rule), with the way to a new key, when ours has ended or was revoked.
void require_valid_signer(const Installation& at);

}  // namespace coffre
