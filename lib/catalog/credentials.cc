#include "catalog/credentials.h"

#include "base/error.h"
#include "base/translate.h"
#include "catalog/session.h"

namespace coffre {
namespace {

#define COFFRE_SELECT_CREDENTIALS \
  "SELECT name, account, wrapped, set_at, stopped, stopped_at, stopped_by, stopped_reason FROM credentials "
constexpr const char* kSelectAll = COFFRE_SELECT_CREDENTIALS "ORDER BY name";
constexpr const char* kSelect = COFFRE_SELECT_CREDENTIALS "WHERE name = :name";
#undef COFFRE_SELECT_CREDENTIALS

// Another password than the one that was refused deserves its one try: the stop goes. The same one does not.
constexpr const char* kPut =
    "INSERT INTO credentials (name, account, wrapped, set_at, stopped, stopped_at, stopped_by, stopped_reason) "
    "VALUES (:name, :account, :wrapped, :set_at, :stopped, :stopped_at, :stopped_by, :stopped_reason) "
    "ON CONFLICT (name) DO UPDATE SET account = excluded.account, wrapped = excluded.wrapped, set_at = "
    "excluded.set_at, "
    "stopped = CASE WHEN excluded.wrapped = credentials.wrapped THEN credentials.stopped ELSE 0 END, "
    "stopped_at = CASE WHEN excluded.wrapped = credentials.wrapped THEN credentials.stopped_at ELSE NULL END, "
    "stopped_by = CASE WHEN excluded.wrapped = credentials.wrapped THEN credentials.stopped_by ELSE '' END, "
    "stopped_reason = CASE WHEN excluded.wrapped = credentials.wrapped THEN credentials.stopped_reason ELSE '' END";
constexpr const char* kStop =
    "UPDATE credentials SET stopped_at = CASE WHEN stopped = 1 THEN stopped_at ELSE :stopped_at END, "
    "stopped_by = CASE WHEN stopped = 1 THEN stopped_by ELSE :stopped_by END, "
    "stopped_reason = CASE WHEN stopped = 1 THEN stopped_reason ELSE :stopped_reason END, stopped = 1 WHERE name = "
    ":name";
constexpr const char* kRelease =
    "UPDATE credentials SET stopped = 0, stopped_at = NULL, stopped_by = '', stopped_reason = '' WHERE name = :name";

Bytes wrapped_from(const std::string& hex) {
  auto bytes = from_hex(hex);
  if (bytes) return std::move(*bytes);
  throw Error(ErrorCode::damaged, tr("reading a credential from the catalog"), tr("its password is not hex"),
              tr("Set it again: backupd secret set NAME"));
}

std::vector<CredentialRow> select_credentials(Session& session, const char* sql, const Values& values) {
  std::vector<CredentialRow> rows;
  CredentialRow row;
  std::string wrapped;
  session.each(sql, values,
               {&row.name, &row.user, &wrapped, &row.set_at, &row.stopped, &row.stopped_at, &row.stopped_by,
                &row.stopped_reason},
               [&] {
                 row.wrapped = wrapped_from(wrapped);
                 rows.push_back(row);
               });
  return rows;
}

}  // namespace

void put_credential(Session& session, const CredentialRow& row) {
  session.run(kPut, {row.name, row.user, to_hex(row.wrapped), row.set_at, row.stopped, row.stopped_at, row.stopped_by,
                     row.stopped_reason});
  session.forget_after_commit();
}

std::optional<CredentialRow> find_credential(Session& session, std::string_view name) {
  auto rows = select_credentials(session, kSelect, {name});
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

std::vector<CredentialRow> list_credentials(Session& session) {
  return select_credentials(session, kSelectAll, {});
}

bool stop_credential(Session& session, std::string_view name, Instant at, std::string_view device,
                     std::string_view reason) {
  return session.run(kStop, {at, device, reason, name}) == 1;
}

bool release_credential(Session& session, std::string_view name) {
  return session.run(kRelease, {name}) == 1;
}

}  // namespace coffre
