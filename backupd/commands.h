// The daemon's commands, one file each: command_<name>.cc. `serve` and `web` come with later issues; their place is here.
#pragma once

#include "cli/command_line.h"

namespace coffre {

cli::Command run_command();
cli::Command driver_test_command();
cli::Command driver_list_command();

}  // namespace coffre
