#include "catalog/anomalies.h"

#include "base/error.h"
#include "base/translate.h"
#include "catalog/session.h"

namespace coffre {
namespace {

constexpr const char* kOpen =
    "INSERT INTO anomalies (code, subject, detail, opened, due, closed, closed_by) "
    "VALUES (:code, :subject, :detail, :opened, :due, NULL, '') "
    "ON CONFLICT (code, subject) WHERE closed IS NULL DO UPDATE SET detail = excluded.detail RETURNING number";
constexpr const char* kClose =
    "UPDATE anomalies SET closed = :closed, closed_by = :closed_by "
    "WHERE code = :code AND subject = :subject AND closed IS NULL";
constexpr const char* kCloseOlder =
    "UPDATE anomalies SET closed = :closed, closed_by = :closed_by "
    "WHERE code = :code AND subject = :subject AND closed IS NULL AND opened <= :evidence_at";
#define COFFRE_SELECT_ANOMALIES "SELECT number, code, subject, detail, opened, due, closed, closed_by FROM anomalies "
constexpr const char* kSelectOpen = COFFRE_SELECT_ANOMALIES "WHERE closed IS NULL ORDER BY due, number";
constexpr const char* kSelectAll = COFFRE_SELECT_ANOMALIES "ORDER BY number DESC";
#undef COFFRE_SELECT_ANOMALIES

std::vector<Anomaly> select_anomalies(Session& session, const char* sql) {
  std::vector<Anomaly> rows;
  Anomaly row{};
  std::string code;
  session.each(
      sql, {}, {&row.number, &code, &row.subject, &row.detail, &row.opened, &row.due, &row.closed, &row.closed_by},
      [&] {
        const auto known = anomaly_code_from_string(code);
        if (!known) {
          throw Error(ErrorCode::damaged, tr("reading an anomaly from the catalog"), tr("its code is unknown"));
        }
        row.code = *known;
        rows.push_back(row);
      });
  return rows;
}

}  // namespace

std::int64_t open_anomaly(Session& session, AnomalyCode code, std::string_view subject, std::string_view detail,
                          Instant now) {
  std::int64_t number = 0;
  if (session.one(kOpen, {rule_of(code).name, subject, detail, now, now + kAnomalyDeadline}, {&number})) return number;
  throw Error(ErrorCode::internal, tr("opening an anomaly"), "no number was given");
}

bool close_anomaly(Session& session, AnomalyCode code, std::string_view subject, std::string_view closed_by,
                   Instant now) {
  return session.run(kClose, {now, closed_by, rule_of(code).name, subject}) == 1;
}

bool close_older_anomaly(Session& session, AnomalyCode code, std::string_view subject, Instant evidence_at,
                         std::string_view closed_by, Instant now) {
  return session.run(kCloseOlder, {now, closed_by, rule_of(code).name, subject, evidence_at}) == 1;
}

std::vector<Anomaly> open_anomalies(Session& session) {
  return select_anomalies(session, kSelectOpen);
}

std::vector<Anomaly> all_anomalies(Session& session) {
  return select_anomalies(session, kSelectAll);
}

}  // namespace coffre
