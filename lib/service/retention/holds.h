// Holds: a person keeps a backup, or all of a device, site or client, whatever the tiers say. Lifted by a person alone.
//
// Threads: as the catalog. Errors: usage (no reason, a subject that is none), not_found (nobody knows that name),
// conflict (it is under a hold already).
#pragma once

#include <string>
#include <vector>

#include "catalog/retention.h"
#include "service/installation.h"

namespace coffre {

struct HoldRequest {
  std::string subject{};  // a backup's name with or without ".bak", or CLIENT[/SITE[/TYPE_NAME]]
  Hold kind = Hold::contract;
  std::string reason{};
  std::string ticket{};
};
// Returns the subject as it stands on record. An announced expiry that this stops is withdrawn with the next
// announcement, and not executed before.
std::string hold(Installation& at, const HoldRequest& request);
// Error(not_found) when there is no such hold. The tiers decide again; what they let go is announced anew.
void unhold(Installation& at, const std::string& subject, const std::string& reason, const std::string& ticket);

// Says no to one announced expiry: a hold on that backup. Error(not_found) when it is not announced.
std::string veto_expiry(Installation& at, const HoldRequest& request);

std::vector<HoldRow> list_holds(const Installation& at);

}  // namespace coffre
