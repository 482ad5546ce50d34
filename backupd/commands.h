// The daemon's commands, one file each: command_<name>.cc. `serve` and `web` come with later issues; their place is
// here.
#pragma once

#include "cli/command_line.h"

namespace coffre {

cli::Command init_command();
cli::Command run_command();
cli::Command check_command();
cli::Command device_add_command();
cli::Command device_pin_command();
cli::Command device_identify_command();
cli::Command driver_list_command();
cli::Command driver_test_command();
cli::Command inventory_import_command();
cli::Command inventory_export_command();
cli::Command inventory_accept_command();
cli::Command replica_claim_command();
cli::Command secret_set_command();
cli::Command secret_release_command();
cli::Command secret_list_command();

}  // namespace coffre
