// What retention keeps on record: which backups are announced to expire, what is under a hold, and what went.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/hash.h"
#include "catalog/database.h"
#include "model/retention_history.h"

namespace coffre {

struct Announcement {
  Digest digest{};
  Instant announced_at{};
  std::string reasons{};  // stable words, as they were then: "tier_ended superseded"
};

// A second announcement of a backup is Error(conflict); of none: Error(not_found).
void put_announcement(Session& session, const Announcement& announcement);
std::vector<Announcement> announcements(Session& session);  // oldest first
// Says whether there was one.
bool remove_announcement(Session& session, const Digest& digest);

struct HoldRow {
  std::string subject{};  // a backup's name with ".bak", or "CLIENT", "CLIENT/SITE", "CLIENT/SITE/TYPE_NAME"
  Hold kind = Hold::contract;
  std::string reason{};
  std::string ticket{};
  std::string account{};  // who
  Instant at{};
};

// One per subject: a second one is Error(conflict).
void put_hold(Session& session, const HoldRow& hold);
std::vector<HoldRow> holds(Session& session);  // by subject
bool remove_hold(Session& session, std::string_view subject);

// The first time only; afterwards nothing changes.
void note_first_proven(Session& session, const Digest& digest, Instant at);
// That copy was removed. With the last one that was there the backup as a whole has expired (BackupRow::expired_at).
void note_expired_copy(Session& session, const Digest& digest, std::string_view replica, Instant at);

// Backups of which a copy in state "good", "seen", "missing" or "damaged" is on record there: what the place should
// hold.
std::uint64_t count_copies(Session& session, std::string_view replica);

}  // namespace coffre
