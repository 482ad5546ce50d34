#include "catalog/retention.h"

#include "base/error.h"
#include "base/translate.h"
#include "catalog/session.h"

namespace coffre {
namespace {

constexpr const char* kPutAnnouncement =
    "INSERT INTO expiry_announcements (digest, announced_at, reasons) VALUES (:digest, :announced_at, :reasons)";
constexpr const char* kSelectAnnouncements =
    "SELECT digest, announced_at, reasons FROM expiry_announcements ORDER BY announced_at, digest";
constexpr const char* kDeleteAnnouncement = "DELETE FROM expiry_announcements WHERE digest = :digest";
constexpr const char* kPutHold =
    "INSERT INTO holds (subject, kind, reason, ticket, account, at) VALUES (:subject, :kind, :reason, :ticket, "
    ":account, :at)";
constexpr const char* kSelectHolds = "SELECT subject, kind, reason, ticket, account, at FROM holds ORDER BY subject";
constexpr const char* kDeleteHold = "DELETE FROM holds WHERE subject = :subject";
constexpr const char* kNoteFirstProven =
    "UPDATE backups SET first_proven = :first_proven WHERE digest = :digest AND first_proven IS NULL";
constexpr const char* kExpireCopy = "UPDATE copies SET state = 'expired' WHERE digest = :digest AND replica = :replica";
constexpr const char* kExpireBackup =
    "UPDATE backups SET expired_at = :expired_at WHERE digest = :digest AND NOT EXISTS (SELECT 1 FROM copies c WHERE "
    "c.digest = backups.digest AND c.state IN ('good', 'seen', 'damaged'))";
constexpr const char* kCountCopies = "SELECT count(*) FROM copies WHERE replica = :replica AND state <> 'expired'";

constexpr std::string_view kContract = "contract";
constexpr std::string_view kLegal = "legal";

Hold kind_of(const std::string& text) {
  if (text == kContract) return Hold::contract;
  if (text == kLegal) return Hold::legal;
  throw Error(ErrorCode::damaged, tr("reading a hold from the catalog"), tr("its kind is unknown"));
}

}  // namespace

void put_announcement(Session& session, const Announcement& announcement) {
  session.run(kPutAnnouncement, {announcement.digest, announcement.announced_at, announcement.reasons});
}

std::vector<Announcement> announcements(Session& session) {
  std::vector<Announcement> all;
  Announcement one;
  session.each(kSelectAnnouncements, {}, {&one.digest, &one.announced_at, &one.reasons}, [&] { all.push_back(one); });
  return all;
}

bool remove_announcement(Session& session, const Digest& digest) {
  return session.run(kDeleteAnnouncement, {digest}) > 0;
}

void put_hold(Session& session, const HoldRow& hold) {
  session.run(kPutHold, {hold.subject, hold.kind == Hold::legal ? kLegal : kContract, hold.reason, hold.ticket,
                         hold.account, hold.at});
}

std::vector<HoldRow> holds(Session& session) {
  std::vector<HoldRow> all;
  HoldRow one;
  std::string kind;
  session.each(kSelectHolds, {}, {&one.subject, &kind, &one.reason, &one.ticket, &one.account, &one.at}, [&] {
    one.kind = kind_of(kind);
    all.push_back(one);
  });
  return all;
}

bool remove_hold(Session& session, std::string_view subject) {
  return session.run(kDeleteHold, {subject}) > 0;
}

void note_first_proven(Session& session, const Digest& digest, Instant at) {
  session.run(kNoteFirstProven, {at, digest});
}

void note_expired_copy(Session& session, const Digest& digest, std::string_view replica, Instant at) {
  session.run(kExpireCopy, {digest, replica});
  session.run(kExpireBackup, {at, digest});
}

std::uint64_t count_copies(Session& session, std::string_view replica) {
  std::uint64_t count = 0;
  static_cast<void>(session.one(kCountCopies, {replica}, {&count}));
  return count;
}

}  // namespace coffre
