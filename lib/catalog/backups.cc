#include "catalog/backups.h"

#include <limits>

#include "base/error.h"
#include "base/text.h"
#include "base/translate.h"
#include "catalog/session.h"

namespace coffre {
namespace {

#define COFFRE_SELECT_BACKUPS                                                                                         \
  "SELECT b.digest, b.file_id, b.name, b.device_id, b.sequence, b.prev_digest, b.kind, b.created_at, b.recorded_at, " \
  "b.file_size, b.suspect, b.doubts, b.build, b.epoch, b.full_recipients, b.ticket, b.operator_id, b.content_mark, "  \
  "b.facts, b.first_proven, b.expired_at FROM backups b "
#define COFFRE_LISTED_FROM COFFRE_SELECT_BACKUPS "JOIN devices d ON d.id = b.device_id WHERE b.expired_at IS NULL AND "
#define COFFRE_IN_LIST_ORDER                              \
  "b.created_at >= :earliest AND b.created_at < :latest " \
  "ORDER BY d.client, d.site, d.type, d.name, b.sequence DESC, b.name"

constexpr const char* kSelectByName = COFFRE_SELECT_BACKUPS "WHERE b.name = :name";
constexpr const char* kSelectByDigest = COFFRE_SELECT_BACKUPS "WHERE b.digest = :digest";
constexpr const char* kSelectNewestGood =
    COFFRE_SELECT_BACKUPS "WHERE b.device_id = :device_id AND b.suspect = 0 ORDER BY b.sequence DESC LIMIT 1";
constexpr const char* kSelectNewestGoodOfKind = COFFRE_SELECT_BACKUPS
    "WHERE b.device_id = :device_id AND b.suspect = 0 AND b.kind = :kind ORDER BY b.sequence DESC LIMIT 1";
constexpr const char* kSelectWithoutGoodCopy = COFFRE_SELECT_BACKUPS
    "WHERE b.expired_at IS NULL AND NOT EXISTS (SELECT 1 FROM copies c WHERE c.digest = b.digest AND "
    "(c.state = 'expired' OR (c.replica = :replica AND c.state = 'good'))) "
    "ORDER BY b.created_at, b.name";
// One statement for each way of narrowing, so that each has its index.
constexpr const char* kListAll = COFFRE_LISTED_FROM COFFRE_IN_LIST_ORDER;
constexpr const char* kListOfClient = COFFRE_LISTED_FROM "d.client = :client AND " COFFRE_IN_LIST_ORDER;
constexpr const char* kListOfSite =
    COFFRE_LISTED_FROM "d.client = :client AND d.site = :site AND " COFFRE_IN_LIST_ORDER;
constexpr const char* kListOfDevice = COFFRE_LISTED_FROM "b.device_id = :device_id AND " COFFRE_IN_LIST_ORDER;
constexpr const char* kListAllOfDevice =
    COFFRE_SELECT_BACKUPS "WHERE b.device_id = :device_id ORDER BY b.sequence DESC, b.name";
#undef COFFRE_SELECT_BACKUPS
#undef COFFRE_LISTED_FROM
#undef COFFRE_IN_LIST_ORDER

constexpr const char* kInsert =
    "INSERT INTO backups (digest, file_id, name, device_id, sequence, prev_digest, kind, created_at, recorded_at, "
    "file_size, suspect, doubts, build, epoch, full_recipients, ticket, operator_id, content_mark, facts) VALUES "
    "(:digest, "
    ":file_id, :name, :device_id, :sequence, :prev_digest, :kind, :created_at, :recorded_at, :file_size, :suspect, "
    ":doubts, :build, :epoch, :full_recipients, :ticket, :operator_id, :content_mark, :facts)";
constexpr const char* kSelectHead =
    "SELECT sequence, digest FROM backups WHERE device_id = :device_id ORDER BY sequence DESC LIMIT 1";

constexpr char kRecipientSeparator = ' ';

Kind kind_of(const std::string& text) {
  const auto kind = kind_from_string(text);
  if (kind) return *kind;
  throw Error(ErrorCode::damaged, tr("reading a backup from the catalog"), tr("its kind is unknown"));
}

std::vector<std::string> recipients_of(const std::string& text) {
  std::vector<std::string> recipients;
  if (text.empty()) return recipients;
  for (const std::string_view recipient : split(text, kRecipientSeparator)) recipients.emplace_back(recipient);
  return recipients;
}

std::vector<BackupRow> select_backups(Session& session, const char* sql, const Values& values) {
  std::vector<BackupRow> rows;
  BackupRow row;
  std::string kind;
  std::string recipients;
  session.each(sql, values,
               {&row.digest, &row.file_id,      &row.name,        &row.device_id, &row.sequence,    &row.prev_digest,
                &kind,       &row.created_at,   &row.recorded_at, &row.file_size, &row.suspect,     &row.doubts,
                &row.build,  &row.epoch,        &recipients,      &row.ticket,    &row.operator_id, &row.content_mark,
                &row.facts,  &row.first_proven, &row.expired_at},
               [&] {
                 row.kind = kind_of(kind);
                 row.full_recipients = recipients_of(recipients);
                 rows.push_back(row);
               });
  return rows;
}

std::optional<BackupRow> select_backup(Session& session, const char* sql, const Values& values) {
  auto rows = select_backups(session, sql, values);
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

// The narrowest statement for the filter, and the values of its first placeholders.
struct Listing {
  const char* sql;
  Values values;
};

Listing listing_for(const BackupFilter& filter) {
  if (!filter.device_id.empty()) return {kListOfDevice, {filter.device_id}};
  if (!filter.site.empty() && filter.client.empty()) {
    throw Error(ErrorCode::internal, tr("listing backups"), "a site without its client");
  }
  if (!filter.site.empty()) return {kListOfSite, {filter.client, filter.site}};
  if (!filter.client.empty()) return {kListOfClient, {filter.client}};
  return {kListAll, {}};
}

}  // namespace

void insert_backup(Session& session, const BackupRow& row) {
  session.run(kInsert, {row.digest, row.file_id, row.name, row.device_id, row.sequence, row.prev_digest,
                        to_string(row.kind), row.created_at, row.recorded_at, row.file_size, row.suspect, row.doubts,
                        row.build, row.epoch, join(row.full_recipients, std::string(1, kRecipientSeparator)),
                        row.ticket, row.operator_id, row.content_mark, row.facts});
}

std::optional<BackupRow> find_backup_by_name(Session& session, std::string_view name) {
  return select_backup(session, kSelectByName, {name});
}

std::optional<BackupRow> find_backup_by_digest(Session& session, const Digest& digest) {
  return select_backup(session, kSelectByDigest, {digest});
}

std::vector<BackupRow> list_backups(Session& session, const BackupFilter& filter) {
  Listing listing = listing_for(filter);
  using Limits = std::numeric_limits<std::int64_t>;
  listing.values.emplace_back(filter.from ? to_unix(*filter.from) : Limits::min());
  listing.values.emplace_back(filter.to ? to_unix(*filter.to) : Limits::max());
  return select_backups(session, listing.sql, listing.values);
}

std::vector<BackupRow> list_all_of_device(Session& session, std::string_view device_id) {
  return select_backups(session, kListAllOfDevice, {device_id});
}

std::vector<BackupRow> backups_without_good_copy(Session& session, std::string_view replica) {
  return select_backups(session, kSelectWithoutGoodCopy, {replica});
}

std::optional<BackupRow> newest_good_backup(Session& session, std::string_view device_id) {
  return select_backup(session, kSelectNewestGood, {device_id});
}

std::optional<BackupRow> newest_good_backup(Session& session, std::string_view device_id, Kind kind) {
  return select_backup(session, kSelectNewestGoodOfKind, {device_id, to_string(kind)});
}

std::optional<SequenceHead> sequence_head(Session& session, std::string_view device_id) {
  SequenceHead head;
  if (!session.one(kSelectHead, {device_id}, {&head.sequence, &head.digest})) return std::nullopt;
  return head;
}

}  // namespace coffre
