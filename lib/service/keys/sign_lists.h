// The next lists of keys, made where the root key is: the station, without the server (`restore-cli keys rotate`,
// `keys revoke-signer`). What comes out are two texts, or one, that are carried to the server, which judges them
// (service/keys/install_lists.h).
//
// Errors: those of vault/list_change.h; no_key (no root key in the file, wrong passphrase), rule with E_LIST (the
// present lists are not signed by this root), not_found, conflict. Threads: the caller's.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "service/installation.h"
#include "service/keys/key_ring.h"
#include "vault/list_change.h"

namespace coffre {

// The root key out of the recovery key file; asks for the passphrase of a locked one.
RootKey load_root_key(const std::filesystem::path& file, const AskPassphrase& ask);

// The present lists in a folder: the newest RECIPIENTS_<epoch>.list and SIGNERS_<epoch>.list that this root signed, as
// they lie in `_coffre/` of a replica.
TrustLists lists_in(const std::filesystem::path& folder, const PublicKey& root);

// For the change: the recipient of a key file, or the line alone. Error(usage) when there is none or several.
Recipient recipient_in(const std::filesystem::path& file);
// The signer of a file that holds one coffre-signer line.
PublicKey signer_in(const std::filesystem::path& file);
// 16 hex digits, as every command shows them. Error(usage).
KeyId key_id_from(const std::string& text);

struct ListChange {
  std::optional<RecipientsChange> recipients{};
  std::optional<SignersChange> signers{};
};

struct SignedListText {
  ListType type = ListType::recipients;
  std::uint32_t epoch = 1;
  std::string text{};
};

// Recipients first. Error(usage) when nothing changes.
std::vector<SignedListText> sign_lists(const TrustLists& present, const ListChange& change, const RootKey& root);

// Where the installation is at hand: attack 14 before anything is carried away (the server judges again), and the
// journal row.
void require_installable(Installation& at, const std::vector<SignedListText>& lists);
void record_signed_lists(Installation& at, const std::vector<SignedListText>& lists);

// Into RECIPIENTS_<epoch>.list and SIGNERS_<epoch>.list below an existing folder; never overwritten. The paths.
std::vector<std::filesystem::path> write_lists(const std::filesystem::path& folder,
                                               const std::vector<SignedListText>& lists);

}  // namespace coffre
