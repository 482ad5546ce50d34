// The journal as a person reads it: `restore-cli journal`.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "catalog/journal.h"
#include "service/installation.h"

namespace coffre {

// The newest `limit` rows at or after `since`, oldest first. Bounded memory, whatever the journal's length.
std::vector<JournalRow> newest_journal_rows(const Installation& at, const std::optional<Instant>& since,
                                            std::size_t limit);

// Recomputes the whole chain. A broken one opens JOURNAL_ENDOMMAGE, which a person closes (service/reading/conclude.h),
// not a later good check; what was concluded does not open it again, other damage does.
JournalCheck check_journal(Installation& at);

}  // namespace coffre
