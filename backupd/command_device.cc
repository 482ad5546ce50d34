// backupd device add|pin|identify: how a device comes into the inventory, and how its certificate is confirmed.
#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "base/translate.h"
#include "cli/compose.h"
#include "cli/identity_json.h"
#include "cli/json.h"
#include "cli/output.h"
#include "commands.h"
#include "device_view.h"
#include "os/terminal.h"
#include "service/backup/unknown_drivers.h"
#include "service/estate/device_admin.h"
#include "service/keys/secrets.h"

namespace coffre {
namespace {

using cli::Arguments;
using cli::Context;
using cli::Json;

Error missing(const char* what, const char* option) {
  return Error(ErrorCode::usage, tr("adding a device"), fmt::format(fmt::runtime(tr("{} is missing")), what),
               fmt::format(fmt::runtime(tr("Give it by {}, or run the command on a terminal")), tr(option)));
}

// From the command line, else from the person at the terminal.
std::string ask_for(const Arguments& arguments, Terminal& terminal, const char* option, const char* question) {
  if (arguments.has(option)) return arguments.text(option);
  if (!terminal.is_interactive()) throw missing(question, option);
  return terminal.ask(fmt::format("{}: ", question));
}

DeviceKey key_from(const std::string& text) {
  const auto key = DeviceKey::from_path(text);
  if (key) return *key;
  const bool only_lower = DeviceKey::from_path(to_upper_ascii(text)).has_value();
  throw Error(
      ErrorCode::usage, tr("reading the device's code"),
      fmt::format(fmt::runtime(tr("\"{}\" is not CLIENT/SITE/TYPE_NAME (A-Z, 0-9 and -, 32 at most each)")), text),
      only_lower ? fmt::format(fmt::runtime(tr("Write it in upper case: {}")), to_upper_ascii(text))
                 : tr("For example: CLIEXEMP/SIEGEPARIS/NVR_NVR-HALL"));
}

const Device& known_device(const Installation& at, const std::string& text) {
  const auto found = at.inventory.devices.find(key_from(text));
  if (found != at.inventory.devices.end()) return found->second;
  throw Error(ErrorCode::not_found, tr("looking up the device"), tr("the inventory has no such device"),
              tr("List the devices with: restore-cli list --devices"))
      .on(text);
}

std::string ask_driver(const Installation& at, const Arguments& arguments, Terminal& terminal, Context& context) {
  if (!arguments.has("--driver") && terminal.is_interactive()) {
    for (const Driver* const driver : at.drivers->all()) {
      cli::note(context,
                fmt::format("  {:<20} {}", driver->description().name, tr(driver->description().title.c_str())));
    }
  }
  std::string name = ask_for(arguments, terminal, "--driver", tr("driver"));
  if (at.drivers->find(name) != nullptr) return name;
  throw Error(ErrorCode::usage, tr("choosing the driver"), no_such_driver(name, *at.drivers),
              tr("List the drivers with: backupd driver list"));
}

std::map<std::string, std::string> settings_from(const Arguments& arguments) {
  std::map<std::string, std::string> settings;
  for (const std::string& text : arguments.all("--setting")) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw Error(ErrorCode::usage, tr("reading the command line"), tr("--setting wants KEY=VALUE"));
    }
    settings[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return settings;
}

bool is_stored(Installation& at, const std::string& name) {
  for (const CredentialRow& row : secrets(at)) {
    if (row.name == name) return true;
  }
  return false;
}

// The account's name and password, when this credential is not stored yet.
void ask_credential(Installation& at, const Arguments& arguments, Terminal& terminal, const std::string& name) {
  if (name.empty() || is_stored(at, name)) return;
  const std::string user = ask_for(arguments, terminal, "--user", tr("account on the device"));
  set_secret(at, name, user, terminal.ask_secret(fmt::format(fmt::runtime(tr("Password of {} ({}): ")), user, name)));
}

struct Question {
  const Device& device;
  const ServerCertificate& shown;
  const Zone& zone;   // for its dates
  const char* again;  // the command that asks the next time
};

// A person's word on the certificate shown, or the pin that a person gave on the command line.
void confirm(const Arguments& arguments, Terminal& terminal, const Question& about, Context& context) {
  const bool asks = !arguments.has("--pin") && !arguments.has("--yes") && terminal.is_interactive();
  const std::string certificate = certificate_text(about.shown, about.zone);
  if (!asks) cli::note(context, certificate);
  if (arguments.has("--pin")) return require_pin(about.device, about.shown, arguments.text("--pin"));
  if (arguments.has("--yes")) return;
  if (!asks) throw missing(tr("the confirmed pin"), "--pin");
  context.err << certificate << "\n" << std::flush;  // --quiet hides no part of a question
  const std::string question = tr("Is this the fingerprint that the device itself shows?");
  if (terminal.confirm(question, Answer::no) == Answer::yes) return;
  throw Error(
      ErrorCode::rule, tr("confirming the certificate"), tr("it was not confirmed: nothing was sent to the device"),
      fmt::format(fmt::runtime(tr("When it has been compared: {} {}")), about.again, about.device.key.display()))
      .on(about.device.key.display());
}

// A change of a confirmed certificate wants a reason, which is `device pin`'s matter.
void require_not_pinned_otherwise(const Installation& at, const DeviceKey& key, const ServerCertificate& shown) {
  const auto known = at.inventory.devices.find(key);
  if (known == at.inventory.devices.end() || known->second.pin.empty() || known->second.pin == shown.pin) return;
  throw Error(
      ErrorCode::rule, tr("adding a device"),
      tr("the inventory has it already, with another confirmed certificate than it shows"),
      fmt::format(fmt::runtime(tr("Find out on site why; then compare and confirm with: backupd device pin {}")),
                  key.display()))
      .on(key.display());
}

// What people call a client or a site that is new to the inventory: from the option, else from the person, who may
// leave it at the code.
std::string ask_name(const Arguments& arguments, Terminal& terminal, const char* option, const char* question,
                     const std::string& code) {
  if (arguments.has(option)) return arguments.text(option);
  if (!terminal.is_interactive()) return {};
  return terminal.ask(fmt::format("{} [{}]: ", question, code));
}

NewNames ask_names(const Installation& at, const Arguments& arguments, Terminal& terminal, const DeviceKey& key) {
  NewNames names;
  if (!at.inventory.clients.contains(key.client)) {
    names.client = ask_name(arguments, terminal, "--client-name", tr("name of the client"), key.client.text());
  }
  if (!at.inventory.sites.contains(site_key(key.client, key.site))) {
    names.site = ask_name(arguments, terminal, "--site-name", tr("name of the site"), key.site.text());
  }
  return names;
}

struct ShownTrial {
  Trial trial;
  Json steps = Json::array();
};

// Each request is shown as it is answered: when one fails, the last line says how far the device went along.
ShownTrial try_and_show(Installation& at, const Device& device, Context& context) {
  cli::note(context, tr("Trial collection, of which nothing is kept:"));
  ShownTrial shown;
  shown.trial = try_collection(at, device, [&](const StepReport& step) {
    shown.steps.add(step_json(step));
    cli::note(context, "  " + step_text(step));
  });
  cli::note(context, identity_text(shown.trial.identity));
  cli::note(context, tr("Collected:"));
  for (const std::string& line : part_lines(shown.trial.parts)) cli::note(context, line);
  return shown;
}

InventoryPlace place_of(const cli::Composition& made) {
  return {.patterns = made.settings.inventory, .loaded = made.inventory_files};
}

int run_add(const Arguments& arguments, Context& context) {
  const auto made = cli::compose(context.config_file, cli::Needs::server_keys);
  SystemTerminal terminal;
  const DeviceKey key = key_from(ask_for(arguments, terminal, "DEVICE", tr("code, CLIENT/SITE/TYPE_NAME")));
  const NewNames names = ask_names(*made->at, arguments, terminal, key);
  Device device{.key = key};
  device.address = ask_for(arguments, terminal, "--address", tr("address, https://HOST[:PORT]"));
  device.driver = ask_driver(*made->at, arguments, terminal, context);
  device.settings = settings_from(arguments);

  const ServerCertificate shown = look_at_certificate(*made->at, device);
  require_not_pinned_otherwise(*made->at, key, shown);
  confirm(arguments, terminal, {device, shown, *made->at->zones.installation, "backupd device add"}, context);
  device.pin = shown.pin;

  if (made->at->drivers->find(device.driver)->description().needs_credential) {
    device.credential = ask_for(arguments, terminal, "--credential", tr("name of the credential"));
    ask_credential(*made->at, arguments, terminal, device.credential);
  }
  ShownTrial tried = try_and_show(*made->at, device, context);
  const auto file = add_device(*made->at, place_of(*made), device, names);
  if (context.json) {
    context.out << Json::object()
                       .set("device", device.key.display())
                       .set("identity", cli::identity_json(tried.trial.identity))
                       .set("steps", std::move(tried.steps))
                       .set("parts", parts_json(tried.trial.parts))
                       .set("pin", device.pin)
                       .set("file", file.string())
                       .text();
  }
  cli::note(context, fmt::format(fmt::runtime(tr("{} is in {}. Back it up with: backupd run --device {}")),
                                 device.key.display(), file.string(), device.key.display()));
  return 0;
}

// Why another certificate answered, for the journal: from the command line, else from the person. Empty: set_device_pin
// says what is missing.
std::string ask_reason(const Arguments& arguments, Terminal& terminal) {
  if (arguments.has("--reason") || !terminal.is_interactive()) return arguments.text("--reason");
  return terminal.ask(tr("Why did it change? (for the journal) "));
}

enum class Matter { none, open, closed };

// The device shows what is confirmed. If another certificate answered meanwhile, a person says what that was.
Matter conclude(Installation& at, const Arguments& arguments, const Device& device, Context& context) {
  cli::note(context, tr("The device shows the certificate that is confirmed: nothing to change."));
  if (!is_pin_change_open(at, device.key)) return Matter::none;
  if (!arguments.text("--reason").empty()) {
    conclude_pin_change(at, device, arguments.text("--ticket"), arguments.text("--reason"));
    cli::note(context, tr("The anomaly of the other certificate is closed, with your reason."));
    return Matter::closed;
  }
  cli::note(context,
            fmt::format(fmt::runtime(tr("But another one has answered, and that anomaly is open until a person "
                                        "says why. Close it with: backupd device pin {} --reason R")),
                        device.key.display()));
  return Matter::open;
}

// A person compares and confirms the new one, with the reason of the change unless it is the first.
Matter confirm_new(cli::Composition& made, const Arguments& arguments, const Device& device,
                   const ServerCertificate& shown, Context& context) {
  SystemTerminal terminal;
  const bool was_open = is_pin_change_open(*made.at, device.key);
  confirm(arguments, terminal, {device, shown, *made.at->zones.installation, "backupd device pin"}, context);
  const bool first = device.pin.empty() && !was_open;
  const std::string reason = first ? arguments.text("--reason") : ask_reason(arguments, terminal);
  set_device_pin(*made.at, place_of(made), device, shown.pin, arguments.text("--ticket"), reason);
  cli::note(context, tr("The new certificate is confirmed: the next run uses it."));
  return was_open ? Matter::closed : Matter::none;
}

const char* word_of(Matter matter) {
  switch (matter) {
    case Matter::open:
      return "open";
    case Matter::closed:
      return "closed";
    case Matter::none:
      break;
  }
  return "none";
}

int run_pin(const Arguments& arguments, Context& context) {
  const auto made = cli::compose(context.config_file, cli::Needs::server_keys);
  const Device& device = known_device(*made->at, arguments.text("DEVICE"));
  const ServerCertificate shown = look_at_certificate(*made->at, device);
  const bool same = shown.pin == device.pin;
  cli::note(context, fmt::format(fmt::runtime(tr("old pin  {}\nnew pin  {}")), device.pin.empty() ? "-" : device.pin,
                                 shown.pin));
  const Matter anomaly =
      same ? conclude(*made->at, arguments, device, context) : confirm_new(*made, arguments, device, shown, context);
  if (context.json) {
    context.out << Json::object()
                       .set("device", device.key.display())
                       .set("old_pin", device.pin)
                       .set("new_pin", shown.pin)
                       .set("changed", !same)
                       .set("anomaly", word_of(anomaly))
                       .text();
  }
  return 0;
}

int run_identify(const Arguments& arguments, Context& context) {
  const auto made = cli::compose(context.config_file, cli::Needs::server_keys);
  const Device& device = known_device(*made->at, arguments.text("DEVICE"));
  const DeviceIdentity identity = identify_device(*made->at, device);
  if (context.json) {
    context.out
        << Json::object().set("device", device.key.display()).set("identity", cli::identity_json(identity)).text();
  } else {
    context.out << device.key.display() << tr(": ") << identity_text(identity) << "\n";
  }
  return 0;
}

cli::Parameter device_parameter() {
  return cli::positional(tr_noop("DEVICE"), cli::Takes::text, tr_noop("the device, CLIENT/SITE/TYPE_NAME"));
}

cli::Parameter pin_parameter() {
  return cli::option("--pin", cli::Takes::text, "sha256//...", tr_noop("the pin that a person has confirmed"));
}

cli::Parameter yes_parameter() {
  return cli::flag("--yes", tr_noop("confirm the certificate shown, unseen (laboratory only)"));
}

}  // namespace

cli::Command device_add_command() {
  cli::Command command;
  command.name = "device add";
  command.person = cli::Person::operation;
  command.summary = tr_noop("bring a device into the inventory");
  command.description = tr_noop(
      "Shows the certificate before anything is sent, identifies the device, tries a collection step by step without "
      "storing it, and writes the device into the inventory. Asks on the terminal for whatever is not given; without a "
      "terminal the confirmed pin is wanted by --pin, and a new password on standard input.");
  command.positionals = {cli::optional(device_parameter())};
  command.options = {
      cli::option("--client-name", cli::Takes::text, tr_noop("TEXT"),
                  tr_noop("name of the client, when it is new to the inventory (otherwise its code)")),
      cli::option("--site-name", cli::Takes::text, tr_noop("TEXT"),
                  tr_noop("name of the site, when it is new to the inventory (otherwise its code)")),
      cli::option("--address", cli::Takes::text, "URL", tr_noop("https://HOST[:PORT]")),
      cli::option("--driver", cli::Takes::text, tr_noop("DRIVER"), tr_noop("name of the driver")),
      cli::option("--credential", cli::Takes::text, tr_noop("NAME"), tr_noop("name of the credential")),
      cli::option("--user", cli::Takes::text, tr_noop("USER"),
                  tr_noop("account on the device, when the credential is new")),
      cli::repeatable(
          cli::option("--setting", cli::Takes::text, tr_noop("KEY=VALUE"), tr_noop("a setting of the driver"))),
      pin_parameter(),
      yes_parameter(),
  };
  command.examples = {{"backupd device add", tr_noop("asks everything")},
                      {"backupd device add CLIEXEMP/SIEGEPARIS/NVR_NVR-HALL --driver hikvision-isapi "
                       "--address https://192.0.2.10 --credential siege-nvr",
                       ""}};
  command.run = run_add;
  return command;
}

cli::Command device_pin_command() {
  cli::Command command;
  command.name = "device pin";
  command.person = cli::Person::operation;
  command.summary = tr_noop("confirm a device's certificate, or its change");
  command.description = tr_noop(
      "Shows the old and the new fingerprint side by side. A changed certificate stops the device's backups until a "
      "person has confirmed the new one and said why it changed. When the device shows the confirmed certificate "
      "again, "
      "the anomaly stays open until a person has said, by --reason, what the other one was.");
  command.positionals = {device_parameter()};
  command.options = {
      pin_parameter(),
      yes_parameter(),
      cli::option("--ticket", cli::Takes::text, tr_noop("TICKET"), tr_noop("number of the ticket")),
      cli::option("--reason", cli::Takes::text, tr_noop("TEXT"),
                  tr_noop("why another certificate has answered; asked for on a terminal")),
  };
  command.examples = {{"backupd device pin CLIEXEMP/SIEGEPARIS/NVR_NVR-HALL --ticket 4711",
                       tr_noop("compares, and asks why it changed")}};
  command.run = run_pin;
  return command;
}

cli::Command device_identify_command() {
  cli::Command command;
  command.name = "device identify";
  command.person = cli::Person::technician;
  command.summary = tr_noop("ask a device who it is, now");
  command.positionals = {device_parameter()};
  command.run = run_identify;
  return command;
}

}  // namespace coffre
