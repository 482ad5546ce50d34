// SIGINT and SIGTERM, as the commands see them (OnInterrupt in cli/command_line.h).
//
// Commands that end at once need nothing: the handler writes one line and ends the process with 130. Orderly commands
// look at base/interruption.h where they could stop; a second signal ends them at once. Thread-safe.
#pragma once

#include "cli/command_line.h"

namespace coffre::cli {

inline constexpr int kInterruptedExitCode = 130;

// Installs the handlers for what follows. Call before other threads run.
void handle_interrupts(OnInterrupt how);

// Throws Error(interrupted) when one has come.
void throw_if_interrupted();

}  // namespace coffre::cli
