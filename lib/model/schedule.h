// When a device's scheduled backup is due (design.md sections 5-7). Pure: zones and now are arguments.
//
// A slot is (device, start of its site's weekly window). Inside the window each device has its own instant, spread by
// a hash of its id so that the fleet is not asked at once. A slot is done when a non-suspect backup was collected in
// it; until the next slot begins it may be retried at any run.
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"
#include "model/inventory.h"
#include "model/kind.h"
#include "model/zone.h"

namespace coffre {

struct Slot {
  Instant start;       // of the window
  Instant due;         // start + this device's share of the window; start <= due < window_end
  Instant window_end;  // exclusive
};

// Clock changes: the window's wall-clock ends are taken as Zone::first_instant_of says, so that it is an hour shorter
// or longer when it holds the change. A window that lies wholly in the skipped hour keeps its length from the jump on.
//
// The slot that `now` lies in: the last window start <= now.
Slot slot_at(const Window& window, const Zone& site_zone, std::string_view device_id, Instant now);
// The slot after `slot`.
Slot next_slot(const Window& window, const Zone& site_zone, std::string_view device_id, const Slot& slot);

struct DueState {
  std::optional<Instant> last_non_suspect;  // start of collection of the newest non-suspect backup of any kind
};

// Whether the slot that begins at `slot_start` has its backup: nothing is missing then, whatever fails afterwards. One
// dated more than an hour after `now` does not make a slot done (a clock was wrong): a false date must not silence the
// schedule. Callers leave such rows out, so that the newest believable one is seen.
bool is_done(Instant slot_start, const DueState& state, Instant now);

// Whether a scheduled backup should run now: never backed up, or the slot's instant has come and the slot is not done.
bool is_due(const Slot& slot, const DueState& state, Instant now);

// When the next scheduled backup is expected, given that state: `now` when there never was one, this slot's instant
// while the slot is not done (in the past: late), the next slot's instant otherwise.
Instant next_expected(const Window& window, const Zone& site_zone, std::string_view device_id, const DueState& state,
                      Instant now);

// MENSUEL when no non-suspect MENSUEL has the same local month (installation's zone), else HEBDO.
Kind scheduled_kind(const Zone& installation_zone, std::optional<Instant> newest_non_suspect_mensuel, Instant now);

}  // namespace coffre
