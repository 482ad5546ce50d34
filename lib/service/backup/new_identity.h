// A new identity at the restore station: `restore-cli keygen`. Its recipient line goes into the next recipients list,
// which the holder of the root key signs (service/keys/sign_lists.h); until then nothing is sealed to it.
//
// The file carries identity (locked by a passphrase, unless said otherwise), recipient line with role, and the root and
// signer lines known here, so that one file and one replica are enough. 0600, never overwritten, there whole or not at
// all.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/secret.h"
#include "service/installation.h"

namespace coffre {

struct NewIdentityRequest {
  std::string role;                          // "op", "drill" or "recovery"
  std::filesystem::path file;                // must not exist; its folder must
  std::optional<SecretString> passphrase{};  // nullopt: unlocked, said aloud
  std::optional<TrustLists> trust{};         // whose root and signer lines go along; nullopt: none known here
};

struct NewIdentity {
  std::string recipient_line;  // "coffre-recipient x25519 full <hex> role op"
  std::string recipient_id;    // hex rid
};

// Errors: usage (role, passphrase too short), conflict (the file exists), io, no_space. What was written is read back
// before this returns.
NewIdentity make_identity(const NewIdentityRequest& request);

// The journal row, where an installation is at hand.
void record_new_identity(Installation& at, const NewIdentityRequest& request, const NewIdentity& made);

}  // namespace coffre
