#include "service/keys/rewrap.h"

#include <algorithm>

#include "base/error.h"
#include "base/fault_point.h"
#include "base/hash.h"
#include "base/stream.h"
#include "base/text.h"
#include "base/translate.h"
#include "catalog/journal.h"
#include "catalog/sidecars.h"
#include "service/keys/sidecars.h"
#include "service/places/stored_copy.h"
#include "vault/category.h"
#include "vault/open.h"
#include "vault/sidecar.h"

namespace coffre {
namespace {

constexpr int kPartial = 3;

struct Source {
  OpenedCopy copy;  // outlives the file
  std::optional<Opened> file;
};

Source open_for_rewrap(Installation& at, const BackupRow& backup, const KeyRing& ring) {
  Source source;
  OpenRequest request = ring.open_request();
  request.expected = expected_of(backup);
  source.copy = use_good_copy(at, backup, [&](Replica& place, const RandomReader& file) {
    request.sidecars =
        fitting_sidecar(file, ring.identities, [&] { return stored_sidecars(place, object_path(backup)); });
    source.file.emplace(open_bak(file, request));
  });
  if (source.file->scope() != Scope::full) throw refusal(Category::scope);
  return source;
}

std::vector<Recipient> not_named(const Opened& file, const RecipientsList& list) {
  std::vector<Recipient> recipients;
  for (const Recipient& recipient : list.recipients) {
    const bool named = std::ranges::find(file.stanzas(), recipient.id(), &Stanza::key_id) != file.stanzas().end();
    if (!named) recipients.push_back(recipient);
  }
  return recipients;
}

bool names_all(const Sidecar& sidecar, const std::vector<Recipient>& wanted) {
  return std::ranges::all_of(wanted, [&](const Recipient& recipient) {
    return std::ranges::any_of(sidecar.stanzas, [&](const Stanza& stanza) {
      return stanza.key_id == recipient.id() && stanza.scope == recipient.scope;
    });
  });
}

// One backup's sidecar of one epoch, in both places.
class SidecarWriter {
 public:
  SidecarWriter(const Opened& file, std::string path, std::vector<Recipient> wanted)
      : file_(file), path_(std::move(path)), wanted_(std::move(wanted)) {}

  void write(const std::vector<Replica*>& replicas, std::vector<SidecarPlace>& places) {
    for (Replica* const replica : replicas) places.push_back(look(*replica));
    if (content_.empty()) content_ = file_.rewrap_for(wanted_);
    fault_point("rewrap.made");
    for (std::size_t i = 0; i < replicas.size(); ++i) {
      if (missing_.contains(replicas[i])) places[i] = put(*replicas[i]);
    }
  }

  [[nodiscard]] const Bytes& content() const { return content_; }

 private:
  template <typename Step>
  SidecarPlace attempt(const Replica& replica, Step step) {
    SidecarPlace place{.replica = replica.properties().name};
    try {
      place.state = step();
    } catch (Error& error) {
      if (error.code() == ErrorCode::internal || error.code() == ErrorCode::interrupted) throw;
      const bool bad = error.category() == to_string(Category::sidecar) || error.code() == ErrorCode::damaged;
      place.state = bad ? SidecarState::refused : SidecarState::unavailable;
      place.error = error.on(place.replica + ": " + path_);
    }
    return place;
  }

  SidecarPlace look(Replica& replica) {
    return attempt(replica, [&] {
      const auto reader = replica.open(path_);
      if (!reader) {
        missing_.insert(&replica);
        return SidecarState::unavailable;  // until it is put
      }
      keep(read_sidecar(*reader));
      return SidecarState::there;
    });
  }

  SidecarPlace put(Replica& replica) {
    return attempt(replica, [&] {
      const MemoryReader reader(content_);
      const PutResult result = replica.put_if_absent(path_, reader, sha256(content_));
      fault_point("rewrap.put");
      const auto stored = replica.open(path_);  // also when another station was faster
      if (!stored) throw Error(ErrorCode::io, tr("reading a sidecar back"), tr("the object is not there"));
      keep(read_sidecar(*stored));
      return result == PutResult::stored ? SidecarState::written : SidecarState::there;
    });
  }

  // What lies there counts when it was made with the file's key, for all who need it.
  void keep(Bytes content) {
    if (!file_.vouches_for(content) || !names_all(parse_sidecar(content), wanted_)) throw refusal(Category::sidecar);
    if (content_.empty()) content_ = std::move(content);
  }

  const Opened& file_;
  std::string path_;
  std::vector<Recipient> wanted_;
  Bytes content_;
  std::set<const Replica*> missing_;
};

std::vector<std::string> full_ids(const Sidecar& sidecar) {
  std::vector<std::string> ids;
  for (const Stanza& stanza : sidecar.stanzas) {
    if (stanza.scope == Scope::full) ids.push_back(to_hex(stanza.key_id));
  }
  return ids;
}

bool is_in_place(const SidecarPlace& place) {
  return place.state == SidecarState::written || place.state == SidecarState::there;
}

void record(Installation& at, const BackupRow& backup, const Rewrapping& result, const std::string& opened_by) {
  const Instant now = at.clock.now();
  const bool done = !result.error && std::ranges::all_of(result.places, is_in_place);
  JournalEntry entry{.account = at.account,
                     .action = "rewrap",
                     .subject = backup.name,
                     .result = done ? "done" : "failed",
                     .ticket = {},
                     .detail = {{"epoch", std::to_string(at.trust.recipients.epoch)}}};
  if (!opened_by.empty()) entry.detail["opened_by"] = opened_by;
  if (!result.recipients.empty()) entry.detail["recipients"] = join(result.recipients, " ");
  for (const SidecarPlace& place : result.places) entry.detail[place.replica] = to_string(place.state);
  if (result.error) entry.detail["reason"] = result.error->what();
  at.catalog.write([&](Session& session) {
    for (const SidecarPlace& place : result.places) {
      if (!is_in_place(place)) continue;
      put_sidecar(session, backup.digest,
                  {.replica = place.replica,
                   .epoch = at.trust.recipients.epoch,
                   .full_recipients = result.recipients,
                   .seen_at = now});
    }
    append_journal(session, entry, now);
  });
  fault_point("rewrap.recorded");
}

}  // namespace

std::string_view to_string(SidecarState state) {
  switch (state) {
    case SidecarState::written:
      return "written";
    case SidecarState::there:
      return "there";
    case SidecarState::unavailable:
      return "unavailable";
    case SidecarState::refused:
      break;
  }
  return "refused";
}

bool is_complete(const BackupReaders& readers, const RecipientsList& list) {
  return std::ranges::all_of(full_keys(list), [&](const std::string& id) { return readers.full.contains(id); });
}

Rewrapping rewrap_backup(Installation& at, const BackupReaders& readers, const KeyRing& ring) {
  const BackupRow& backup = readers.backup;
  Rewrapping result{.name = backup.name};
  result.complete = is_complete(readers, at.trust.recipients);
  if (result.complete) return result;
  std::string opened_by;
  try {
    const Source source = open_for_rewrap(at, backup, ring);
    opened_by = to_hex(*source.file->opened_with());
    SidecarWriter writer(*source.file, sidecar_name(object_path(backup), at.trust.recipients.epoch),
                         not_named(*source.file, at.trust.recipients));
    writer.write(replicas_of(at), result.places);
    result.recipients = full_ids(parse_sidecar(writer.content()));
  } catch (Error& error) {
    if (error.code() == ErrorCode::internal || error.code() == ErrorCode::interrupted) throw;
    result.error = error.on(backup.name);
  }
  record(at, backup, result, opened_by);
  return result;
}

int exit_code_of(const std::vector<Rewrapping>& results) {
  std::vector<int> codes;
  bool partial = false;
  for (const Rewrapping& result : results) {
    if (result.error) codes.push_back(exit_code(result.error->code()));
    for (const SidecarPlace& place : result.places) {
      if (place.state == SidecarState::refused) codes.push_back(exit_code(ErrorCode::damaged));
      partial = partial || place.state == SidecarState::unavailable;
    }
  }
  for (const ErrorCode worst : {ErrorCode::damaged, ErrorCode::rule, ErrorCode::no_key}) {
    if (std::ranges::find(codes, exit_code(worst)) != codes.end()) return exit_code(worst);
  }
  if (!codes.empty()) return codes.front();
  return partial ? kPartial : 0;
}

}  // namespace coffre
