#include "vault/signed_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/error.h"
#include "base/text.h"
#include "base/translate.h"
#include "vault/bak_format.h"
#include "vault/key_files.h"
#include "vault/key_lines.h"

namespace coffre {
namespace {

constexpr std::string_view kCategory = "E_LIST";
constexpr std::string_view kListWord = "coffre-list";
constexpr std::string_view kEpochWord = "epoch";
constexpr std::string_view kSignatureWord = "coffre-list-signature";
constexpr std::string_view kListEnd = ".list";
constexpr std::size_t kMaxListSize = std::size_t{256} * 1024;

std::string_view name_of(ListType type) {
  return type == ListType::recipients ? "recipients" : "signers";
}
std::string_view file_name_start(ListType type) {
  return type == ListType::recipients ? "RECIPIENTS_" : "SIGNERS_";
}
SignatureUse use_of(ListType type) {
  return type == ListType::recipients ? SignatureUse::recipients_list : SignatureUse::signers_list;
}

[[noreturn]] void fail(std::string_view source, const char* why) {
  Error error(
      ErrorCode::rule, tr("reading a signed list"), why,
      tr("Put the right list back: restore-cli keys install FILE, from a replica's folder _coffre; or have the holder "
         "of the root key sign the next one: restore-cli keys rotate"));
  throw error.on(source).with_category(kCategory);
}

// A decimal number without sign or leading zero, 1..2^32-1.
std::optional<std::uint32_t> parse_epoch(std::string_view text) {
  std::uint32_t epoch = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), epoch);
  if (parsed.ec != std::errc() || epoch == 0 || std::to_string(epoch) != text) return std::nullopt;
  return epoch;
}

std::string sign(std::string body, ListType type, const RootKey& root) {
  const Signature signature = root.key.sign(use_of(type), sha256(as_bytes(body)));
  body += fmt::format("{} ed25519 {}\n", kSignatureWord, to_hex(ByteView(signature)));
  return body;
}

std::string start(ListType type, std::uint32_t epoch) {
  return fmt::format("{} {}\n{} {}\n", kListWord, name_of(type), kEpochWord, epoch);
}

struct Verified {
  std::uint32_t epoch = 0;
  std::vector<KeyLine> items;  // what follows the first two lines
};

// The bytes before the signature line, once the root has vouched for them.
std::string_view verified_body(std::string_view text, ListType type, const PublicKey& root, std::string_view source) {
  if (text.empty() || text.size() > kMaxListSize || text.back() != '\n') fail(source, tr("it is not a signed list"));
  const auto last_break = text.find_last_of('\n', text.size() - 2);
  if (text.size() < 2 || last_break == std::string_view::npos) fail(source, tr("it is not a signed list"));
  const std::string_view body = text.substr(0, last_break + 1);
  const std::string_view line = text.substr(last_break + 1, text.size() - last_break - 2);

  // Exactly one form, so that one list has one text.
  const std::string prefix = fmt::format("{} ed25519 ", kSignatureWord);
  Signature signature{};
  if (!line.starts_with(prefix) || !from_hex_exact(line.substr(prefix.size()), signature)) {
    fail(source, tr("it does not end with a signature"));
  }
  if (!verify_signature(root, use_of(type), sha256(as_bytes(body)), signature)) {
    fail(source, tr("the signature is not that of our root key"));
  }
  return body;
}

Verified verify(std::string_view text, ListType type, const PublicKey& root, std::uint32_t oldest_epoch,
                std::string_view source) {
  const std::string_view body = verified_body(text, type, root, source);
  Verified verified;
  verified.items = key_lines(body, {source, ErrorCode::rule, kCategory});
  auto& lines = verified.items;
  const bool has_start = lines.size() >= 2 && lines[0].words.size() == 2 && lines[0].words[0] == kListWord &&
                         lines[0].words[1] == name_of(type) && lines[1].words.size() == 2 &&
                         lines[1].words[0] == kEpochWord;
  const auto epoch = has_start ? parse_epoch(lines[1].words[1]) : std::nullopt;
  if (!epoch) fail(source, tr("it does not begin with its type and epoch"));
  if (*epoch < oldest_epoch) fail(source, tr("it is older than a list that was seen before"));
  verified.epoch = *epoch;
  lines.erase(lines.begin(), lines.begin() + 2);
  return verified;
}

}  // namespace

std::string write_list(const RecipientsList& list, const RootKey& root) {
  std::string body = start(ListType::recipients, list.epoch);
  for (const Recipient& recipient : list.recipients) body += to_line(recipient) + "\n";
  std::string text = sign(std::move(body), ListType::recipients, root);
  read_recipients_list(text, root.key.public_key(), 0, list_name(ListType::recipients, list.epoch));
  return text;
}

std::string write_list(const SignersList& list, const RootKey& root) {
  std::string body = start(ListType::signers, list.epoch);
  for (const Signer& signer : list.signers.all()) body += to_line(signer) + "\n";
  std::string text = sign(std::move(body), ListType::signers, root);
  read_signers_list(text, root.key.public_key(), 0, list_name(ListType::signers, list.epoch));
  return text;
}

RecipientsList read_recipients_list(std::string_view text, const PublicKey& root, std::uint32_t oldest_epoch,
                                    std::string_view source) {
  const Verified verified = verify(text, ListType::recipients, root, oldest_epoch, source);
  RecipientsList list{verified.epoch, {}};
  bool full = false;
  for (const KeyLine& line : verified.items) {
    Recipient recipient = read_recipient(line);
    const auto same = [&recipient](const Recipient& other) { return other.key == recipient.key; };
    if (std::ranges::any_of(list.recipients, same)) line.fail(tr("this key is in the list already"));
    full = full || recipient.scope == Scope::full;
    list.recipients.push_back(std::move(recipient));
  }
  if (!full || list.recipients.size() > kMaxStanzas) {
    fail(source, tr("it must name 1 to 16 recipients, one of them with scope full"));
  }
  return list;
}

SignersList read_signers_list(std::string_view text, const PublicKey& root, std::uint32_t oldest_epoch,
                              std::string_view source) {
  const Verified verified = verify(text, ListType::signers, root, oldest_epoch, source);
  SignersList list{verified.epoch, {}};
  for (const KeyLine& line : verified.items) {
    if (!list.signers.add(read_signer(line))) line.fail(tr("this key is in the list already"));
  }
  if (list.signers.empty()) fail(source, tr("it names no signer"));
  return list;
}

std::string list_name(ListType type, std::uint32_t epoch) {
  return fmt::format("{}{}{}", file_name_start(type), epoch, kListEnd);
}

std::optional<std::uint32_t> list_epoch(ListType type, std::string_view name) {
  const std::string_view begin = file_name_start(type);
  if (!name.starts_with(begin) || !name.ends_with(kListEnd) || name.size() < begin.size() + kListEnd.size()) {
    return std::nullopt;
  }
  return parse_epoch(name.substr(begin.size(), name.size() - begin.size() - kListEnd.size()));
}

std::optional<ListType> claimed_list_type(std::string_view text) {
  for (const std::string_view line : split(text, '\n')) {
    if (trim(line).empty() || trim(line).starts_with('#')) continue;
    for (const ListType type : {ListType::recipients, ListType::signers}) {
      if (trim(line) == fmt::format("{} {}", kListWord, name_of(type))) return type;
    }
    return std::nullopt;
  }
  return std::nullopt;
}

std::vector<Recipient> with_own_recipients(const RecipientsList& list, const std::vector<Recipient>& own) {
  std::vector<Recipient> all = list.recipients;
  for (const Recipient& recipient : own) {
    const auto same = [&recipient](const Recipient& other) { return other.key == recipient.key; };
    if (std::ranges::none_of(all, same)) all.push_back(recipient);
  }
  if (all.size() > kMaxStanzas) {
    throw Error(ErrorCode::rule, tr("sealing"), tr("a backup has 1 to 16 recipients"),
                tr("Remove recipients of the device in the inventory, or of the list"));
  }
  return all;
}

}  // namespace coffre
