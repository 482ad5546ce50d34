#include "service/keys/install_lists.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/fault_point.h"
#include "base/hash.h"
#include "base/translate.h"
#include "catalog/journal.h"
#include "os/durable_file.h"
#include "os/folder.h"
#include "os/lock.h"
#include "service/keys/next_signer.h"
#include "service/keys/trust_record.h"
#include "service/reading/backup_readers.h"

namespace coffre {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxListBytes = std::size_t{256} * 1024;
constexpr const char* kLockName = "keys.lock";

[[noreturn]] void refuse(std::string_view category, const std::string& source, std::string why, std::string hint) {
  Error error(ErrorCode::rule, tr("installing a list of keys"), std::move(why), std::move(hint));
  throw error.on(source).with_category(category);
}

std::string read_present(const fs::path& file) {
  const Folder folder = Folder::open(file.parent_path().string());
  return folder.read_small(file.filename().string(), kMaxListBytes).value_or("");
}

// What lies where, before and after.
struct Slot {
  ListType type;
  fs::path file;
  std::string before;  // "" when the file is not there
  std::string after;   // the same as before where no new list was given
  std::string source;  // of `after`
  SeenList seen;       // what the catalog has noted
  [[nodiscard]] bool changes() const { return before != after; }
};

struct Slots {
  Slot recipients;
  Slot signers;
};

Slots slots_of(const InstallRequest& request, const SeenTrust& seen) {
  const auto slot = [](ListType type, const fs::path& file, const SeenList& noted) {
    std::string text = read_present(file);
    return Slot{.type = type, .file = file, .before = text, .after = text, .source = file.string(), .seen = noted};
  };
  Slots slots{.recipients = slot(ListType::recipients, request.files.recipients, seen.recipients),
              .signers = slot(ListType::signers, request.files.signers, seen.signers)};
  std::vector<ListType> given;
  for (const ListFile& list : request.lists) {
    const auto type = claimed_list_type(list.text);
    if (!type || std::ranges::find(given, *type) != given.end()) {
      throw Error(ErrorCode::usage, tr("installing a list of keys"),
                  type ? tr("there are two lists of one type") : tr("it is not a signed list"),
                  tr("Give RECIPIENTS_N.list, SIGNERS_N.list or one of each"))
          .on(list.source);
    }
    given.push_back(*type);
    Slot& into = *type == ListType::recipients ? slots.recipients : slots.signers;
    into.after = list.text;
    into.source = list.source;
  }
  return slots;
}

// The list that was in use, where it can still be read.
template <typename Read>
auto readable(const Slot& slot, Read read) -> std::optional<decltype(read(slot.before))> {
  try {
    return read(slot.before);
  } catch (const Error&) {
    return std::nullopt;  // what is wrong with it is the reason for this command
  }
}

void require_next_epoch(const Slot& slot, std::uint32_t present, std::uint32_t next) {
  const bool same = next == present &&
                    (slot.seen.epoch == 0 ? !slot.changes() : slot.seen.digest == to_hex(sha256(as_bytes(slot.after))));
  if (present == 0 || same || next == present + 1) return;
  refuse("E_LIST", slot.source,
         next <= present
             ? fmt::format(fmt::runtime(tr("epoch {} was seen before with another content, or is older "
                                           "than epoch {}, which is in use")),
                           next, present)
             : fmt::format(fmt::runtime(tr("epoch {} does not follow epoch {}, which is in use")), next, present),
         fmt::format(fmt::runtime(tr("Install {} first; it is what the next list starts from")),
                     list_name(slot.type, next <= present ? present : present + 1)));
}

void require_keys_kept(Installation& at, const InstallRequest& request, const RecipientsList& list,
                       const std::string& source) {
  const auto is_catalog_key = [&](const Recipient& one) {
    return one.scope == Scope::meta && one.key == request.catalog_key;
  };
  if (std::ranges::none_of(list.recipients, is_catalog_key)) {
    refuse("LAST_KEY", source, tr("it does not name the key by which this server reads the metadata of its backups"),
           tr("Sign a list that keeps the catalog's key: restore-cli keys rotate starts from the present list"));
  }
  std::vector<BackupReaders> stored;
  at.catalog.read([&](Session& session) { stored = stored_backup_readers(session); });
  require_none_lost(stored, list, source);
}

void require_signers_kept(Installation& at, const SignersList& before, const SignersList& after,
                          const std::string& source) {
  for (const Signer& signer : before.signers.all()) {
    if (after.signers.find(signer.id()) != nullptr) continue;
    refuse("SIGNER_LOST", source,
           fmt::format(fmt::runtime(tr("it has lost the signer {}: nothing that it signed could be opened")),
                       to_hex(signer.id())),
           tr("A signer is ended or revoked, never taken out: restore-cli keys revoke-signer ID --at T"));
  }
  std::vector<Instant> created;
  at.catalog.read([&](Session& session) {
    for (const BackupReaders& one : stored_backup_readers(session)) created.push_back(one.backup.created_at);
  });
  const std::size_t lost = outside_validity(before.signers, after.signers, created);
  if (lost == 0) return;
  refuse("SIGNER_LOST", source,
         fmt::format(fmt::runtime(tr("it ends a signer before {} stored backups that it signed")), lost),
         tr("Sign a list whose old signer ends later: restore-cli keys rotate --signer FILE --old-signer-until T"));
}

void require_own_signer(Installation& at, const InstallRequest& request, const SignersList& list,
                        const std::string& source) {
  const auto waiting = waiting_signer(request.files);
  const Instant now = at.clock.now();
  const PublicKey in_use = signer_in_use(request.files);
  if (may_sign(list.signers, in_use, now) || (waiting && may_sign(list.signers, *waiting, now))) return;
  refuse("NO_SIGNER", source,
         fmt::format(fmt::runtime(tr("with it, neither the server's signing key {} nor a waiting one counts now: no "
                                     "backup could be made")),
                     to_hex(signer_id(in_use))),
         tr("Make the next key on this server: restore-cli keys new-signer; then have a list signed with it: --signer "
            "FILE. If the key has just been signed, compare the clocks"));
}

// What the files will say. Throws what makes them unusable.
TrustLists judge(Installation& at, const InstallRequest& request, const Slots& slots, const SeenTrust& seen) {
  const PublicKey root = seen.root.value_or(request.root);
  const auto read_recipients = [&](const std::string& text) { return read_recipients_list(text, root, 0, "present"); };
  const auto read_signers = [&](const std::string& text) { return read_signers_list(text, root, 0, "present"); };
  const auto old_recipients = readable(slots.recipients, read_recipients);
  const auto old_signers = readable(slots.signers, read_signers);
  TrustLists next;
  next.root = root;
  next.recipients_text = slots.recipients.after;
  next.signers_text = slots.signers.after;
  next.recipients = read_recipients_list(next.recipients_text, root, 0, slots.recipients.source);
  next.signers = read_signers_list(next.signers_text, root, 0, slots.signers.source);
  const auto present = [](const Slot& slot, std::uint32_t readable_epoch) {
    return slot.seen.epoch != 0 ? slot.seen.epoch : readable_epoch;
  };
  require_next_epoch(slots.recipients, present(slots.recipients, old_recipients ? old_recipients->epoch : 0),
                     next.recipients.epoch);
  require_next_epoch(slots.signers, present(slots.signers, old_signers ? old_signers->epoch : 0), next.signers.epoch);
  require_keys_kept(at, request, next.recipients, slots.recipients.source);
  if (old_signers) require_signers_kept(at, *old_signers, next.signers, slots.signers.source);
  require_own_signer(at, request, next.signers, slots.signers.source);
  return next;
}

JournalEntry entry_of(const Installation& at, const TrustLists& lists, const char* result) {
  return {.account = at.account,
          .action = "keys_install",
          .subject = to_hex(ByteView(lists.root)),
          .result = result,
          .ticket = {},
          .detail = {{"recipients_epoch", std::to_string(lists.recipients.epoch)},
                     {"signers_epoch", std::to_string(lists.signers.epoch)}}};
}

void put_on_record(Installation& at, const TrustLists& lists, const char* result) {
  at.catalog.write([&](Session& session) { append_journal(session, entry_of(at, lists, result), at.clock.now()); });
}

void replace_file(const Slot& slot) {
  if (!slot.changes()) return;
  const Folder folder = Folder::open(slot.file.parent_path().string());
  atomic_replace(folder, slot.file.filename().string(), as_bytes(slot.after));
  fault_point("keys_install.list");
}

// A place that fails now gets the lists from the next run; one that holds other lists was refused before.
void store_in_places(Installation& at, InstallResult& result) {
  for (Replica* const replica : replicas_of(at)) {
    try {
      require_same_lists(at, *replica);
    } catch (const Error& error) {
      if (error.category() == "E_LIST") throw;
      result.away.push_back(
          {.replica = replica->properties().name, .path = {}, .state = "unavailable", .error = error});
    }
    fault_point("keys_install.stored");
  }
}

}  // namespace

std::size_t outside_validity(const SignerList& before, const SignerList& after, const std::vector<Instant>& created) {
  // A backup's signer is not in the catalog: each that may have signed it must go on to vouch for it.
  const auto lets_down = [&](const Signer& signer, Instant at) {
    const Signer* const found = after.find(signer.id());
    return signer.valid_at(at) && (found == nullptr || !found->valid_at(at));
  };
  return static_cast<std::size_t>(std::ranges::count_if(created, [&](Instant at) {
    return std::ranges::any_of(before.all(), [&](const Signer& signer) { return lets_down(signer, at); });
  }));
}

InstallResult install_lists(Installation& at, const InstallRequest& request) {
  const Folder data = Folder::open(request.data.string());
  const FileLock alone =
      FileLock::acquire(data, kLockName, at.clock, std::chrono::seconds{10}, tr("the lists of keys"));
  SeenTrust seen;
  at.catalog.read([&](Session& session) { seen = seen_trust(session); });
  const Slots slots = slots_of(request, seen);
  InstallResult result;
  result.lists = judge(at, request, slots, seen);
  for (Replica* const replica : replicas_of(at)) require_room_for(*replica, result.lists);

  result.new_recipients = slots.recipients.changes();
  result.changed = slots.recipients.changes() || slots.signers.changes();
  if (result.changed) put_on_record(at, result.lists, "begun");
  fault_point("keys_install.begun");
  replace_file(slots.recipients);
  replace_file(slots.signers);
  result.signer_taken = take_next_signer(at, request.files, result.lists.signers.signers);
  at.trust =
      trust_on_record(at.catalog, at.account, at.clock.now(), [&](const SeenTrust& /*seen*/) { return result.lists; });
  if (result.changed) put_on_record(at, result.lists, "done");
  fault_point("keys_install.recorded");
  store_in_places(at, result);
  return result;
}

}  // namespace coffre
