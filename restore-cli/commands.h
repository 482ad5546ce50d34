// The technician's and the disaster's commands, one file each: command_<name>.cc.
#pragma once

#include "cli/command_line.h"

namespace coffre {

cli::Command list_command();
cli::Command show_command();
cli::Command verify_command();
cli::Command extract_command();
cli::Command destroyed_command();
cli::Command accept_command();
cli::Command conclude_command();
cli::Command keygen_command();
cli::Command keys_status_command();
cli::Command keys_rotate_command();
cli::Command keys_revoke_signer_command();
cli::Command keys_new_signer_command();
cli::Command keys_install_command();
cli::Command rewrap_command();
cli::Command rebuild_catalog_command();
cli::Command journal_command();
cli::Command expire_command();
cli::Command hold_command();
cli::Command unhold_command();
cli::Command release_command();
cli::Command unrelease_command();
cli::Command client_close_command();
cli::Command client_reopen_command();
cli::Command client_status_command();
cli::Command client_hand_over_command();
cli::Command client_attest_command();
cli::Command check_replica_command();
cli::Command scrub_command();

}  // namespace coffre
