// backupd init: a new installation, its keys in two separate places, and the sheet to print.
#include <fmt/format.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/translate.h"
#include "cli/compose.h"
#include "cli/json.h"
#include "cli/output.h"
#include "commands.h"
#include "config/settings_loader.h"
#include "os/account.h"
#include "os/durable_file.h"
#include "os/file_error.h"
#include "os/folder.h"
#include "os/process_guard.h"
#include "os/terminal.h"
#include "os/zone_loader.h"
#include "recovery_sheet.h"
#include "service/estate/init_installation.h"

namespace coffre {
namespace {

namespace fs = std::filesystem;
using cli::Arguments;
using cli::Context;
using cli::Json;

// Asked twice on a terminal: nobody can look at it later. One line from stdin otherwise.
SecretString new_passphrase(Terminal& terminal) {
  SecretString first = terminal.ask_secret(tr("Passphrase for the offline keys (kept by another person): "));
  if (!terminal.is_interactive()) return first;
  const SecretString second = terminal.ask_secret(tr("The same again: "));
  if (first.equals(second)) return first;
  throw Error(ErrorCode::usage, tr("reading the passphrase"), tr("the two are not the same"));
}

TemplateChoices choices_from(const Arguments& arguments, const fs::path& directory) {
  TemplateChoices choices;
  if (arguments.has("--organization")) choices.organization = arguments.text("--organization");
  choices.local_path = fs::absolute(arguments.text_or("--local", (directory / "local").string())).string();
  choices.cloud_directory =
      fs::absolute(arguments.text_or("--cloud-directory", (directory / "cloud").string())).string();
  choices.local_location = arguments.text("--local-location");
  choices.cloud_location = arguments.text("--cloud-location");
  if (arguments.text("--encryption") == "none") choices.encryption = EncryptionDemand::none;
  return choices;
}

// The folders of the places that were not there. A failed init takes its empty folders back.
class MadeFolders {
 public:
  MadeFolders() = default;
  MadeFolders(const MadeFolders&) = delete;
  MadeFolders& operator=(const MadeFolders&) = delete;
  ~MadeFolders() {
    std::error_code ignored;
    for (auto folder = made_.rbegin(); folder != made_.rend(); ++folder) fs::remove(*folder, ignored);
  }

  // A place inside the new folder, with all that is above it.
  void make_all(const fs::path& folder) {
    if (is_there(folder)) return;
    if (folder.has_parent_path()) make_all(folder.parent_path());
    make(folder);
  }
  // A place elsewhere: its last folder only. What lies above is a mount point or a typing mistake, and not made up.
  void make_last(const fs::path& folder, Context& context) {
    if (is_there(folder) || !fs::is_directory(folder.parent_path())) return;
    make(folder);
    cli::note(context, fmt::format(fmt::runtime(tr("Made the folder {}")), folder.string()));
  }
  void keep() { made_.clear(); }

 private:
  void make(const fs::path& folder) {
    std::error_code error;
    if (!fs::create_directory(folder, error) && error) {
      throw file_error(error.value(), tr("making a folder"), folder.string());
    }
    made_.push_back(folder);
  }

  std::vector<fs::path> made_;
};

void write_sheet(const InitRequest& request, const InitResult& made, const Instant now) {
  const Settings settings = load_settings(made.config_file);
  const Folder offline = Folder::open(fs::absolute(request.offline).string());
  constexpr std::size_t kMaxKeyFile = 65536;
  auto key = offline.read_small("secours.key", kMaxKeyFile).value_or("");
  const SheetFacts facts{.settings = settings,
                         .made = made,
                         .created = cli::dated_text(now, *load_zone(settings.installation.zone)),
                         .recovery_file = key};
  put_if_absent(offline, "fiche-de-secours.txt", as_bytes(recovery_sheet_text(facts)));
  put_if_absent(offline, "fiche-de-secours.html", as_bytes(recovery_sheet_html(facts)));
  wipe(key);
}

// In the order in which they work.
void note_next_steps(Context& context, const fs::path& config_file) {
  std::string export_line;
  std::error_code ignored;
  if (!fs::equivalent(cli::config_path({}), config_file, ignored)) {
    export_line = fmt::format("  export COFFRE_CONFIG={}\n", config_file.string());
  }
  cli::note(
      context,
      fmt::format(fmt::runtime(tr("Next, in this order:\n{}"
                                  "  backupd secret set NAME --user USER    the password of the devices' account\n"
                                  "  backupd device add                     asks, shows the certificate, tries\n"
                                  "  backupd check                          everything in order here?\n"
                                  "  backupd run                            the first backups; then from cron")),
                  export_line));
}

void print_result(Context& context, const InitRequest& request, const InitResult& made) {
  if (context.json) {
    Json keys = Json::array();
    for (const OfflineKey& key : made.offline_keys) {
      keys.add(Json::object().set("role", key.role).set("file", key.file.string()).set("recipient", key.recipient_id));
    }
    context.out << Json::object()
                       .set("installation", made.installation_id)
                       .set("configuration", made.config_file.string())
                       .set("offline_keys", std::move(keys))
                       .set("locked", made.locked)
                       .text();
    return;
  }
  const fs::path folder = made.config_file.parent_path();
  context.out << fmt::format(fmt::runtime(tr("Configuration:  {}\nInventory:      {}\nServer's keys:  {}\n"
                                             "Local place:    {}\nSecond place:   {}\nOffline keys:   {}\n")),
                             made.config_file.string(), (folder / "inventory").string(), (folder / "keys").string(),
                             request.choices.local_path, request.choices.cloud_directory,
                             fs::absolute(request.offline).string());
  cli::note(context, tr("Each offline key has opened a sample sealed by this build: the first key proof."));
  if (!made.locked)
    cli::note(context, tr("The offline keys are NOT locked by a passphrase: whoever has them reads every backup."));
  cli::note(context, tr("Print fiche-de-secours.html, then take the offline keys away from this machine: two places, "
                        "one of them a safe."));
  note_next_steps(context, made.config_file);
}

int run(const Arguments& arguments, Context& context) {
  guard_process();
  umask(S_IRWXG | S_IRWXO);  // keys are nobody else's
  const fs::path directory = arguments.text("DIR");
  const SystemClock clock;
  SystemRandom random;
  InitRequest request{.directory = directory,
                      .offline = arguments.text("--keys-out"),
                      .choices = choices_from(arguments, directory),
                      .passphrase = std::nullopt,
                      .account = current_account().text(),
                      .build = cli::build_name()};
  MadeFolders folders;
  for (const char* const option : {"--local", "--cloud-directory"}) {
    const fs::path place =
        option == std::string_view("--local") ? request.choices.local_path : request.choices.cloud_directory;
    if (arguments.has(option)) {
      folders.make_last(place, context);
    } else {
      folders.make_all(place);
    }
  }
  check_init(request);
  SystemTerminal terminal;
  if (!arguments.has("--unlocked")) request.passphrase = new_passphrase(terminal);
  const InitResult made = init_installation(request, clock, random);
  folders.keep();
  write_sheet(request, made, clock.now());
  print_result(context, request, made);
  return 0;
}

}  // namespace

cli::Command init_command() {
  cli::Command command;
  command.name = "init";
  command.person = cli::Person::operation;
  command.summary = tr_noop("make a new installation");
  command.description = tr_noop(
      "Writes a commented configuration, an example inventory and the server's keys into DIR, and the keys that read "
      "backups only into the folder of --keys-out, with the sheet to print. Asks for the passphrase that locks them. "
      "The folder of a place is made when only its last part is missing.");
  command.positionals = {
      cli::positional(tr_noop("DIR"), cli::Takes::folder, tr_noop("folder of the new installation"))};
  command.options = {
      cli::required(cli::option("--keys-out", cli::Takes::folder, tr_noop("DIR2"),
                                tr_noop("where the offline keys go; not below DIR or a place"))),
      cli::option("--organization", cli::Takes::text, tr_noop("NAME"),
                  tr_noop("name of the integrator, as documents show it")),
      cli::option("--local", cli::Takes::folder, tr_noop("FOLDER"),
                  tr_noop("the local place, on an encrypted volume (default: DIR/local)")),
      cli::option("--local-location", cli::Takes::text, tr_noop("TEXT"),
                  tr_noop("where the local place is, and who holds it")),
      cli::choice("--encryption", {"required", "none"},
                  tr_noop("whether the local place must lie on an encrypted volume")),
      cli::option("--cloud-directory", cli::Takes::folder, tr_noop("FOLDER"),
                  tr_noop("the second place (default: DIR/cloud)")),
      cli::option("--cloud-location", cli::Takes::text, tr_noop("TEXT"),
                  tr_noop("where the second place is, and who holds it")),
      cli::flag("--unlocked", tr_noop("do not lock the offline keys by a passphrase")),
  };
  command.examples = {{"backupd init /etc/coffre --keys-out /media/stick/coffre --local /srv/coffre",
                       tr_noop("the offline keys go to a stick, the volume is there already")}};
  command.run = run;
  return command;
}

}  // namespace coffre
