// Device accounts: user name, and the password wrapped under the KEK by vault (this room never sees it in clear).
// A credential that was refused once is stopped for all devices until a person releases it (rule 5).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "catalog/database.h"

namespace coffre {

struct CredentialRow {
  std::string name{};
  std::string user{};
  Bytes wrapped{};  // vault/wrap.h, aad "credentials|password|<name>"
  Instant set_at{};
  bool stopped = false;
  std::optional<Instant> stopped_at{};
  std::string stopped_by{};  // device path whose refusal stopped it
  std::string stopped_reason{};
};

// Upsert. A new password (other `wrapped`) also releases the stop, whatever the row says about it; the old one is on no
// page of the database afterwards. The same `wrapped` again leaves the stop as it is.
void put_credential(Session& session, const CredentialRow& row);
std::optional<CredentialRow> find_credential(Session& session, std::string_view name);
std::vector<CredentialRow> list_credentials(Session& session);  // by name
// What stopped it first stays. False when there is no such credential.
[[nodiscard]] bool stop_credential(Session& session, std::string_view name, Instant at, std::string_view device,
                                   std::string_view reason);
[[nodiscard]] bool release_credential(Session& session, std::string_view name);

}  // namespace coffre
