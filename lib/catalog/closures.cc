#include "catalog/closures.h"

#include <algorithm>

#include "catalog/session.h"

namespace coffre {
namespace {

constexpr const char* kPut =
    "INSERT INTO client_closures (client, closes_at, first_person, second_person, reason, ticket, account, "
    "recorded_at, attested_at) VALUES (:client, :closes_at, :first_person, :second_person, :reason, :ticket, :account, "
    ":recorded_at, :attested_at)";
constexpr const char* kSelect =
    "SELECT client, closes_at, first_person, second_person, reason, ticket, account, recorded_at, attested_at FROM "
    "client_closures ORDER BY client";
constexpr const char* kDelete = "DELETE FROM client_closures WHERE client = :client";
constexpr const char* kAttest = "UPDATE client_closures SET attested_at = :attested_at WHERE client = :client";

}  // namespace

void put_closure(Session& session, const ClosureRow& closure) {
  session.run(kPut, {closure.client, closure.closes_at, closure.first_person, closure.second_person, closure.reason,
                     closure.ticket, closure.account, closure.recorded_at, closure.attested_at});
}

std::vector<ClosureRow> closures(Session& session) {
  std::vector<ClosureRow> all;
  ClosureRow one;
  session.each(kSelect, {},
               {&one.client, &one.closes_at, &one.first_person, &one.second_person, &one.reason, &one.ticket,
                &one.account, &one.recorded_at, &one.attested_at},
               [&] { all.push_back(one); });
  return all;
}

std::optional<ClosureRow> find_closure(Session& session, std::string_view client) {
  for (ClosureRow& one : closures(session)) {
    if (one.client == client) return std::move(one);
  }
  return std::nullopt;
}

bool remove_closure(Session& session, std::string_view client) {
  return session.run(kDelete, {client}) > 0;
}

void note_attested(Session& session, std::string_view client, Instant at) {
  session.run(kAttest, {at, client});
}

}  // namespace coffre
