// The technician's and the disaster's commands, one file each: command_<name>.cc.
#pragma once

#include "cli/command_line.h"

namespace coffre {

cli::Command list_command();

}  // namespace coffre
