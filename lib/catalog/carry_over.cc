#include "catalog/carry_over.h"

#include <optional>
#include <string>

#include "catalog/anomalies.h"
#include "catalog/backups.h"
#include "catalog/closures.h"
#include "catalog/credentials.h"
#include "catalog/devices.h"
#include "catalog/releases.h"
#include "catalog/retention.h"
#include "catalog/session.h"

namespace coffre {
namespace {

constexpr const char* kSelectJournal =
    "SELECT j.seq, j.at, j.prev, j.body_sha256, j.hash, b.body FROM journal j "
    "LEFT JOIN journal_body b ON b.seq = j.seq ORDER BY j.seq";
constexpr const char* kInsertJournal =
    "INSERT INTO journal (seq, at, prev, body_sha256, hash) VALUES (:seq, :at, :prev, :body_sha256, :hash)";
constexpr const char* kInsertBody = "INSERT INTO journal_body (seq, body) VALUES (:seq, :body)";
constexpr const char* kInsertAnomaly =
    "INSERT INTO anomalies (number, code, subject, detail, opened, due, closed, closed_by) "
    "VALUES (:number, :code, :subject, :detail, :opened, :due, :closed, :closed_by)";
constexpr const char* kExpire = "UPDATE backups SET expired_at = :expired_at WHERE digest = :digest";

}  // namespace

std::uint64_t carry_journal(Session& from, Session& to) {
  std::uint64_t seq = 0;
  Instant at;
  Digest prev{};
  Digest body_sha256{};
  Digest hash{};
  std::optional<std::string> body;
  std::uint64_t rows = 0;
  from.each(kSelectJournal, {}, {&seq, &at, &prev, &body_sha256, &hash, &body}, [&] {
    to.run(kInsertJournal, {seq, at, prev, body_sha256, hash});
    if (body) to.run(kInsertBody, {seq, *body});
    ++rows;
  });
  return rows;
}

std::uint64_t carry_anomalies(Session& from, Session& to) {
  std::uint64_t rows = 0;
  for (const Anomaly& one : all_anomalies(from)) {
    to.run(kInsertAnomaly, {one.number, rule_of(one.code).name, one.subject, one.detail, one.opened, one.due,
                            one.closed, one.closed_by});
    ++rows;
  }
  return rows;
}

std::uint64_t carry_credentials(Session& from, Session& to) {
  std::uint64_t rows = 0;
  for (const CredentialRow& one : list_credentials(from)) {
    put_credential(to, one);
    ++rows;
  }
  return rows;
}

std::uint64_t carry_holds(Session& from, Session& to) {
  std::uint64_t rows = 0;
  for (const HoldRow& one : holds(from)) {
    put_hold(to, one);
    ++rows;
  }
  return rows;
}

std::uint64_t carry_closures(Session& from, Session& to) {
  std::uint64_t rows = 0;
  for (const ClosureRow& one : closures(from)) {
    put_closure(to, one);
    ++rows;
  }
  return rows;
}

std::uint64_t carry_expired(Session& from, Session& to) {
  std::uint64_t rows = 0;
  for (const DeviceRow& device : list_devices(to)) {
    for (const BackupRow& one : list_all_of_device(from, device.id)) {
      if (!one.expired_at || find_backup_by_digest(to, one.digest) || find_backup_by_name(to, one.name)) continue;
      insert_backup(to, one);
      to.run(kExpire, {*one.expired_at, one.digest});
      ++rows;
    }
  }
  return rows;
}

std::uint64_t carry_releases(Session& from, Session& to) {
  std::uint64_t rows = 0;
  for (const ReleaseRow& one : releases(from)) {
    if (!find_backup_by_digest(to, one.digest)) continue;
    put_release(to, one);
    ++rows;
  }
  return rows;
}

}  // namespace coffre
