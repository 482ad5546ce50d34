#include "service/keys/trust_record.h"

#include <fmt/format.h>

#include <charconv>

#include "base/error.h"
#include "base/hash.h"
#include "base/stream.h"
#include "base/text.h"
#include "base/translate.h"
#include "catalog/anomalies.h"
#include "catalog/installation.h"
#include "catalog/journal.h"
#include "model/backup_name.h"

namespace coffre {
namespace {

constexpr std::string_view kRootFact = "trust_root";
constexpr std::string_view kRecipientsFact = "trust_recipients";
constexpr std::string_view kSignersFact = "trust_signers";
constexpr std::string_view kConfigured = "lists";  // subject of the anomaly for the server's own files
constexpr const char* kClosedBy = "the lists are valid again";
constexpr std::string_view kCategory = "E_LIST";

SeenList mark_of(std::uint32_t epoch, std::string_view text) {
  return {.epoch = epoch, .digest = to_hex(sha256(as_bytes(text)))};
}

std::string to_fact(const SeenList& seen) {
  return fmt::format("{} {}", seen.epoch, seen.digest);
}

SeenList from_fact(const std::optional<std::string>& fact) {
  SeenList seen;
  if (!fact) return seen;
  const char* const end = fact->data() + fact->size();
  const auto parsed = std::from_chars(fact->data(), end, seen.epoch);
  if (parsed.ec == std::errc() && parsed.ptr != end && *parsed.ptr == ' ') {
    seen.digest.assign(parsed.ptr + 1, end);
    return seen;
  }
  throw Error(ErrorCode::damaged, tr("reading which lists of keys were seen"), tr("the catalog's note is not readable"),
              tr("Make it anew from a replica: restore-cli rebuild-catalog"));
}

Error refusal(std::string_view source, std::string why, std::string hint) {
  Error error(ErrorCode::rule, tr("checking the lists of keys"), std::move(why), std::move(hint));
  error.on(source).with_category(kCategory);
  return error;
}

std::string put_back_hint(ListType type, std::uint32_t epoch) {
  return fmt::format(fmt::runtime(tr("Find out who changed it; then put it back: restore-cli keys install {} of a "
                                     "replica; or have the holder of the root key sign the next list: restore-cli keys "
                                     "rotate")),
                     fmt::format("{}/{}", kInstallationFolder, list_name(type, epoch)));
}

// The same epoch has one content for ever: a change is a new epoch.
void require_content(const SeenList& seen, const SeenList& now, ListType type, std::string_view source) {
  if (seen.epoch != now.epoch || seen.digest == now.digest) return;
  throw refusal(source, fmt::format(fmt::runtime(tr("epoch {} was seen before with another content")), now.epoch),
                put_back_hint(type, seen.epoch));
}

void require_root(const TrustTexts& texts, const SeenTrust& seen) {
  if (!seen.root || *seen.root == texts.root) return;
  throw refusal(texts.root_source, tr("this is not the root key of this installation"),
                fmt::format(fmt::runtime(tr("Find out who changed it; then put the line \"{}\" back, as it stands in "
                                            "each offline key file, and the lists from a replica")),
                            "coffre-root ed25519 " + to_hex(ByteView(*seen.root))));
}

bool is_newer(const SeenTrust& seen, const TrustLists& lists) {
  return !seen.root || lists.recipients.epoch > seen.recipients.epoch || lists.signers.epoch > seen.signers.epoch;
}

bool is_refused(Session& session, std::string_view subject) {
  for (const Anomaly& anomaly : open_anomalies(session)) {
    if (anomaly.code == AnomalyCode::trust_list_refused && anomaly.subject == subject) return true;
  }
  return false;
}

void record(Session& session, const TrustLists& lists, const std::string& account, Instant now) {
  put_seen_trust(session, lists);
  append_journal(session,
                 {.account = account,
                  .action = "lists_seen",
                  .subject = to_hex(ByteView(lists.root)),
                  .result = "done",
                  .ticket = {},
                  .detail = {{"recipients_epoch", std::to_string(lists.recipients.epoch)},
                             {"signers_epoch", std::to_string(lists.signers.epoch)}}},
                 now);
}

// --- replicas

std::uint32_t newest_epoch_in(Replica& replica, ListType type) {
  std::uint32_t newest = 0;
  const std::string folder(kInstallationFolder);
  replica.list(folder, [&](const ObjectInfo& object) {
    const std::string_view path = object.path;
    const auto epoch = list_epoch(type, path.substr(folder.size() + 1));
    if (epoch && *epoch > newest) newest = *epoch;
  });
  return newest;
}

std::string list_path(ListType type, std::uint32_t epoch) {
  return fmt::format("{}/{}", kInstallationFolder, list_name(type, epoch));
}

[[noreturn]] void refuse_other_content(const std::string& source) {
  throw refusal(source, tr("the replica holds another list under our epoch"),
                tr("Find out which one is right: the other replica and the offline key files know; then put the right "
                   "file back"));
}

std::string source_in(const Replica& replica, ListType type, std::uint32_t epoch) {
  return replica.properties().name + ": " + list_path(type, epoch);
}

void require_newest(Replica& replica, ListType type, std::uint32_t epoch) {
  const std::uint32_t newest = newest_epoch_in(replica, type);
  if (newest <= epoch) return;
  throw refusal(source_in(replica, type, epoch),
                fmt::format(fmt::runtime(tr("the replica holds epoch {}: our list is older")), newest),
                put_back_hint(type, newest));
}

void require_room_for_list(Replica& replica, ListType type, std::uint32_t epoch, const std::string& text) {
  require_newest(replica, type, epoch);
  const auto there = replica.open(list_path(type, epoch));
  if (there && content_digest(*there) != sha256(as_bytes(text))) {
    refuse_other_content(source_in(replica, type, epoch));
  }
}

void require_same_list(Replica& replica, ListType type, std::uint32_t epoch, const std::string& text) {
  require_newest(replica, type, epoch);
  const MemoryReader content(as_bytes(text));
  const PutResult result = replica.put_if_absent(list_path(type, epoch), content, sha256(as_bytes(text)));
  if (result == PutResult::conflict_other_content) refuse_other_content(source_in(replica, type, epoch));
}

}  // namespace

TrustLists read_trust(TrustTexts texts, const SeenTrust& seen) {
  require_root(texts, seen);
  TrustLists lists;
  lists.root = texts.root;
  lists.recipients = read_recipients_list(texts.recipients, texts.root, seen.recipients.epoch, texts.recipients_source);
  lists.signers = read_signers_list(texts.signers, texts.root, seen.signers.epoch, texts.signers_source);
  require_content(seen.recipients, mark_of(lists.recipients.epoch, texts.recipients), ListType::recipients,
                  texts.recipients_source);
  require_content(seen.signers, mark_of(lists.signers.epoch, texts.signers), ListType::signers, texts.signers_source);
  lists.recipients_text = std::move(texts.recipients);
  lists.signers_text = std::move(texts.signers);
  return lists;
}

SeenTrust seen_trust(Session& session) {
  SeenTrust seen;
  if (const auto root = get_fact(session, kRootFact)) {
    PublicKey key{};
    if (!from_hex_exact(*root, key)) {
      throw Error(ErrorCode::damaged, tr("reading which lists of keys were seen"),
                  tr("the catalog's note is not readable"),
                  tr("Make it anew from a replica: restore-cli rebuild-catalog"));
    }
    seen.root = key;
  }
  seen.recipients = from_fact(get_fact(session, kRecipientsFact));
  seen.signers = from_fact(get_fact(session, kSignersFact));
  return seen;
}

void put_seen_trust(Session& session, const TrustLists& lists) {
  put_fact(session, kRootFact, to_hex(ByteView(lists.root)));
  put_fact(session, kRecipientsFact, to_fact(mark_of(lists.recipients.epoch, lists.recipients_text)));
  put_fact(session, kSignersFact, to_fact(mark_of(lists.signers.epoch, lists.signers_text)));
}

void carry_seen_trust(Session& from, Session& to) {
  for (const std::string_view key : {kRootFact, kRecipientsFact, kSignersFact}) {
    if (const auto value = get_fact(from, key)) put_fact(to, key, *value);
  }
}

TrustLists trust_on_record(Database& catalog, const std::string& account, Instant now, const LoadTrust& load) {
  SeenTrust seen;
  bool refused_before = false;
  catalog.read([&](Session& session) {
    seen = seen_trust(session);
    refused_before = is_refused(session, kConfigured);
  });
  TrustLists lists;
  try {
    lists = load(seen);
  } catch (const Error& error) {
    catalog.write([&](Session& session) {
      open_anomaly(session, AnomalyCode::trust_list_refused, kConfigured, error.finding_on(kConfigured), now);
    });
    throw;
  }
  if (!refused_before && !is_newer(seen, lists)) return lists;  // most commands: nothing to write
  catalog.write([&](Session& session) {
    // Another command may have seen a newer list meanwhile: its note stays.
    const SeenTrust latest = seen_trust(session);
    const bool behind = lists.recipients.epoch < latest.recipients.epoch || lists.signers.epoch < latest.signers.epoch;
    if (is_newer(latest, lists) && !behind) record(session, lists, account, now);
    close_anomaly(session, AnomalyCode::trust_list_refused, kConfigured, kClosedBy, now);
  });
  return lists;
}

void require_room_for(Replica& replica, const TrustLists& lists) {
  require_room_for_list(replica, ListType::recipients, lists.recipients.epoch, lists.recipients_text);
  require_room_for_list(replica, ListType::signers, lists.signers.epoch, lists.signers_text);
}

void require_same_lists(Installation& at, Replica& replica) {
  const std::string name = replica.properties().name;
  try {
    require_same_list(replica, ListType::recipients, at.trust.recipients.epoch, at.trust.recipients_text);
    require_same_list(replica, ListType::signers, at.trust.signers.epoch, at.trust.signers_text);
  } catch (const Error& error) {
    if (error.category() != kCategory) throw;  // the place itself: the caller's matter
    at.catalog.write([&](Session& session) {
      open_anomaly(session, AnomalyCode::trust_list_refused, name, error.finding_on(name), at.clock.now());
    });
    throw;
  }
  at.catalog.write([&](Session& session) {
    close_anomaly(session, AnomalyCode::trust_list_refused, name, kClosedBy, at.clock.now());
  });
}

}  // namespace coffre
