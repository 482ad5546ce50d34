// Clients whose contract ends: from which instant they are not backed up any more, and who said so. One row a client.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "catalog/database.h"

namespace coffre {

struct ClosureRow {
  std::string client{};  // code
  Instant closes_at{};
  std::string first_person{};
  std::string second_person{};
  std::string reason{};
  std::string ticket{};
  std::string account{};  // who typed it
  Instant recorded_at{};
  std::optional<Instant> attested_at{};
};

void put_closure(Session& session, const ClosureRow& closure);  // a second one of a client: Error(conflict)
std::vector<ClosureRow> closures(Session& session);             // by client
std::optional<ClosureRow> find_closure(Session& session, std::string_view client);
bool remove_closure(Session& session, std::string_view client);
void note_attested(Session& session, std::string_view client, Instant at);

}  // namespace coffre
