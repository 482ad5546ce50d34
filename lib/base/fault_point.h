// Named instants at which a test may stop or kill the process: `fault_point("back_up.sealed")`.
//
// Compiled into what is shipped, so that what is tested is what runs. Does nothing unless the environment names the
// point: COFFRE_FAULT=kill:NAME (SIGKILL), stop:NAME (SIGSTOP, once), or fail:NAME (throws Error(internal)). Whoever
// can set our environment can kill us anyway. A name may end in "@N" for its N-th passing (1 is the first).
// Thread-safe.
#pragma once

#include <string_view>

namespace coffre {

void fault_point(std::string_view name);

}  // namespace coffre
