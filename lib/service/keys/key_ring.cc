#include "service/keys/key_ring.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/text.h"
#include "base/translate.h"
#include "catalog/journal.h"
#include "model/backup_name.h"
#include "os/file_reader.h"
#include "os/folder.h"

namespace coffre {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxKeyFileBytes = std::uint64_t{64} * 1024;
constexpr std::size_t kMaxListBytes = std::size_t{256} * 1024;
constexpr std::string_view kSignedListWord = "coffre-list ";
constexpr std::string_view kListCategory = "E_LIST";
// CLIENT/SITE/TYPE_NAME/_suspect/NAME lies four folders below its replica.
constexpr int kFoldersAbove = 5;
constexpr std::array<std::string_view, 3> kRoles = {"op", "drill", "recovery"};

// Wiped when it goes: it may hold an identity. Whatever keeps it from being read, there is no key: Error(no_key).
ClearBytes read_whole(const fs::path& path, std::string_view option) {
  const auto no_key = [&](std::string why) {
    return Error(
               ErrorCode::no_key, tr("reading a key file"), std::move(why),
               fmt::format(fmt::runtime(tr("Name the right file with {}; the printed sheet says where keys are kept")),
                           option))
        .on(path.string());
  };
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) throw no_key(tr("it is a folder, not a file"));
  try {
    const auto reader = open_path(path.string());
    if (reader->size() > kMaxKeyFileBytes) throw no_key(tr("it is far too large for a key file"));
    ClearBytes text(static_cast<std::size_t>(reader->size()));
    reader->read_at(0, text);
    return text;
  } catch (const Error& error) {
    if (error.code() == ErrorCode::no_key) throw;
    throw no_key(error.code() == ErrorCode::not_found ? tr("there is no such file") : error.reason());
  }
}

// A person often has one passphrase for several files: those that were typed already are tried first.
Identity unlock_with(const LockedIdentity& locked, const fs::path& path, const AskPassphrase& ask,
                     std::vector<SecretString>& known) {
  for (const SecretString& passphrase : known) {
    try {
      return unlock(locked, passphrase);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::no_key) throw;
    }
  }
  SecretString passphrase = ask(path);
  try {
    Identity identity = unlock(locked, passphrase);
    known.push_back(std::move(passphrase));
    return identity;
  } catch (Error& error) {
    throw error.on(path.string());
  }
}

std::optional<Instant> later(std::optional<Instant> a, std::optional<Instant> b) {
  if (!a || !b) return a ? a : b;
  return std::max(*a, *b);
}

std::optional<Instant> earlier(std::optional<Instant> a, std::optional<Instant> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

void add_signers(KeyRing& ring, const SignerList& more, TrustSource source) {
  SignerList merged;
  for (const Signer& signer : ring.signers.all()) {
    Signer strict = signer;
    if (const Signer* const other = more.find(signer.id())) {
      strict.from = later(signer.from, other->from);
      strict.to = earlier(signer.to, other->to);
      strict.revoked = earlier(signer.revoked, other->revoked);
    }
    static_cast<void>(merged.add(strict));
  }
  for (const Signer& signer : more.all()) {
    static_cast<void>(merged.add(signer));  // when it is new
    const auto [known, fresh] = ring.sources.emplace(to_hex(signer.id()), source);
    if (!fresh) known->second = std::min(known->second, source);
  }
  ring.signers = std::move(merged);
}

void add_key_file(KeyRing& ring, const fs::path& path, const AskPassphrase& ask, std::vector<SecretString>& known) {
  KeyFile file = read_key_file(path, "--identity");
  if (file.identities.empty() && file.locked_identities.empty()) {
    throw Error(ErrorCode::no_key, tr("reading a key file"), tr("the file holds no identity"),
                tr("A line \"coffre-identity ...\" is wanted; signer lines go with --signers"))
        .on(path.string());
  }
  for (Identity& identity : file.identities) ring.identities.push_back(std::move(identity));
  for (const LockedIdentity& locked : file.locked_identities) {
    ring.identities.push_back(unlock_with(locked, path, ask, known));
  }
  for (const Recipient& recipient : file.recipients) ring.roles[to_hex(recipient.id())] = recipient.role;
  if (file.root) ring.roots.push_back({*file.root, path});
  add_signers(ring, file.signers, TrustSource::key_file);
}

void note_epoch(KeyRing& ring, const PublicKey& root, const SignersList& list) {
  std::uint32_t& newest = ring.newest_epochs[to_hex(ByteView(root))];
  newest = std::max(newest, list.epoch);
}

void add_signers_file(KeyRing& ring, const fs::path& path) {
  const ClearBytes bytes = read_whole(path, "--signers");
  const std::string text(as_text(bytes));
  // A signed list is welcome too, if a root that we hold signed it.
  if (text.starts_with(kSignedListWord)) {
    if (trust_list(ring, text, path.string())) return;
    throw Error(ErrorCode::rule, tr("reading the signers"),
                tr("no root key at hand has signed this list, or the installation has a newer one"),
                tr("Give an --identity file that names the root, or a file of plain coffre-signer lines"))
        .on(path.string())
        .with_category(kListCategory);
  }
  add_signers(ring, parse_signers_file(text, path.string()), TrustSource::signers_file);
}

// --signers and --any-signer leave all lists at hand out of it.
bool wants_lists(const KeyRing& ring) {
  return !ring.signers_fixed && ring.origin == OriginCheck::required;
}

bool has_signed(const PublicKey& root, std::string_view list) {
  try {
    read_signers_list(list, root, 0, "");
    return true;
  } catch (const Error&) {
    return false;
  }
}

// The root line of a key file, and lists that another root has signed. `why` is a sentence about that file.
Error foreign_root(const fs::path& key_file, std::string why) {
  return Error(ErrorCode::rule, tr("checking the root key"), std::move(why),
               tr("Compare the coffre-root line with the printed sheet, character by character; if it is right, find "
                  "out whose lists these are, or name the signers with --signers FILE"))
      .on(key_file.string())
      .with_category(kListCategory);
}

// SIGNERS_<epoch>.list of the nearest `_coffre/` above the file.
struct ListsAround {
  std::optional<Folder> folder{};
  std::map<std::uint32_t, std::string> by_epoch{};
};

ListsAround lists_around(const fs::path& file) {
  ListsAround found;
  fs::path folder = fs::absolute(file).parent_path();
  for (int level = 0; level < kFoldersAbove; ++level, folder = folder.parent_path()) {
    const fs::path lists = folder / kInstallationFolder;
    std::error_code ignored;
    if (!fs::is_directory(lists, ignored)) continue;
    found.folder = Folder::open(lists.string());
    found.folder->list("", [&](const std::string& name, const FileInfo& /*info*/) {
      if (const auto epoch = list_epoch(ListType::signers, name)) found.by_epoch[*epoch] = name;
    });
    return found;
  }
  return found;
}

// A look at what anybody may read is no matter of the journal.
bool is_on_record(const KeyRing& ring) {
  return !ring.identities.empty() || ring.origin == OriginCheck::any_signer;
}

JournalEntry opening_entry(const Installation& at, const KeyRing& ring, const std::string& action,
                           const std::string& subject) {
  JournalEntry entry{
      .account = at.account, .action = action, .subject = subject, .result = {}, .ticket = {}, .detail = {}};
  if (ring.origin == OriginCheck::any_signer) entry.detail["origin"] = "not checked";
  return entry;
}

bool is_role(std::string_view role) {
  return std::ranges::find(kRoles, role) != kRoles.end();
}

}  // namespace

OpenRequest KeyRing::open_request() const {
  OpenRequest request;
  request.signers = &signers;
  request.origin = origin;
  request.identities = identities;
  return request;
}

KeyFile read_key_file(const fs::path& path, std::string_view option) {
  const ClearBytes text = read_whole(path, option);
  return parse_key_file(as_text(text), path.string());
}

std::optional<TrustSource> KeyRing::trust_in(const KeyId& signer) const {
  const auto known = sources.find(to_hex(signer));
  if (origin == OriginCheck::any_signer || known == sources.end()) return std::nullopt;
  return known->second;
}

std::string_view to_string(TrustSource source) {
  switch (source) {
    case TrustSource::signers_file:
      return "signers_file";
    case TrustSource::signed_list:
      return "signed_list";
    case TrustSource::installation:
      return "installation";
    case TrustSource::key_file:
      return "key_file";
  }
  return "";
}

KeyRing load_key_ring(const KeyRingRequest& request, const AskPassphrase& ask) {
  KeyRing ring;
  ring.origin = request.origin;
  if (request.installation != nullptr) note_epoch(ring, request.installation->root, request.installation->signers);
  std::vector<SecretString> known;
  for (const fs::path& path : request.identities) add_key_file(ring, path, ask, known);
  if (request.signers.empty()) return ring;
  ring.signers = {};  // --signers stands alone
  ring.sources = {};
  add_signers_file(ring, request.signers);
  for (auto& entry : ring.sources) entry.second = TrustSource::signers_file;
  ring.signers_fixed = true;
  return ring;
}

bool trust_list(KeyRing& ring, std::string_view text, std::string_view source, std::uint32_t oldest) {
  if (ring.signers_fixed) return false;
  for (const FileRoot& root : ring.roots) {
    try {
      const std::uint32_t seen = ring.newest_epochs[to_hex(ByteView(root.key))];
      const SignersList list = read_signers_list(text, root.key, std::max(seen, oldest), source);
      add_signers(ring, list.signers, TrustSource::signed_list);
      note_epoch(ring, root.key, list);
      return true;
    } catch (const Error& error) {
      if (error.category() != kListCategory) throw;  // too old, or another root signed it
    }
  }
  return false;
}

void trust_installation_if_ours(KeyRing& ring, const TrustLists& lists) {
  if (!wants_lists(ring)) return;
  const bool ours = std::ranges::find(ring.roots, lists.root, &FileRoot::key) != ring.roots.end();
  if (!ours && !ring.roots.empty()) return;
  add_signers(ring, lists.signers.signers, ours ? TrustSource::signed_list : TrustSource::installation);
  note_epoch(ring, lists.root, lists.signers);
}

void trust_installation(KeyRing& ring, const TrustLists& lists) {
  if (!wants_lists(ring)) return;
  const auto other = [&lists](const FileRoot& root) { return root.key != lists.root; };
  if (const auto root = std::ranges::find_if(ring.roots, other); root != ring.roots.end()) {
    throw foreign_root(root->file, tr("its coffre-root line is not the root key of this installation"));
  }
  trust_installation_if_ours(ring, lists);
}

void trust_around(KeyRing& ring, const fs::path& file) {
  if (!wants_lists(ring) || ring.roots.empty()) return;
  const ListsAround lists = lists_around(file);
  if (lists.by_epoch.empty()) return;
  bool ours = false;
  // The newest that is what its name says: an old list under a new name is passed over.
  for (auto newest = lists.by_epoch.rbegin(); newest != lists.by_epoch.rend(); ++newest) {
    const auto text = lists.folder->read_small(newest->second, kMaxListBytes);
    if (!text) continue;
    if (trust_list(ring, *text, newest->second, newest->first)) return;
    ours = ours || std::ranges::any_of(ring.roots, [&](const FileRoot& root) { return has_signed(root.key, *text); });
  }
  if (ours) return;
  throw foreign_root(
      ring.roots.front().file,
      fmt::format(fmt::runtime(tr("the root key that it names has signed no list in {}")), lists.folder->path()));
}

std::string role_of(const KeyRing& ring, const Installation& at, const DeviceKey& device, const KeyId& opened_with) {
  for (const Recipient& recipient : at.trust.recipients.recipients) {
    if (recipient.id() == opened_with && is_role(recipient.role)) return recipient.role;
  }
  if (const auto known = at.inventory.devices.find(device); known != at.inventory.devices.end()) {
    for (const std::string& line : known->second.recipients) {
      const Recipient recipient = parse_recipient_line(line, device.display());
      if (recipient.id() == opened_with && is_role(recipient.role)) return recipient.role;
    }
  }
  const auto in_file = ring.roles.find(to_hex(opened_with));
  return in_file != ring.roles.end() && is_role(in_file->second) ? in_file->second : std::string(kRoles[0]);
}

void record_opening(Installation& at, const KeyRing& ring, const std::string& action, const std::string& subject,
                    const std::optional<KeyId>& opened_with) {
  if (!is_on_record(ring)) return;
  JournalEntry entry = opening_entry(at, ring, action, subject);
  entry.result = "done";
  if (opened_with) entry.detail["opened_with"] = to_hex(*opened_with);
  at.catalog.write([&](Session& session) { append_journal(session, entry, at.clock.now()); });
}

void record_refused_opening(Installation& at, const KeyRing& ring, const std::string& action,
                            const std::string& subject, const Error& error) {
  if (!is_on_record(ring)) return;
  JournalEntry entry = opening_entry(at, ring, action, subject);
  entry.result = "failed";
  entry.detail["reason"] = error.what();
  at.catalog.write([&](Session& session) { append_journal(session, entry, at.clock.now()); });
}

}  // namespace coffre
