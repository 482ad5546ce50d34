// Who is to be backed up now: inventory + catalog state + now -> one line a device (design.md section 5). Pure.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "model/inventory.h"
#include "model/kind.h"
#include "model/schedule.h"
#include "model/zone.h"

namespace coffre {

// What the catalog remembers of a device, as far as planning needs it.
struct DeviceHistory {
  std::string device_id;
  std::optional<Instant> last_non_suspect;
  std::optional<Instant> newest_non_suspect_mensuel;
  bool collect_requested = false;
  bool client_closed = false;         // its contract has ended
  std::uint64_t newest_sequence = 0;  // of the newest non-suspect one; 0: none
};

enum class PlanAction {
  back_up,        // now
  not_due,        // its slot is done, or not yet come
  retired,        // says the inventory
  manual,         // `collection: manual`: a person brings the export
  client_closed,  // its client's contract has ended: service/retention/client_closure.h
  not_confirmed,  // no pin yet: `backupd device pin`
};

struct PlanLine {
  DeviceKey device;
  std::string device_id;
  PlanAction action = PlanAction::not_due;
  Kind kind = Kind::hebdo;
  Instant slot;                          // start of the slot that a scheduled backup belongs to
  bool slot_done = false;                // it has its backup: nothing is missing
  std::optional<Instant> next_expected;  // nullopt for retired and manual devices
  std::uint64_t newest_sequence = 0;     // as the history had it
};

// What a person may narrow a run to. `device` and `site` name what is backed up whether due or not.
struct Selection {
  enum class Scope { due, everything, site, device };
  Scope scope = Scope::due;
  std::string name;  // "CLIENT/SITE" or "CLIENT/SITE/TYPE_NAME"
};

struct Zones {
  const Zone* installation = nullptr;
  std::function<const Zone&(const Site&)> of_site;
};

// One line per device of the inventory that the selection covers, in inventory order. `history` answers for a device
// key. A selection that names nothing in the inventory: Error(not_found) with the nearest name.
std::vector<PlanLine> plan_run(const Inventory& inventory,
                               const std::function<DeviceHistory(const DeviceKey&)>& history,
                               const Selection& selection, const Zones& zones, Instant now);

}  // namespace coffre
