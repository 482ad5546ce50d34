// What keeps configuration in clear inside this process (security-design.md section 3, "Memory" and "Disk"): no core
// dump, no debugger of the same user, memory that is never swapped out, no temporary files.
//
// Call once, at the start, before other threads and before any secret is read.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "os/encrypted_volume.h"

namespace coffre {

// The system calls behind it, injected for tests. Each returns 0 or an errno value.
class ProcessControls {
 public:
  virtual ~ProcessControls() = default;
  virtual int forbid_core() = 0;      // RLIMIT_CORE 0, soft and hard
  virtual int forbid_dump() = 0;      // PR_SET_DUMPABLE 0: no core into a pipe either, no ptrace by the same user
  virtual int lock_all_memory() = 0;  // ENOMEM / EPERM: the limit of locked memory does not allow it
  virtual int probe_locking() = 0;    // locks a page as libsodium does for keys
  virtual int forbid_temporary_files() = 0;  // TMPDIR points nowhere
};

// This process. Lives as long as the program. Locks pages when they are first used (MLOCK_ONFAULT), so that 64 threads
// do not pin 64 whole stacks; only when RLIMIT_MEMLOCK is unlimited or we have CAP_IPC_LOCK: with MCL_FUTURE under a
// small limit every later allocation would fail.
ProcessControls& system_process_controls();

struct GuardSources {
  std::string swaps = "/proc/swaps";
  VolumeSources volumes;
};

struct GuardFinding {
  enum class State { good, remark };
  State state = State::good;
  std::string text;  // one line for `check`, translated
};

// Applies all of it. Throws Error(rule) when something cannot be had: keys cannot be locked; or memory cannot be locked
// as a whole while swap is neither absent nor encrypted, or cannot be seen (unknown is not a pass).
std::vector<GuardFinding> guard_process(ProcessControls& controls = system_process_controls(),
                                        const GuardSources& sources = {});

// Every active swap area and whether it is encrypted; nullopt when the list is not readable.
struct SwapArea {
  std::string name;  // as in /proc/swaps
  bool encrypted = false;
  std::string reason;
};
std::optional<std::vector<SwapArea>> swap_areas(const GuardSources& sources);

}  // namespace coffre
