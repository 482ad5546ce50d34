// How expiry looks, in --json (schemas/cli-json.md) and as tables for people.
#pragma once

#include <string>

#include "cli/json.h"
#include "model/zone.h"
#include "service/retention/expire.h"
#include "service/retention/expiry_plan.h"

namespace coffre {

cli::Json expiry_item_json(const ExpiryItem& item);
cli::Json stops_json(const ExpiryDoubts& doubts);
cli::Json outcome_json(const ExpiryOutcome& outcome);

// One line a backup, with its reasons; nothing when there is none.
std::string expiry_table(const std::vector<ExpiryItem>& items, const Zone& zone, Instant now);
std::string kept_table(const std::vector<ExpiryItem>& items, const Zone& zone);
// When it goes: "not announced yet", "not before ...", "with the next --execute".
std::string goes_text(const ExpiryItem& item, const Zone& zone, Instant now);
// Why nothing goes today, and the command that goes on all the same; "" when nothing stops it.
std::string stops_text(const ExpiryDoubts& doubts);
// "is gone from both places", "waits: under lock until ...".
std::string outcome_text(const ExpiryOutcome& outcome, const Zone& zone);

}  // namespace coffre
