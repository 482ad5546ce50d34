#include "vault/list_change.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "base/translate.h"

namespace coffre {
namespace {

[[noreturn]] void refuse(ErrorCode code, std::string why, std::string hint) {
  throw Error(code, tr("making the next list of keys"), std::move(why), std::move(hint));
}

auto with_id(const KeyId& id) {
  return [&id](const auto& one) { return one.id() == id; };
}

template <typename Keys>
std::string ids_of(const Keys& keys) {
  std::vector<std::string> ids;
  for (const auto& key : keys) ids.push_back(to_hex(key.id()));
  return join(ids, ", ");
}

template <typename Keys>
[[noreturn]] void refuse_unknown(const KeyId& id, const Keys& keys) {
  refuse(ErrorCode::usage, fmt::format(fmt::runtime(tr("the list has no key {}")), to_hex(id)),
         fmt::format(fmt::runtime(tr("It has: {}")), ids_of(keys)));
}

void drop_one(std::vector<Recipient>& recipients, const KeyId& id) {
  const auto found = std::ranges::find_if(recipients, with_id(id));
  if (found == recipients.end()) refuse_unknown(id, recipients);
  if (found->scope != Scope::full) {
    refuse(ErrorCode::rule, tr("the catalog's key stays in the list: the metadata of older backups is read with it"),
           tr("Drop keys that open backups only; restore-cli keys status shows which they are"));
  }
  recipients.erase(found);
}

void add_one(std::vector<Recipient>& recipients, const Recipient& recipient) {
  if (std::ranges::any_of(recipients, with_id(recipient.id()))) {
    refuse(ErrorCode::usage, fmt::format(fmt::runtime(tr("the list has the key {} already")), to_hex(recipient.id())),
           tr("See what it has: restore-cli keys status"));
  }
  if (recipient.scope != Scope::full || recipient.role.empty()) {
    refuse(ErrorCode::rule, tr("only keys that open backups, with a role, are added"),
           tr("Make one with: restore-cli keygen --role op --out FILE"));
  }
  const auto first_meta = std::ranges::find(recipients, Scope::meta, &Recipient::scope);
  recipients.insert(first_meta, recipient);
}

}  // namespace

RecipientsList next_list(const RecipientsList& present, const RecipientsChange& change) {
  if (change.add.empty() && change.drop.empty()) {
    refuse(ErrorCode::usage, tr("nothing would change"), tr("Name keys with --add FILE or --drop ID"));
  }
  RecipientsList next{.epoch = present.epoch + 1, .recipients = present.recipients};
  for (const KeyId& id : change.drop) drop_one(next.recipients, id);
  for (const Recipient& recipient : change.add) {
    if (std::ranges::find(change.drop, recipient.id()) != change.drop.end()) {
      refuse(ErrorCode::usage, tr("the same key would be added and dropped"), tr("Name it once"));
    }
    add_one(next.recipients, recipient);
  }
  if (std::ranges::find(next.recipients, Scope::full, &Recipient::scope) == next.recipients.end()) {
    refuse(ErrorCode::rule, tr("no key that opens backups would be left"),
           tr("Add a new one in the same command: --add FILE"));
  }
  return next;
}

SignersList next_list(const SignersList& present, const SignersChange& change) {
  SignersList next{.epoch = present.epoch + 1, .signers = {}};
  if (change.revoke && present.signers.find(change.revoke->signer) == nullptr) {
    refuse_unknown(change.revoke->signer, present.signers.all());
  }
  for (Signer signer : present.signers.all()) {
    if (change.add && !signer.to) signer.to = std::max(change.others_end, signer.from.value_or(change.others_end));
    if (change.revoke && signer.id() == change.revoke->signer) {
      if (signer.revoked && *signer.revoked < change.revoke->at) {
        refuse(ErrorCode::rule,
               fmt::format(fmt::runtime(tr("it is revoked at {} already")), to_rfc3339(*signer.revoked)),
               tr("A revocation is never put off: give an earlier time, or leave it"));
      }
      signer.revoked = change.revoke->at;
    }
    static_cast<void>(next.signers.add(signer));  // each key was there once
  }
  if (change.add && !next.signers.add({.key = *change.add, .from = change.now, .to = {}, .revoked = {}})) {
    refuse(ErrorCode::usage, tr("the list has this signer already"),
           tr("Make a new one on the server: restore-cli keys new-signer"));
  }
  const bool somebody = std::ranges::any_of(
      next.signers.all(), [&](const Signer& signer) { return signer.valid_at(change.now) && !signer.revoked; });
  if (!somebody) {
    refuse(ErrorCode::rule, tr("nobody could sign any more, and the server make no backup"),
           tr("Make the next key on the server: restore-cli keys new-signer; then add it in this command: --signer "
              "FILE"));
  }
  return next;
}

}  // namespace coffre
