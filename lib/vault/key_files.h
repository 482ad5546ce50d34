// Keys as text that a person can print, keep in a safe, and type again: schemas/key-files.md.
//
// One key a line, words separated by blanks, `#` comments, lower-case hex, times in RFC 3339. Reading is strict: an
// unknown word, a wrong length or a key twice is an Error on "SOURCE:LINE" that says which word, never the key. For a
// file it is Error(no_key): whoever gave it has no key with it.
// Texts with secrets are passed as views of SecretString or ClearBytes memory and given out as SecretString.
// Threads: like any value.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/secret.h"
#include "vault/keys.h"
#include "vault/passphrase_lock.h"
#include "vault/signers.h"

namespace coffre {

// A secret that needs its passphrase (Argon2id 64 MiB, 3 passes; XChaCha20-Poly1305). Holds nothing to protect.
struct LockedSecret {
  LockedBytes bytes{};
};

struct LockedIdentity {
  Scope scope = Scope::full;
  LockedSecret secret;
};

// All that a key file may hold. Move-only.
struct KeyFile {
  std::vector<Identity> identities;
  std::vector<LockedIdentity> locked_identities;
  std::vector<Recipient> recipients;
  std::optional<SigningKey> signing_key;
  std::optional<RootKey> root_key;  // secret half
  std::optional<LockedSecret> locked_root_key;
  std::optional<PublicKey> root;  // public half
  SignerList signers;
  SecretBytes kek;    // empty when absent
  SecretBytes dedup;  // empty when absent
};

// `source` names the file in errors. A file that holds identities and recipients must hold the recipient of each
// identity: so a slip while typing a printed key is found here, by line, and not as "no key" later.
KeyFile parse_key_file(std::string_view text, std::string_view source);

// Lines in a fixed order, ending with a line break; `comment` lines first. parse_key_file reads it back.
SecretString write_key_file(const KeyFile& file, std::string_view comment);

// Locking takes 64 MiB and about 0.15 s, on purpose. An empty passphrase is Error(usage).
LockedIdentity lock(const Identity& identity, const SecretString& passphrase);
LockedSecret lock(const RootKey& root, const SecretString& passphrase);
// Error(no_key) for a wrong passphrase or a line that was changed: nobody can tell which.
Identity unlock(const LockedIdentity& locked, const SecretString& passphrase);
RootKey unlock_root(const LockedSecret& locked, const SecretString& passphrase);

// One line without its line break.
std::string to_line(const Recipient& recipient);  // coffre-recipient x25519 full <hex> [role op]
std::string to_line(const Signer& signer);        // coffre-signer ed25519 <hex> [from ..] [to ..] [revoked ..]
std::string root_line(const PublicKey& root);     // coffre-root ed25519 <hex>
// From one such line, as configuration and lists hold them; Error(usage) on `source`.
Recipient parse_recipient_line(std::string_view line, std::string_view source);
Signer parse_signer_line(std::string_view line, std::string_view source);

// Lines of signers and comments only, as `--signers FILE` takes them (a root line is allowed and ignored): at least one
// signer.
SignerList parse_signers_file(std::string_view text, std::string_view source);

}  // namespace coffre
