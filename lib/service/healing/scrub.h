// Reads again what lies in the two places, oldest evidence first, and repairs what is missing or damaged from the other
// place: `restore-cli scrub`, and a share of it at the end of every `backupd run` (design.md section 9).
//
// A pass: compare listings and rows (service/healing/reconcile.h), heal what one place lacks, then read the copies that
// are due. A copy is due at half of `within`, so that the second half is there to catch up: with enough bytes a pass
// and one pass a day, nothing is ever read later than `within`. What a pass did not come to is the next one's first:
// where it stopped is in the catalog, as the time of each copy's last reading.
//
// What is read whole and right is `replicated` evidence, dated now. What is not is on record before it is repaired. A
// copy whose signer our lists have revoked is read and compared with the recorded digest, without evidence.
// Threads: the caller's; two passes at once read some copies twice, no more. Crash: each copy by itself.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "model/scrub_policy.h"
#include "service/healing/reconcile.h"
#include "service/installation.h"

namespace coffre {

struct ScrubRequest {
  ScrubPolicy policy;
  bool everything = false;   // every copy, whenever it was last read, whatever it takes
  bool heal_waiting = true;  // also what an earlier pass could not; false where catch_up has just tried
  std::function<void(std::size_t done, std::size_t total, const std::string& name)> progress = nullptr;
  const std::atomic<bool>* stop = nullptr;  // set by a signal: the pass ends after the copy at hand
};

// What was not right with one backup, and what became of it.
struct ScrubFinding {
  std::string name;
  std::string local;  // state of the copy afterwards, as CopyRow::state; "unavailable"
  std::string cloud;
  std::vector<std::string> repaired{};    // "local", "cloud"
  std::vector<std::string> kept_aside{};  // where what was damaged lies now
  std::optional<Error> error{};           // why it could not be healed now
};

struct ScrubReport {
  std::size_t copies_read = 0;
  std::uint64_t bytes_read = 0;
  std::size_t waiting = 0;  // due and not read: the next passes'
  std::size_t overdue = 0;  // of which not read for longer than `within`
  std::vector<ScrubFinding> findings{};
  Reconciliation places{};
  std::vector<std::string> sequence_gaps{};
  std::vector<std::string> away{};  // places that do not answer: nothing of them was read
};

// Errors: of the catalog; rule when a place is another installation's. Everything else that a place does is in the
// report and on record.
ScrubReport scrub(Installation& at, const ScrubRequest& request);

// What a pass would read now, without reading it.
struct ScrubPlan {
  std::size_t due = 0;
  std::uint64_t due_bytes = 0;
  std::size_t overdue = 0;
  std::size_t copies = 0;           // in all
  std::optional<Instant> oldest{};  // last reading of the copy that has waited longest; nullopt: none, or never read
};
ScrubPlan plan_scrub(Installation& at, const ScrubPolicy& policy);

// 0 all read were good or are now; 3 something waits for a person or another pass (a place is away, overdue, foreign
// objects, gaps, lost sidecars, not healed); 5 a backup is lost in both places.
int exit_code_of(const ScrubReport& report);

}  // namespace coffre
