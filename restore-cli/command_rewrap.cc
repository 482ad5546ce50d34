// restore-cli rewrap: gives the keys of the present list access to older backups, at the restore station.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/error.h"
#include "base/text.h"
#include "base/translate.h"
#include "cli/compose.h"
#include "cli/interrupt.h"
#include "cli/json.h"
#include "cli/output.h"
#include "commands.h"
#include "opening.h"
#include "os/process_guard.h"
#include "service/keys/rewrap.h"
#include "service/reading/listing.h"
#include "views.h"

namespace coffre {
namespace {

using cli::Arguments;
using cli::Context;
using cli::Json;

std::set<std::string> wanted_names(const Arguments& arguments, const Installation& at) {
  std::set<std::string> names;
  const int ways = static_cast<int>(!arguments.all("NAME").empty()) + static_cast<int>(arguments.has("--device")) +
                   static_cast<int>(arguments.has("--all"));
  if (ways != 1) {
    throw Error(ErrorCode::usage, tr("reading the command line"), tr("which backups is not clear"),
                tr("Name backups, or give --device or --all"));
  }
  for (const std::string& name : arguments.all("NAME")) names.insert(find_backup_view(at, name).backup.name);
  if (!names.empty()) return names;
  ListFilter filter;
  filter.device = arguments.text("--device");
  for (const BackupView& view : list_backup_views(at, filter)) names.insert(view.backup.name);
  return names;
}

std::vector<BackupReaders> wanted_backups(const Arguments& arguments, Installation& at) {
  const std::set<std::string> names = wanted_names(arguments, at);
  std::vector<BackupReaders> stored;
  at.catalog.read([&](Session& session) { stored = stored_backup_readers(session); });
  std::erase_if(stored, [&](const BackupReaders& readers) { return !names.contains(readers.backup.name); });
  return stored;
}

// Never with --any-signer: a key is not given to a file of unknown origin.
KeyRing ring_from(const Arguments& arguments, const cli::Composition& made) {
  KeyRingRequest request;
  for (const std::string& file : arguments.all("--identity")) request.identities.emplace_back(file);
  request.installation = &made.at->trust;
  guard_process();
  KeyRing ring = load_key_ring(request, ask_passphrase);
  trust_installation(ring, made.at->trust);
  return ring;
}

Json rewrapping_json(const Rewrapping& result) {
  Json places = Json::array();
  for (const SidecarPlace& place : result.places) {
    places.add(Json::object()
                   .set("replica", place.replica)
                   .set("state", to_string(place.state))
                   .set("error", error_json(place.error)));
  }
  return Json::object()
      .set("name", result.name)
      .set("complete", result.complete)
      .set("recipients", Json::array_of(result.recipients))
      .set("places", std::move(places))
      .set("error", error_json(result.error));
}

std::string places_text(const Rewrapping& result) {
  if (result.complete) return tr("nothing to do: every key of the list opens it");
  if (result.error) return tr("refused");
  std::vector<std::string> texts;
  for (const SidecarPlace& place : result.places) {
    texts.push_back(word_text(place.replica) + tr(": ") + word_text(std::string(to_string(place.state))));
  }
  return join(texts, ", ");
}

void print_results(Context& context, const std::vector<Rewrapping>& results) {
  cli::Table table({{tr("Backup")}, {tr("Further access (.rwk)")}});
  for (const Rewrapping& result : results) table.add({result.name, places_text(result)});
  context.out << table.text();
}

void print_trouble(Context& context, const std::vector<Rewrapping>& results) {
  for (const Rewrapping& result : results) {
    if (result.error) context.err << result.error->what() << "\n";
    for (const SidecarPlace& place : result.places) {
      if (place.error) context.err << place.error->what() << "\n";
    }
  }
}

bool is_away(const std::vector<CopyCheck>& away, const std::vector<Rewrapping>& results) {
  return !away.empty() && std::ranges::any_of(results, [](const Rewrapping& result) { return !result.complete; });
}

int run(const Arguments& arguments, Context& context) {
  const auto made = cli::compose(context.config_file, cli::Needs::catalog);
  Installation& at = *made->at;
  const std::vector<BackupReaders> backups = wanted_backups(arguments, at);
  const KeyRing ring = ring_from(arguments, *made);
  const std::vector<CopyCheck> away = add_places(*made, context);
  std::vector<Rewrapping> results;
  {
    cli::Progress progress(context);
    for (const BackupReaders& readers : backups) {
      cli::throw_if_interrupted();
      progress.show(fmt::format("{}/{} {}", results.size() + 1, backups.size(), readers.backup.name));
      results.push_back(rewrap_backup(at, readers, ring));
    }
  }
  constexpr int kPartial = 3;
  int code = exit_code_of(results);
  if (code == 0 && is_away(away, results)) code = kPartial;
  if (context.json) {
    Json list = Json::array();
    for (const Rewrapping& result : results) list.add(rewrapping_json(result));
    context.out << Json::object()
                       .set("epoch", at.trust.recipients.epoch)
                       .set("backups", std::move(list))
                       .set("exit_code", code)
                       .text();
  } else {
    print_results(context, results);
  }
  print_trouble(context, results);
  cli::note(context,
            tr("Whoever could open these backups before still can: rewrap gives access, and takes none away."));
  return code;
}

}  // namespace

cli::Command rewrap_command() {
  cli::Command command;
  command.name = "rewrap";
  command.person = cli::Person::operation;
  command.summary = tr_noop("give the keys of the present list access to older backups");
  command.description = tr_noop(
      "At the restore station, with a key that opens them: writes a small file (.rwk) beside both copies of each "
      "backup "
      "that a key of the list cannot open yet. The backup itself never changes, and nothing is overwritten. "
      "Interrupted, "
      "the same command goes on where it stopped. show, verify and extract find the new files by themselves.");
  command.positionals = {
      cli::optional(cli::repeatable(cli::positional(tr_noop("NAME"), cli::Takes::text, tr_noop("backups' names"))))};
  command.options = {
      cli::option("--device", cli::Takes::text, tr_noop("CLIENT/SITE/TYPE_NAME"),
                  tr_noop("all backups of this device")),
      cli::flag("--all", tr_noop("every backup")),
      cli::required(cli::repeatable(
          cli::option("--identity", cli::Takes::file, tr_noop("FILE"), tr_noop("a key file that can open them")))),
  };
  command.examples = {{"restore-cli rewrap --all --identity secours.key", tr_noop("after keys rotate --add")}};
  command.on_interrupt = cli::OnInterrupt::orderly;
  command.run = run;
  return command;
}

}  // namespace coffre
