// Ends by a person's conclusion what no proof and no fact can end: a gap in the sequence, a damaged journal
// (AnomalyRule::closing justification with the release `restore-cli conclude`). The findings that were concluded stay
// on record as a fact of the catalog, so that the next look at the same state does not open the matter again.
//
// Two steps, so that the anomaly can be shown in between: review reads, conclude writes (one transaction).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "catalog/database.h"
#include "model/anomaly.h"
#include "service/installation.h"

namespace coffre {

// The open anomaly of that number. Errors: not_found (none is open under it); rule when something else ends it, with
// the command that does.
Anomaly review_anomaly(const Installation& at, std::int64_t number);

// Closes it, with a journal row. Error(usage) for an empty ticket or reason; Error(conflict) when it is no longer what
// was shown.
void conclude_anomaly(Installation& at, const Anomaly& shown, const std::string& ticket, const std::string& reason);

// open_anomaly, but for findings (its detail) that are exactly those last concluded for this code and subject.
void open_unless_concluded(Session& session, AnomalyCode code, std::string_view subject, std::string_view findings,
                           Instant now);
// Nothing is found any more: what was concluded is forgotten, and would open again.
void forget_conclusion(Session& session, AnomalyCode code, std::string_view subject);

}  // namespace coffre
