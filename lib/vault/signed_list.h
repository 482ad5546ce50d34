// The two lists that the root key signs, stored in both replicas: who can read (RECIPIENTS_<epoch>.list) and whose
// signature counts (SIGNERS_<epoch>.list). Text form: schemas/key-files.md.
//
// A list counts only with the root's signature, with the type asked for, and with an epoch not older than one seen
// before. Errors: Error(rule) with category E_LIST; the caller refuses to back up *and* raises an alarm.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vault/keys.h"
#include "vault/signers.h"

namespace coffre {

enum class ListType { recipients, signers };

struct RecipientsList {
  std::uint32_t epoch = 1;            // 1..2^32-1, +1 for each new list
  std::vector<Recipient> recipients;  // 1..16, at least one FULL, in the order of the stanzas
};

struct SignersList {
  std::uint32_t epoch = 1;
  SignerList signers;  // at least one
};

// The signed text. Throws what reading would for a list that could not be read back.
std::string write_list(const RecipientsList& list, const RootKey& root);
std::string write_list(const SignersList& list, const RootKey& root);

// `source` names the file in errors; `oldest_epoch` is the newest one seen so far (0: none).
RecipientsList read_recipients_list(std::string_view text, const PublicKey& root, std::uint32_t oldest_epoch,
                                    std::string_view source);
SignersList read_signers_list(std::string_view text, const PublicKey& root, std::uint32_t oldest_epoch,
                              std::string_view source);

// "RECIPIENTS_7.list", "SIGNERS_7.list", and back; lies in the folder "_coffre".
std::string list_name(ListType type, std::uint32_t epoch);
std::optional<std::uint32_t> list_epoch(ListType type, std::string_view name);
// Which list a text claims to be; nullopt for anything else. Proves nothing.
std::optional<ListType> claimed_list_type(std::string_view text);

// The list's recipients followed by a device's or customer's own ones; a key that is there already is not repeated
// (the list's entry stays). Error(rule) when more than 16 result.
std::vector<Recipient> with_own_recipients(const RecipientsList& list, const std::vector<Recipient>& own);

}  // namespace coffre
