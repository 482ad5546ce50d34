// backupd replica claim: a replaced disk, or another second place, becomes a place of this installation.
#include <fmt/format.h>

#include "base/translate.h"
#include "cli/compose.h"
#include "cli/json.h"
#include "cli/output.h"
#include "commands.h"
#include "service/places/claim_replica.h"
#include "service/places/places.h"
#include "service/places/residency_record.h"

namespace coffre {
namespace {

using cli::Arguments;
using cli::Context;
using cli::Json;

int run_claim(const Arguments& arguments, Context& context) {
  const auto made = cli::compose(context.config_file, cli::Needs::catalog);
  const std::string which = arguments.text("PLACE");
  std::unique_ptr<Replica> place;
  if (which == kLocalReplica) {
    place = open_local(made->settings);
  } else {
    place = open_cloud(made->settings, cli::store_access(*made));
  }
  const cli::SignedLists lists = cli::read_signed_lists(made->settings);
  const Claim claim = claim_replica(*made->at, {.replica = *place,
                                                .recipients = lists.recipients,
                                                .signers = lists.signers,
                                                .ticket = arguments.text("--ticket"),
                                                .reason = arguments.text("--reason")});
  if (which == kCloudReplica) note_residency(*made->at, made->settings.cloud);
  if (context.json) {
    context.out << Json::object()
                       .set("replica", which)
                       .set("installation", made->at->id)
                       .set("claimed", !claim.was_ours)
                       .set("missing", claim.missing)
                       .text();
  }
  cli::note(context, fmt::format(fmt::runtime(claim.was_ours ? tr("The place {} was ours already.")
                                                             : tr("The place {} is ours now.")),
                                 which));
  if (claim.missing > 0) {
    cli::note(context, fmt::format(fmt::runtime(which == kLocalReplica
                                                    ? tr("{} older backups are in the second place only.")
                                                    : tr("{} older backups are put there again by the next run.")),
                                   claim.missing));
  }
  return 0;
}

}  // namespace

cli::Command replica_claim_command() {
  cli::Command command;
  command.name = "replica claim";
  command.person = cli::Person::operation;
  command.summary = tr_noop("give an empty place to this installation: a replaced disk, another second place");
  command.description = tr_noop(
      "Writes into the place that the configuration names whose it is, and the signed lists of keys. Another "
      "installation's place is refused, and so is one that holds anything else. The next run puts new backups there, "
      "and the older ones too into a "
      "second place.");
  command.positionals = {
      cli::positional_choice("PLACE", {"local", "cloud"}, tr_noop("which place of the configuration"))};
  command.options = {
      cli::required(cli::option("--ticket", cli::Takes::text, "TICKET", tr_noop("number of the ticket"))),
      cli::required(cli::option("--reason", cli::Takes::text, "TEXT", tr_noop("why the place is new"))),
  };
  command.examples = {{"backupd replica claim local --ticket 4711 --reason \"disque remplacé\"",
                       tr_noop("a new, empty disk takes the place of the broken one")}};
  command.run = run_claim;
  return command;
}

}  // namespace coffre
