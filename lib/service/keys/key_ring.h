// The keys and the trust that a person brings to one command: --identity, --signers, --any-signer. Never stored.
//
// Whose signature counts (security-design.md section 2): `--signers FILE` alone when it is given; otherwise the signer
// lines of the key files, and what a list says that one of their roots signed (of the installation's configuration, or
// in the replica around a bare file). Where two sources know a signer, the stricter bound of each kind holds, so that
// an old list cannot take a revocation back. The ring remembers on what the trust in each signer rests.
//
// A root line is checked where something can contradict it: lists at hand that another root has signed are a refusal,
// not passed over, since a slip in the root line and a list put there by a stranger look alike. Both ways out stay:
// the line put right, or --signers.
//
// Errors: no_key (a file that is missing, cannot be read, is no key file, by line and word, holds no identity; wrong
// passphrase), rule with category E_LIST (a list that its root did not sign). Threads: values; a ring may be read by
// many.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/secret.h"
#include "service/installation.h"
#include "vault/key_files.h"
#include "vault/keys.h"
#include "vault/open.h"
#include "vault/signers.h"

namespace coffre {

struct KeyRingRequest {
  std::vector<std::filesystem::path> identities{};  // key files
  std::filesystem::path signers{};                  // "" = none given; signer lines, or a signed list
  OriginCheck origin = OriginCheck::required;
  const TrustLists* installation = nullptr;  // at hand: an older list of its root is not believed
};

// Asks for the passphrase of that file. Called only when the file holds a locked identity that no passphrase given
// before opens.
using AskPassphrase = std::function<SecretString(const std::filesystem::path& file)>;

// Whence a signer is known: the first of these that knows it.
enum class TrustSource {
  signers_file,  // --signers
  signed_list,   // a list that the root of a key file has signed
  installation,  // the configuration at hand, whose root no key file names
  key_file,      // a signer line of the key file, which its holder trusts; no root vouches for it
};
// "signers_file", "signed_list", "installation", "key_file": for --json.
std::string_view to_string(TrustSource source);

struct FileRoot {
  PublicKey key{};
  std::filesystem::path file{};  // the key file that names it
};

struct KeyRing {
  std::vector<Identity> identities{};  // in the order given; empty: a command without keys
  std::vector<FileRoot> roots{};
  SignerList signers{};
  std::map<std::string, TrustSource> sources{};  // of the signers, by hex sid
  bool signers_fixed = false;                    // by --signers: nothing is added
  std::map<std::string, std::string> roles{};    // hex rid -> role, as the key files have it
  OriginCheck origin = OriginCheck::required;
  std::map<std::string, std::uint32_t> newest_epochs{};  // of signers lists, by the root's hex: older ones do not count

  // What vault/open.h wants; borrows from this ring.
  [[nodiscard]] OpenRequest open_request() const;
  // On what the trust in that signer rests; nullopt when it is not trusted, or nobody asked (--any-signer).
  [[nodiscard]] std::optional<TrustSource> trust_in(const KeyId& signer) const;
};

// A key file, whatever it holds; `option` named it, for the hint of Error(no_key) when it cannot be read.
KeyFile read_key_file(const std::filesystem::path& path, std::string_view option);

KeyRing load_key_ring(const KeyRingRequest& request, const AskPassphrase& ask);

// Adds what a signed list says, when one of the ring's roots signed it. False, and nothing changed, when no root did,
// when a newer list of that root was seen, when its epoch is below `oldest`, or when `signers_fixed`.
bool trust_list(KeyRing& ring, std::string_view text, std::string_view source, std::uint32_t oldest = 0);
// For what the installation itself has stored: adds its own list. Error(rule, E_LIST) when a key file names another
// root, unless --signers or --any-signer leaves the lists out of it.
void trust_installation(KeyRing& ring, const TrustLists& lists);
// For a bare file, which may be anybody's: the same, but a ring with other roots only is left as it is.
void trust_installation_if_ours(KeyRing& ring, const TrustLists& lists);
// Adds the newest list that lies in `_coffre/` of a replica around that file, if there is one. Error(rule, E_LIST) when
// there are lists and no root of the ring has signed any of them, unless --signers or --any-signer leaves them out.
void trust_around(KeyRing& ring, const std::filesystem::path& file);

// "op", "drill" or "recovery": what evidence says about who opened it. From the recipients list, else from the device's
// own recipients, else from the key file; "op" when nothing says.
std::string role_of(const KeyRing& ring, const Installation& at, const DeviceKey& device, const KeyId& opened_with);

// The journal row of a command that opened something with a key that a person brought, or with --any-signer; nothing
// for a look without both. `opened_with`: nullopt when no key was needed or none fitted. (extract, and verify of a
// stored backup, have rows of their own.)
void record_opening(Installation& at, const KeyRing& ring, const std::string& action, const std::string& subject,
                    const std::optional<KeyId>& opened_with);
// The same for one that failed.
void record_refused_opening(Installation& at, const KeyRing& ring, const std::string& action,
                            const std::string& subject, const Error& error);

}  // namespace coffre
