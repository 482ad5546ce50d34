#include "catalog/releases.h"

#include "catalog/session.h"

namespace coffre {
namespace {

constexpr const char* kPut =
    "INSERT INTO floor_releases (digest, first_person, second_person, reason, ticket, account, at) VALUES (:digest, "
    ":first_person, :second_person, :reason, :ticket, :account, :at)";
constexpr const char* kSelect =
    "SELECT digest, first_person, second_person, reason, ticket, account, at FROM floor_releases ORDER BY at, digest";
constexpr const char* kDelete = "DELETE FROM floor_releases WHERE digest = :digest";

}  // namespace

void put_release(Session& session, const ReleaseRow& release) {
  session.run(kPut, {release.digest, release.first_person, release.second_person, release.reason, release.ticket,
                     release.account, release.at});
}

std::vector<ReleaseRow> releases(Session& session) {
  std::vector<ReleaseRow> all;
  ReleaseRow one;
  session.each(kSelect, {},
               {&one.digest, &one.first_person, &one.second_person, &one.reason, &one.ticket, &one.account, &one.at},
               [&] { all.push_back(one); });
  return all;
}

bool remove_release(Session& session, const Digest& digest) {
  return session.run(kDelete, {digest}) > 0;
}

}  // namespace coffre
