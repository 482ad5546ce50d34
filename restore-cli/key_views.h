// How lists of keys look, in --json (schemas/cli-json.md) and for people, and how new ones are installed on the machine
// that takes backups: shared by the `keys` commands.
#pragma once

#include <string>
#include <vector>

#include "cli/command_line.h"
#include "cli/compose.h"
#include "cli/json.h"
#include "model/zone.h"
#include "service/keys/install_lists.h"
#include "vault/signed_list.h"

namespace coffre {

cli::Json recipients_json(const RecipientsList& list);
cli::Json signers_json(const std::vector<Signer>& signers);
// "op (2d50daf454f8f87b), ..."
std::string recipients_text(const RecipientsList& list);
std::string signers_table(const std::vector<Signer>& signers, const Zone& zone);

// Opens the places of `made` as far as they answer, and takes the lists into use there (service/keys/install_lists.h),
// with a note for whatever a person has to do next. Reads the server's secret keys: hardens the process first.
InstallResult install_here(cli::Composition& made, std::vector<ListFile> lists, cli::Context& context);
void print_installed(const InstallResult& result, cli::Context& context);
// {"recipients_epoch", "signers_epoch", "changed", "signer_taken", "away"}
cli::Json install_json(const InstallResult& result);
// 3 when a place did not answer.
int exit_code_of(const InstallResult& result);

}  // namespace coffre
