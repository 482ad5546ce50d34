// backupd device add|pin|identify: how a device comes into the inventory, and how its certificate is confirmed.
#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "base/translate.h"
#include "cli/compose.h"
#include "cli/json.h"
#include "cli/output.h"
#include "commands.h"
#include "model/fact_word.h"
#include "os/terminal.h"
#include "service/device_admin.h"
#include "service/secrets.h"

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
  throw Error(
      ErrorCode::usage, tr("reading the device's code"),
      fmt::format(fmt::runtime(tr("\"{}\" is not CLIENT/SITE/TYPE_NAME (A-Z, 0-9 and -, 32 at most each)")), text),
      tr("For example: CLIEXEMP/SIEGEPARIS/NVR_NVR-HALL"));
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
  throw Error(ErrorCode::usage, tr("choosing the driver"),
              fmt::format(fmt::runtime(tr("there is no driver \"{}\"")), name),
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

// A note is one line; these texts have several.
void note_lines(Context& context, std::string_view text) {
  for (const std::string_view line : split(text, '\n')) cli::note(context, line);
}

void show_certificate(Context& context, const ServerCertificate& shown, const Zone& zone) {
  const auto end = from_rfc3339(shown.not_after);
  note_lines(context,
             fmt::format(fmt::runtime(tr("The device shows this certificate:\n  subject      {}\n  issuer       {}\n"
                                         "  valid until  {}\n  key          {}\n  fingerprint  {}\n  pin          {}")),
                         printable(shown.subject), printable(shown.issuer),
                         end ? cli::dated_text(*end, zone) : shown.not_after, shown.key, shown.fingerprint, shown.pin));
  if (shown.weak_key) cli::note(context, tr("Its key is WEAK by today's rules."));
}

// A person's word, or the pin that a person gave on the command line.
void confirm(const Arguments& arguments, Terminal& terminal, const Device& device, const ServerCertificate& shown) {
  if (arguments.has("--pin")) {
    require_pin(device, shown, arguments.text("--pin"));
    return;
  }
  if (arguments.has("--yes")) return;
  if (!terminal.is_interactive()) throw missing(tr("the confirmed pin"), "--pin");
  const std::string question = tr("Is this the fingerprint that the device itself shows? [y/N] ");
  if (terminal.confirm(question, Answer::no) == Answer::yes) return;
  throw Error(ErrorCode::rule, tr("confirming the certificate"),
              tr("it was not confirmed: nothing was sent to the device"),
              fmt::format(fmt::runtime(tr("When it has been compared: backupd device pin {}")), device.key.display()))
      .on(device.key.display());
}

Json identity_json(const DeviceIdentity& identity) {
  Json counts = Json::object();
  for (const auto& [name, count] : identity.counts) counts.set(name, count);
  return Json::object()
      .set("vendor", identity.vendor)
      .set("model", identity.model)
      .set("serial", identity.serial)
      .set("firmware", identity.firmware)
      .set("counts", std::move(counts));
}

std::string identity_text(const DeviceIdentity& identity) {
  std::string text = fmt::format(fmt::runtime(tr("{} {}, serial {}, firmware {}")), printable(identity.vendor),
                                 printable(identity.model), printable(identity.serial), printable(identity.firmware));
  for (const auto& [name, count] : identity.counts) text += fmt::format(", {} {}", count, fact_word(name));
  return text;
}

void show_trial(Context& context, const Device& device, const Trial& trial, const std::filesystem::path& file) {
  if (context.json) {
    Json parts = Json::array();
    for (const Part& part : trial.parts) parts.add(Json::object().set("name", part.name).set("size", part.size));
    context.out << Json::object()
                       .set("device", device.key.display())
                       .set("identity", identity_json(trial.identity))
                       .set("parts", std::move(parts))
                       .set("pin", device.pin)
                       .set("file", file.string())
                       .text();
    return;
  }
  cli::note(context, identity_text(trial.identity));
  for (const Part& part : trial.parts) {
    cli::note(context, fmt::format("  {:<36} {:>10}", part.name, cli::size_text(part.size)));
  }
  cli::note(context, fmt::format(fmt::runtime(tr("{} is in {}. Back it up with: backupd run --device {}")),
                                 device.key.display(), file.string(), device.key.display()));
}

int run_add(const Arguments& arguments, Context& context) {
  const auto made = cli::compose(context.config_file, cli::Needs::server_keys);
  SystemTerminal terminal;
  const DeviceKey key = key_from(ask_for(arguments, terminal, "DEVICE", tr("code, CLIENT/SITE/TYPE_NAME")));
  Device device{.key = key};
  device.address = ask_for(arguments, terminal, "--address", tr("address, https://HOST[:PORT]"));
  device.driver = ask_driver(*made->at, arguments, terminal, context);
  device.settings = settings_from(arguments);

  const ServerCertificate shown = look_at_certificate(*made->at, device);
  show_certificate(context, shown, *made->at->zones.installation);
  confirm(arguments, terminal, device, shown);
  device.pin = shown.pin;

  if (made->at->drivers->find(device.driver)->description().needs_credential) {
    device.credential = ask_for(arguments, terminal, "--credential", tr("name of the credential"));
    ask_credential(*made->at, arguments, terminal, device.credential);
  }
  const Trial trial = try_collection(*made->at, device);
  const auto file =
      add_device(*made->at, {.patterns = made->settings.inventory, .loaded = made->inventory_files}, device);
  show_trial(context, device, trial, file);
  return 0;
}

int run_pin(const Arguments& arguments, Context& context) {
  const auto made = cli::compose(context.config_file, cli::Needs::server_keys);
  SystemTerminal terminal;
  const Device& device = known_device(*made->at, arguments.text("DEVICE"));
  const ServerCertificate shown = look_at_certificate(*made->at, device);
  const bool same = shown.pin == device.pin;
  note_lines(context, fmt::format(fmt::runtime(tr("old pin  {}\nnew pin  {}")), device.pin.empty() ? "-" : device.pin,
                                  shown.pin));
  if (!same) {
    show_certificate(context, shown, *made->at->zones.installation);
    confirm(arguments, terminal, device, shown);
    set_device_pin(*made->at, {.patterns = made->settings.inventory, .loaded = made->inventory_files}, device,
                   shown.pin, arguments.text("--ticket"), arguments.text("--reason"));
  }
  if (context.json) {
    context.out << Json::object()
                       .set("device", device.key.display())
                       .set("old_pin", device.pin)
                       .set("new_pin", shown.pin)
                       .set("changed", !same)
                       .text();
  }
  cli::note(context, same ? tr("The device shows the certificate that is confirmed: nothing to change.")
                          : tr("The new certificate is confirmed: the next run uses it."));
  return 0;
}

int run_identify(const Arguments& arguments, Context& context) {
  const auto made = cli::compose(context.config_file, cli::Needs::server_keys);
  const Device& device = known_device(*made->at, arguments.text("DEVICE"));
  const DeviceIdentity identity = identify_device(*made->at, device);
  if (context.json) {
    context.out << Json::object().set("device", device.key.display()).set("identity", identity_json(identity)).text();
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
      "Shows the certificate before anything is sent, identifies the device, tries a collection without storing it, "
      "and "
      "writes the device into the inventory. Asks on the terminal for whatever is not given.");
  command.positionals = {cli::optional(device_parameter())};
  command.options = {
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
      "person has confirmed the new one.");
  command.positionals = {device_parameter()};
  command.options = {
      pin_parameter(),
      yes_parameter(),
      cli::option("--ticket", cli::Takes::text, tr_noop("TICKET"), tr_noop("number of the ticket")),
      cli::option("--reason", cli::Takes::text, tr_noop("TEXT"), tr_noop("why it changed")),
  };
  command.examples = {{"backupd device pin CLIEXEMP/SIEGEPARIS/NVR_NVR-HALL --ticket 4711", ""}};
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
