#include "catalog/read_backs.h"

#include "catalog/session.h"

namespace coffre {
namespace {

#define COFFRE_NOT_EXPIRING \
  "b.expired_at IS NULL AND NOT EXISTS (SELECT 1 FROM copies e WHERE e.digest = b.digest AND e.state = 'expired')"

constexpr const char* kSelectToRead =
    "SELECT c.digest, b.name, c.replica, b.file_size, c.seen_at, c.state = 'seen' FROM copies c "
    "JOIN backups b ON b.digest = c.digest WHERE (c.state = 'seen' OR c.seen_at < :before) AND " COFFRE_NOT_EXPIRING
    " ORDER BY c.state <> 'seen', c.seen_at, b.name, c.replica";
constexpr const char* kSelectIn =
    "SELECT c.digest, b.name, c.path, c.state FROM copies c JOIN backups b ON b.digest = c.digest "
    "WHERE c.replica = :replica AND " COFFRE_NOT_EXPIRING " ORDER BY c.path";
constexpr const char* kCountExpired = "SELECT count(*) FROM copies WHERE digest = :digest AND state = 'expired'";
#undef COFFRE_NOT_EXPIRING

}  // namespace

std::vector<CopyAge> copies_to_read(Session& session, Instant before) {
  std::vector<CopyAge> copies;
  CopyAge copy;
  session.each(kSelectToRead, {before},
               {&copy.digest, &copy.name, &copy.replica, &copy.file_size, &copy.seen_at, &copy.never_read},
               [&] { copies.push_back(copy); });
  return copies;
}

std::vector<PlacedCopy> copies_in(Session& session, std::string_view replica) {
  std::vector<PlacedCopy> copies;
  PlacedCopy copy;
  session.each(kSelectIn, {replica}, {&copy.digest, &copy.name, &copy.path, &copy.state},
               [&] { copies.push_back(copy); });
  return copies;
}

bool has_expired_copy(Session& session, const Digest& digest) {
  std::uint64_t count = 0;
  return session.one(kCountExpired, {digest}, {&count}) && count > 0;
}

}  // namespace coffre
