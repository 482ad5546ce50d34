// Open matters (model/anomaly.h). One open row per code and subject: opening again only refreshes the detail.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "catalog/database.h"
#include "model/anomaly.h"

namespace coffre {

// Returns the number of the open row, made now or before. `opened` and `due` of an existing row stay.
std::int64_t open_anomaly(Session& session, AnomalyCode code, std::string_view subject, std::string_view detail,
                          Instant now);
// Closes the open row of that code and subject, if there is one; says whether there was.
bool close_anomaly(Session& session, AnomalyCode code, std::string_view subject, std::string_view closed_by,
                   Instant now);
// The same, unless the row was opened after `evidence_at`: what was there before a matter arose cannot end it.
bool close_older_anomaly(Session& session, AnomalyCode code, std::string_view subject, Instant evidence_at,
                         std::string_view closed_by, Instant now);

std::vector<Anomaly> open_anomalies(Session& session);  // most urgent (due) first
std::vector<Anomaly> all_anomalies(Session& session);   // newest first

}  // namespace coffre
