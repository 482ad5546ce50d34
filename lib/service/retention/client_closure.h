// The end of a client's contract: the one exception to rule 4. From a date on, said by two named persons, nothing is
// collected any more, and once its tiers and locks have ended each backup expires by the usual way (announced, then
// executed: service/retention/expire.h), the last proven one too. Holds stay holds. When nothing is left, a document
// says so.
//
// Threads: as the catalog. Errors: usage (persons, reason), not_found (no such client; it is not being closed),
// conflict (it is being closed already; its deletion is attested), rule (something of it is left).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/hash.h"
#include "catalog/closures.h"
#include "service/installation.h"

namespace coffre {

struct ClosureRequest {
  std::string client{};
  Instant closes_at{};
  std::string first_person{};
  std::string second_person{};
  std::string reason{};
  std::string ticket{};
};
void close_client(Installation& at, const ClosureRequest& request);
// Takes it back, as long as its deletion is not attested: what has expired is gone, the rest is kept as before.
void reopen_client(Installation& at, const std::string& client, const std::string& reason, const std::string& ticket);

// How far it is.
struct ClosureView {
  ClosureRow closure{};
  std::size_t left = 0;                    // backups of which a copy is there, or may be
  std::optional<Instant> last_tier_end{};  // of those: nothing is left before then
  std::size_t expired = 0;
};
std::vector<ClosureView> list_closures(const Installation& at);

struct DeletedBackup {
  std::string name;
  Digest digest{};
  Instant taken{};
  Instant removed{};
};
struct Attestation {
  ClosureRow closure{};
  Instant attested_at{};
  std::vector<DeletedBackup> deleted{};  // by name
  std::vector<std::string> places{};     // where they lay: location of each place
};
// Error(rule) while anything of the client is left. The first call puts it on record with a journal row; a later one
// gives the same document again.
Attestation attest_deletion(Installation& at, const std::string& client);

}  // namespace coffre
