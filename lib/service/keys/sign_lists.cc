#include "service/keys/sign_lists.h"

#include <fmt/format.h>

#include <map>

#include "base/error.h"
#include "base/translate.h"
#include "catalog/journal.h"
#include "os/durable_file.h"
#include "os/folder.h"
#include "service/reading/backup_readers.h"
#include "vault/key_files.h"

namespace coffre {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxListBytes = std::size_t{256} * 1024;

// The newest one that its name tells the truth about; an old list under a new name is passed over.
template <typename Read>
auto newest_list(const Folder& folder, ListType type, Read read) {
  std::map<std::uint32_t, std::string> by_epoch;
  folder.list("", [&](const std::string& name, const FileInfo& /*info*/) {
    if (const auto epoch = list_epoch(type, name)) by_epoch[*epoch] = name;
  });
  if (by_epoch.empty()) {
    throw Error(ErrorCode::not_found, tr("reading the present lists of keys"),
                fmt::format(fmt::runtime(tr("there is no {}")), list_name(type, 1)),
                tr("Name the folder _coffre of a replica, or a copy of it"))
        .on(folder.path());
  }
  const auto& [epoch, name] = *by_epoch.rbegin();
  std::string text = folder.read_small(name, kMaxListBytes).value_or("");
  auto list = read(text, epoch, name);
  return std::pair(std::move(list), std::move(text));
}

[[noreturn]] void refuse_file(const fs::path& file, const char* why, const char* hint) {
  throw Error(ErrorCode::usage, tr("reading a key file"), why, hint).on(file.string());
}

}  // namespace

RootKey load_root_key(const fs::path& file, const AskPassphrase& ask) {
  KeyFile keys = read_key_file(file, "--root");
  if (keys.root_key) return std::move(*keys.root_key);
  if (!keys.locked_root_key) {
    throw Error(ErrorCode::no_key, tr("reading the root key"), tr("the file holds no root key"),
                tr("It is in the recovery key file (secours.key), and on the printed sheet"))
        .on(file.string());
  }
  try {
    return unlock_root(*keys.locked_root_key, ask(file));
  } catch (Error& error) {
    throw error.on(file.string());
  }
}

TrustLists lists_in(const fs::path& folder, const PublicKey& root) {
  const Folder opened = Folder::open(fs::absolute(folder).string());
  TrustLists lists;
  lists.root = root;
  std::tie(lists.recipients, lists.recipients_text) =
      newest_list(opened, ListType::recipients, [&](const std::string& text, std::uint32_t epoch, const auto& name) {
        return read_recipients_list(text, root, epoch, name);
      });
  std::tie(lists.signers, lists.signers_text) =
      newest_list(opened, ListType::signers, [&](const std::string& text, std::uint32_t epoch, const auto& name) {
        return read_signers_list(text, root, epoch, name);
      });
  return lists;
}

Recipient recipient_in(const fs::path& file) {
  const KeyFile keys = read_key_file(file, "--add");
  if (keys.recipients.size() == 1) return keys.recipients.front();
  refuse_file(file, tr("one line coffre-recipient is wanted"),
              tr("Give the file that keygen wrote, or the line that it printed"));
}

PublicKey signer_in(const fs::path& file) {
  const KeyFile keys = read_key_file(file, "--signer");
  if (keys.signers.all().size() == 1) return keys.signers.all().front().key;
  refuse_file(file, tr("one line coffre-signer is wanted"),
              tr("Give the line that the server printed: restore-cli keys new-signer"));
}

KeyId key_id_from(const std::string& text) {
  KeyId id{};
  if (from_hex_exact(text, id)) return id;
  throw Error(ErrorCode::usage, tr("reading the command line"),
              fmt::format(fmt::runtime(tr("\"{}\" is no key's id: 16 hex digits")), text),
              tr("See the ids with: restore-cli keys status"));
}

std::vector<SignedListText> sign_lists(const TrustLists& present, const ListChange& change, const RootKey& root) {
  if (root.key.public_key() != present.root) {
    throw Error(ErrorCode::rule, tr("signing a list of keys"), tr("this is the root key of another installation"),
                tr("Bring the recovery key that was made with this installation"))
        .with_category("E_LIST");
  }
  std::vector<SignedListText> lists;
  if (change.recipients) {
    const RecipientsList next = next_list(present.recipients, *change.recipients);
    lists.push_back({.type = ListType::recipients, .epoch = next.epoch, .text = write_list(next, root)});
  }
  if (change.signers) {
    const SignersList next = next_list(present.signers, *change.signers);
    lists.push_back({.type = ListType::signers, .epoch = next.epoch, .text = write_list(next, root)});
  }
  if (!lists.empty()) return lists;
  throw Error(ErrorCode::usage, tr("signing a list of keys"), tr("nothing would change"),
              tr("Name keys with --add FILE, --drop ID or --signer FILE"));
}

void require_installable(Installation& at, const std::vector<SignedListText>& lists) {
  for (const SignedListText& list : lists) {
    if (list.type != ListType::recipients) continue;
    const std::string name = list_name(list.type, list.epoch);
    std::vector<BackupReaders> stored;
    at.catalog.read([&](Session& session) { stored = stored_backup_readers(session); });
    require_none_lost(stored, read_recipients_list(list.text, at.trust.root, 0, name), name);
  }
}

void record_signed_lists(Installation& at, const std::vector<SignedListText>& lists) {
  JournalEntry entry{.account = at.account,
                     .action = "keys_signed",
                     .subject = to_hex(ByteView(at.trust.root)),
                     .result = "done",
                     .ticket = {},
                     .detail = {}};
  for (const SignedListText& list : lists) {
    const bool recipients = list.type == ListType::recipients;
    entry.detail[recipients ? "recipients_epoch" : "signers_epoch"] = std::to_string(list.epoch);
  }
  at.catalog.write([&](Session& session) { append_journal(session, entry, at.clock.now()); });
}

std::vector<fs::path> write_lists(const fs::path& folder, const std::vector<SignedListText>& lists) {
  const Folder opened = Folder::open(fs::absolute(folder).string());
  std::vector<fs::path> paths;
  for (const SignedListText& list : lists) {
    const std::string name = list_name(list.type, list.epoch);
    const fs::path path = fs::absolute(folder) / name;
    const bool there = put_if_absent(opened, name, as_bytes(list.text)) == PublishResult::exists;
    if (there && opened.read_small(name, kMaxListBytes) != list.text) {
      throw Error(ErrorCode::conflict, tr("writing a list of keys"), tr("another list of this name is there already"),
                  tr("Install or remove that one first, or name another folder"))
          .on(path.string());
    }
    paths.push_back(path);
  }
  return paths;
}

}  // namespace coffre
