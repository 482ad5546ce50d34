// Whether a person or the system asked this process to end (SIGINT, SIGTERM). One flag a process, as signals are.
//
// Whoever waits long (a transfer, a pass over the fleet) looks at it and ends with Error(interrupted) or by starting
// nothing further; what was begun is left as by a kill at that instant, which is always safe. Async-signal-safe,
// thread-safe; it never goes back.
#pragma once

#include <atomic>

namespace coffre {

// True when it was asked for before.
bool request_interruption() noexcept;
const std::atomic<bool>& interruption_requested() noexcept;

}  // namespace coffre
