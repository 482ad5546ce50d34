// backupd: takes the backups. Runs where the server's keys are; cannot read what it made yesterday.
#include "cli/compose.h"
#include "cli/run_program.h"
#include "commands.h"

namespace coffre {
namespace {

cli::Program program() {
  cli::Program program;
  program.name = "backupd";
  program.version = cli::version();
  program.summary = tr_noop("backs up the configurations of video recorders, and proves what it did");
  program.language = cli::configured_language;
  program.examples = {{"backupd init /etc/coffre --keys-out /media/stick/coffre --local /srv/coffre",
                       tr_noop("make a new installation")},
                      {"backupd device add", tr_noop("bring a device into the inventory: asks everything")},
                      {"backupd run", tr_noop("what cron calls")},
                      {"backupd check", tr_noop("say, line by line, whether everything is in order")}};
  program.commands = {init_command(),
                      run_command(),
                      check_command(),
                      device_add_command(),
                      device_pin_command(),
                      device_identify_command(),
                      driver_list_command(),
                      driver_test_command(),
                      inventory_import_command(),
                      inventory_export_command(),
                      inventory_accept_command(),
                      replica_claim_command(),
                      secret_set_command(),
                      secret_release_command(),
                      secret_list_command()};
  return program;
}

}  // namespace
}  // namespace coffre

int main(int argc, char** argv) {
  return coffre::cli::run_program(coffre::program(), argc, argv);
}
