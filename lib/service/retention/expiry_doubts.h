// Whether anything may expire at all today: measures what model/expiry_stop.h decides over.
//
// A place is in doubt when it does not answer or is not ours, when a copy there is missing or damaged, and when it
// lacks one for more than a day (lagging, or "seen" and not read back since the catalog was made anew). The clock is
// compared with the store's where it has one, with the journal's last row, and with CLOCK_BOOTTIME against what was
// noted when it was last known to be right (fact "clock_seen").
//
// Threads: one at a time per process. Errors: those of the catalog; a place's become its doubt.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/expiry_stop.h"
#include "service/installation.h"

namespace coffre {

struct ExpiryDoubts {
  std::vector<StopReason> stops{};                 // empty: expiry may go on
  std::map<ReplicaRole, std::string> places{};     // why a place is in doubt, in words
  std::map<ReplicaRole, std::uint64_t> objects{};  // backups that it should hold
};

// `would_go`: copies that the plan would take from each place. Writes nothing but the fact "clock_seen".
ExpiryDoubts expiry_doubts(Installation& at, const PerReplica<std::uint64_t>& would_go);

// A person has looked: what is stopped now, the clock aside, does not stop what is executed within a day; and a rebuilt
// catalog is taken as it is. One journal row. Returns what it released. Error(usage) without ticket or reason.
std::vector<StopReason> resume_expiry(Installation& at, const PerReplica<std::uint64_t>& would_go,
                                      const std::string& ticket, const std::string& reason);

}  // namespace coffre
