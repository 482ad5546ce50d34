// backupd driver list|test: which makes are known, and whether a definition works against a real device.
#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "base/translate.h"
#include "bundle/bundle_writer.h"
#include "cli/compose.h"
#include "cli/json.h"
#include "commands.h"
#include "config/finding.h"
#include "device_view.h"
#include "drivers/driver_registry.h"
#include "model/fact_word.h"
#include "service/backup/device_access.h"

namespace coffre {
namespace {

using cli::Arguments;
using cli::Context;
using cli::Json;

int run_list(const Arguments& /*arguments*/, Context& context) {
  const auto made = cli::compose(context.config_file, cli::Needs::catalog);
  if (context.json) {
    Json list = Json::array();
    for (const Driver* const driver : made->at->drivers->all()) {
      const DriverDescription& text = driver->description();
      list.add(Json::object()
                   .set("name", text.name)
                   .set("version", text.version)
                   .set("vendor", text.vendor)
                   .set("title", text.title)
                   .set("tested", Json::array_of(text.tested))
                   .set("notes", Json::array_of(text.notes)));
    }
    context.out << Json::object().set("drivers", std::move(list)).text();
    return 0;
  }
  for (const Driver* const driver : made->at->drivers->all()) {
    const DriverDescription& text = driver->description();
    context.out << fmt::format("{:<20} {}\n", text.name, printable(tr(text.title.c_str())));
    for (const std::string& tested : text.tested) {
      context.out << fmt::format(fmt::runtime(tr("{:<20}   tried with: {}\n")), "", printable(tr(tested.c_str())));
    }
    for (const std::string& note : text.notes) {
      context.out << fmt::format(fmt::runtime(tr("{:<20}   not in a backup: {}\n")), "", printable(tr(note.c_str())));
    }
  }
  return 0;
}

std::unique_ptr<Driver> driver_from(const std::string& file) {
  std::vector<Finding> findings;
  auto driver = load_driver(file, findings);
  if (driver == nullptr) throw error_of(tr("reading the definition"), findings);
  return driver;
}

struct Attempt {
  DeviceIdentity identity;
  std::vector<Part> parts;
};

// Identify, collect into nothing, identify again: what a backup would ask. Nothing is stored.
Attempt attempt(DeviceSession& session, const Clock& clock) {
  Attempt result;
  session.identify();
  CountingSink nowhere;
  BundleWriter bundle(nowhere, clock.now());
  session.collect(bundle);
  result.identity = session.identify();
  result.parts = bundle.parts();
  session.close();
  return result;
}

void print_result(Context& context, Json steps, const Attempt& result) {
  if (context.json) {
    Json counts = Json::object();
    for (const auto& [name, count] : result.identity.counts) counts.set(name, count);
    context.out << Json::object()
                       .set("steps", std::move(steps))
                       .set("model", result.identity.model)
                       .set("serial", result.identity.serial)
                       .set("firmware", result.identity.firmware)
                       .set("counts", std::move(counts))
                       .set("parts", parts_json(result.parts))
                       .text();
    return;
  }
  context.out << fmt::format(fmt::runtime(tr("model {}, serial {}, firmware {}\n")), printable(result.identity.model),
                             printable(result.identity.serial), printable(result.identity.firmware));
  for (const auto& [name, count] : result.identity.counts)
    context.out << fmt::format(fmt::runtime(tr("  {}: {}\n")), fact_word(name), count);
  for (const std::string& line : part_lines(result.parts)) context.out << line << "\n";
}

int run_test(const Arguments& arguments, Context& context) {
  const auto driver = driver_from(arguments.text("FILE"));
  const auto made = cli::compose(context.config_file, cli::Needs::server_keys);
  const auto key = DeviceKey::from_path(arguments.text("--device"));
  const auto found = key ? made->at->inventory.devices.find(*key) : made->at->inventory.devices.end();
  if (found == made->at->inventory.devices.end()) {
    throw Error(ErrorCode::not_found, tr("trying a driver"), tr("the inventory has no such device"),
                tr("List the devices with: restore-cli list --devices"))
        .on(arguments.text("--device"));
  }
  const Device& device = found->second;
  Json steps = Json::array();
  const StepObserver observer = [&](const StepReport& step) {
    steps.add(step_json(step));
    if (!context.json) context.out << step_text(step) << "\n";
  };
  const auto session = driver->open(access_for(*made->at, device), made->random, observer);
  try {
    print_result(context, std::move(steps), attempt(*session, made->clock));
  } catch (Error& error) {
    error.on(device.key.display());
    if (is_wrong_password(error)) throw stopped_by(*made->at, device, error);
    throw;
  }
  return 0;
}

}  // namespace

cli::Command driver_list_command() {
  cli::Command command;
  command.name = "driver list";
  command.person = cli::Person::operation;
  command.summary = tr_noop("list the makes that can be backed up, and what each backup does not hold");
  command.run = run_list;
  return command;
}

cli::Command driver_test_command() {
  cli::Command command;
  command.name = "driver test";
  command.person = cli::Person::operation;
  command.summary = tr_noop("try a driver definition against a device, step by step");
  command.description =
      tr_noop("Runs the requests of a definition file and shows each answer's verdict. Stores nothing.");
  command.positionals = {cli::positional(tr_noop("FILE"), cli::Takes::file, tr_noop("the definition, a YAML file"))};
  command.options = {cli::required(
      cli::option("--device", cli::Takes::text, tr_noop("CLIENT/SITE/TYPE_NAME"), tr_noop("the device to try it on")))};
  command.examples = {{"backupd driver test drivers.d/my-recorder.yaml --device CLIEXEMP/SIEGEPARIS/NVR_NVR-HALL",
                       tr_noop("a definition of your own, tried on a recorder; nothing is kept")}};
  command.run = run_test;
  return command;
}

}  // namespace coffre
