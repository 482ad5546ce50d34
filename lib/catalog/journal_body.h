// The text of one journal row: a JSON object with sorted keys and no white space, the same for the same entry. What is
// hashed is the text as stored. Inside the room only (journal.cc, tests).
//   {"account":"...","action":"...","detail":{...},"result":"...","subject":"...","ticket":"..."}
#pragma once

#include <string>
#include <string_view>

#include "catalog/journal.h"

namespace coffre {

// Bytes that are not UTF-8 become U+FFFD.
std::string to_journal_body(const JournalEntry& entry);
// Error(damaged) for anything but such an object; unknown keys are skipped, so that a later version may add some.
JournalEntry from_journal_body(std::string_view body);

}  // namespace coffre
