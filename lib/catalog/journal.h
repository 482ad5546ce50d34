// Coffre's own append-only audit trail: who, when, what, result, ticket (rule 7). Hash-chained; kept append-only by
// triggers and authorizer. Two tables, as security-design.md section 3 says: `journal` holds the chain, `journal_body`
// the texts, whose rows alone may be removed after 13 months.
//   hash = SHA-256("VBK1 audit" || u64 seq || prev (32) || i64 at || body_sha256 (32)); prev of row 1 is zero.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/hash.h"
#include "catalog/database.h"

namespace coffre {

struct JournalEntry {
  std::string account{};  // OS account or service name, never a free text
  std::string action{};   // "back_up", "secret_set", "accept", "extract", ...: snake_case, stable
  std::string subject{};  // device path, backup name, credential name, ...
  std::string result{};   // "done", "failed", "refused", "suspect", ...
  std::string ticket{};
  std::map<std::string, std::string> detail{};  // flat, printable, no secret
};

struct JournalRow {
  std::uint64_t seq = 0;
  Instant at{};
  std::optional<JournalEntry> entry{};  // nullopt when the body was removed by age
  Digest hash{};
};

// Adds one row; seq and chain are kept by the function. Returns the seq. Times never step back in the journal: an `at`
// earlier than the newest row's (threads that read the clock before their turn; a clock set back) is recorded as that
// one.
std::uint64_t append_journal(Session& session, const JournalEntry& entry, Instant at);

// At most `limit` rows from `from_seq` on, ascending. A text that is not ours any more is Error(damaged).
std::vector<JournalRow> journal_rows(Session& session, std::uint64_t from_seq, std::size_t limit);

struct JournalCheck {
  std::uint64_t rows = 0;
  Digest head{};
  std::vector<std::string> problems{};  // "row 17: hash differs"; empty = the chain holds
};
// Recomputes the whole chain and every present body's hash; also that seq has no gap, times never step back, and a text
// is missing only where it may have been removed by age. Rows cut off at the end show against the last anchor only.
JournalCheck verify_journal(Session& session);

// Time of the newest row; nullopt when empty. A clock earlier than that is in doubt (design.md section 7).
std::optional<Instant> last_journal_time(Session& session);

}  // namespace coffre
