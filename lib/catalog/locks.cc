#include "catalog/locks.h"

#include "base/error.h"
#include "base/translate.h"
#include "catalog/session.h"

namespace coffre {
namespace {

constexpr const char* kPut = "UPDATE copies SET locked_until = :until WHERE digest = :digest AND replica = :replica";
constexpr const char* kSelect =
    "SELECT digest, locked_until FROM copies WHERE replica = :replica AND state = 'good' "
    "ORDER BY coalesce(locked_until, 0), digest";

}  // namespace

void put_lock(Session& session, const Digest& digest, std::string_view replica, Instant until) {
  if (session.run(kPut, {until, digest, replica}) == 1) return;
  throw Error(ErrorCode::not_found, tr("noting a lock in the catalog"), tr("there is no such copy"));
}

std::vector<LockRow> locks_in(Session& session, std::string_view replica) {
  std::vector<LockRow> rows;
  LockRow row;
  session.each(kSelect, {replica}, {&row.digest, &row.until}, [&] { rows.push_back(row); });
  return rows;
}

}  // namespace coffre
