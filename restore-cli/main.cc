// restore-cli: looks, verifies, opens. Runs on the station where identities lie, or anywhere to look at the catalog.
#include "cli/compose.h"
#include "cli/run_program.h"
#include "commands.h"

namespace coffre {
namespace {

cli::Program program() {
  cli::Program program;
  program.name = "restore-cli";
  program.version = cli::version();
  program.summary = tr_noop("lists, verifies and opens backups of video recorders");
  program.language = cli::configured_language;
  program.examples = {
      {"restore-cli list --anomalies", tr_noop("what a person must deal with")},
      {"restore-cli verify --all --identity test.key", tr_noop("everything, opened by the drill key")},
      {"restore-cli show ./copy.bak --identity secours.key", tr_noop("a file, with one key and nothing else")}};
  program.commands = {
      list_command(),          show_command(),          verify_command(),           extract_command(),
      destroyed_command(),     accept_command(),        conclude_command(),         keygen_command(),
      keys_status_command(),   keys_rotate_command(),   keys_install_command(),     keys_new_signer_command(),
      rewrap_command(),        journal_command(),       rebuild_catalog_command(),  keys_revoke_signer_command(),
      expire_command(),        hold_command(),          unhold_command(),           client_close_command(),
      client_reopen_command(), client_status_command(), client_hand_over_command(), client_attest_command(),
      check_replica_command(), scrub_command(),         release_command(),          unrelease_command()};
  return program;
}

}  // namespace
}  // namespace coffre

int main(int argc, char** argv) {
  return coffre::cli::run_program(coffre::program(), argc, argv);
}
