#include "fleet.h"

#include <algorithm>
#include <ctime>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

#include "base/clock.h"
#include "base/text.h"
#include "support/fake_time.h"

namespace coffre::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::vector<std::string> recorder_arguments(const FleetOptions& options) {
  std::vector<std::string> arguments = options.recorder;
  for (const std::string& word : {std::string("--devices"), std::to_string(options.devices), std::string("--name"),
                                  std::string("NVR"), std::string("--canary"), std::string(kCanary)}) {
    arguments.push_back(word);
  }
  return arguments;
}

std::string short_name(const std::string& display) {
  return display.substr(display.find('_') + 1);
}

std::string text_of(const json& value, const char* key) {
  return value.contains(key) && value[key].is_string() ? value[key].get<std::string>() : std::string();
}

int level_of(const json& value) {
  return value.is_number() ? value.get<int>() : -1;
}

DeviceRun device_run(const json& line) {
  DeviceRun device;
  device.action = text_of(line, "action");
  device.result = text_of(line, "result");
  device.name = text_of(line, "name");
  device.doubts = text_of(line, "doubts");
  if (line.contains("proof")) device.proof = level_of(line["proof"]);
  if (line.contains("error")) {
    device.code = text_of(line["error"], "code");
    device.category = text_of(line["error"], "category");
    device.message = text_of(line["error"], "message");
  }
  return device;
}

Run read_run(const ChildResult& result) {
  Run run;
  run.exit_code = result.exit_code;
  run.signal = result.signal;
  run.out = result.out;
  run.err = result.err;
  if (result.out.empty()) return run;
  const json value = json::parse(result.out);
  if (value.contains("error")) {
    run.error = text_of(value["error"], "code");
    for (const char* part : {"subject", "step", "reason", "hint"}) run.message += text_of(value["error"], part) + ". ";
    return run;
  }
  for (const json& line : value.at("devices")) run.devices[short_name(text_of(line, "device"))] = device_run(line);
  for (const json& missing : value.at("missing_devices")) run.missing.push_back(missing.get<std::string>());
  run.not_replicated = value.at("not_replicated").get<int>();
  return run;
}

}  // namespace

DeviceRun Run::device(const std::string& name) const {
  const auto found = devices.find(name);
  return found == devices.end() ? DeviceRun{} : found->second;
}

std::vector<std::string> Run::lines_about(const std::string& device) const {
  const std::string subject = Fleet::display(device) + ":";
  std::vector<std::string> lines;
  std::istringstream stream(err);
  for (std::string line; std::getline(stream, line);) {
    if (line.starts_with(subject)) lines.push_back(line);
  }
  return lines;
}

Fleet::Fleet(FleetOptions options)
    : local_(options.local.empty() ? dir_ / "local" : options.local),
      cloud_(options.cloud.empty() ? dir_ / "cloud" : options.cloud),
      driver_(options.driver),
      device_lines_(options.device_lines),
      recorders_(recorder_arguments(options)) {
  init(options);
}

void Fleet::init(const FleetOptions& options) {
  fs::create_directories(local_);
  fs::create_directories(cloud_);
  fs::create_directories(scratch());
  const ChildResult made =
      call("backupd", {"init", server().string(), "--keys-out", (dir_ / "offline").string(), "--unlocked", "--local",
                       local_.string(), "--local-location", "room A", "--encryption", "none", "--cloud-directory",
                       cloud_.string(), "--cloud-location", "room B"});
  if (made.exit_code != 0) throw std::runtime_error("backupd init: " + made.err);
  std::string text = read_file(config());
  const std::string french = "language: fr";
  if (const auto at = text.find(french); at != std::string::npos) text.replace(at, french.size(), "language: en");
  if (!options.run_settings.empty()) text += "\nrun:\n" + options.run_settings;
  write_file(config(), text);
  for (const auto& file : fs::directory_iterator(server() / "inventory")) fs::remove(file.path());
  write_inventory(options.devices);
  set_password(kSimulatorPassword);
}

std::string Fleet::name(std::size_t number) const {
  return recorders_.devices().at(number - 1).name;
}

void Fleet::write_inventory(std::size_t count, const std::string& without) {
  std::string text =
      "clients:\n  CLIEXEMP:\n    name: Example\nsites:\n  CLIEXEMP/SIEGEPARIS:\n    name: Paris\ndevices:\n";
  for (std::size_t i = 0; i < count; ++i) {
    const SimulatedDevice& device = recorders_.devices().at(i);
    if (device.name == without) continue;
    text += "  " + display(device.name) + ":\n    driver: " + driver_ + "\n    address: " + device.url +
            "\n    pin: \"" + device.pin + "\"\n    credential: " + std::string(kFleetCredential) + "\n" +
            device_lines_;
  }
  write_file(server() / "inventory" / "fleet.yaml", text);
}

void Fleet::set_password(std::string_view password) {
  const ChildResult set =
      call("backupd", {"secret", "set", std::string(kFleetCredential), "--user", std::string(kSimulatorUser)},
           std::string(password) + "\n");
  if (set.exit_code != 0) throw std::runtime_error("backupd secret set: " + set.err);
}

ChildOptions Fleet::options_for(const std::string& program, std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), program);
  ChildOptions options{.arguments = std::move(arguments),
                       .environment = {{"COFFRE_CONFIG", config().string()},
                                       {"LC_ALL", "C.UTF-8"},
                                       {"LANGUAGE", "en"},  // also where the configuration cannot be read
                                       {"TMPDIR", scratch().string()}},
                       .without = {"COFFRE_FAULT"},
                       .folder = scratch()};
  if (ahead_ == std::chrono::seconds{0}) return options;
  options.environment.merge(clock_ahead_by(ahead_));
  return options;
}

void Fleet::set_clock_ahead(int days) {
  ahead_ = std::chrono::days{days};
}

void Fleet::set_clock_to(std::string_view instant) {
  const auto wanted = from_rfc3339(instant);
  if (!wanted) throw std::runtime_error("no instant: " + std::string(instant));
  ahead_ = *wanted - from_unix(std::time(nullptr));
}

ChildResult Fleet::call(const std::string& program, std::vector<std::string> arguments, const std::string& input) {
  ChildOptions options = options_for(program, std::move(arguments));
  if (!input.empty()) options.input_mode = ChildInput::text;
  options.input = input;
  ChildResult result = run_child(std::move(options));
  said_ += result.out + result.err;
  return result;
}

ChildProcess Fleet::start_at_terminal(const std::string& program, std::vector<std::string> arguments) {
  ChildOptions options = options_for(program, std::move(arguments));
  options.input_mode = ChildInput::terminal;
  return ChildProcess(std::move(options));
}

ChildResult Fleet::call_with_fault(const std::string& program, std::vector<std::string> arguments,
                                   const std::string& fault) {
  ChildOptions options = options_for(program, std::move(arguments));
  options.environment["COFFRE_FAULT"] = fault;
  options.without.clear();
  ChildResult result = run_child(std::move(options));
  said_ += result.out + result.err;
  return result;
}

ChildResult Fleet::verify(const std::string& fault) {
  ChildResult result;
  for (const fs::path& identity : identities()) {
    result = call_with_fault("restore-cli", {"verify", "--all", "--identity", identity.string()}, fault);
    if (result.exit_code != 0) break;
  }
  return result;
}

ChildProcess Fleet::start_run(std::vector<std::string> arguments, const std::string& fault) {
  arguments.insert(arguments.begin(), {"run", "--json"});
  return start("backupd", std::move(arguments), fault);
}

ChildProcess Fleet::start(const std::string& program, std::vector<std::string> arguments, const std::string& fault) {
  ChildOptions options = options_for(program, std::move(arguments));
  if (!fault.empty()) {
    options.environment["COFFRE_FAULT"] = fault;
    options.without.clear();
  }
  return ChildProcess(std::move(options));
}

Run Fleet::finish(ChildProcess& child) {
  constexpr std::chrono::minutes kPatience{4};
  const ChildResult& result = child.wait(kPatience);
  said_ += result.out + result.err;
  return read_run(result);
}

Run Fleet::run(std::vector<std::string> arguments, const std::string& fault) {
  ChildProcess child = start_run(std::move(arguments), fault);
  return finish(child);
}

std::vector<ListedBackup> Fleet::backups() {
  const ChildResult listed = call("restore-cli", {"list", "--json"});
  if (listed.exit_code != 0) throw std::runtime_error("restore-cli list: " + listed.out + listed.err);
  std::vector<ListedBackup> backups;
  const json value = json::parse(listed.out);
  for (const json& row : value.at("backups")) {
    ListedBackup backup;
    backup.name = text_of(row, "name");
    backup.device = short_name(text_of(row, "device"));
    backup.sequence = row.at("sequence").get<int>();
    backup.suspect = row.at("suspect").get<bool>();
    backup.proof = level_of(row.at("proof").at("level"));
    for (const json& copy : row.at("copies")) {
      backup.copies[text_of(copy, "replica")] = text_of(copy, "state");
      if (backup.suspect) backup.suspect_path = text_of(copy, "path");
    }
    backups.push_back(backup);
  }
  return backups;
}

std::vector<std::string> Fleet::anomalies() {
  const ChildResult listed = call("restore-cli", {"list", "--anomalies", "--json"});
  if (listed.exit_code != 0) throw std::runtime_error("restore-cli list: " + listed.out + listed.err);
  std::vector<std::string> lines;
  const json value = json::parse(listed.out);
  for (const json& row : value.at("anomalies")) lines.push_back(text_of(row, "code") + " " + text_of(row, "subject"));
  std::sort(lines.begin(), lines.end());
  return lines;
}

std::vector<std::string> Fleet::journal(const std::string& action) {
  const ChildResult listed = call("restore-cli", {"journal", "--json"});
  if (listed.exit_code != 0) throw std::runtime_error("restore-cli journal: " + listed.out + listed.err);
  std::vector<std::string> lines;
  const json value = json::parse(listed.out);
  for (const json& row : value.at("journal")) {
    if (text_of(row, "action") != action) continue;
    std::string line = text_of(row, "subject") + " " + text_of(row, "result") + " " + text_of(row, "ticket");
    for (const auto& [key, text] : row.at("detail").items()) line += " " + key + "=" + text.get<std::string>();
    lines.push_back(line);
  }
  return lines;
}

std::map<std::string, std::string> Fleet::objects(const fs::path& place) {
  std::map<std::string, std::string> objects;
  for (const auto& entry : fs::recursive_directory_iterator(place)) {
    if (!entry.is_regular_file() || entry.path().extension() == ".lock") continue;
    objects[fs::relative(entry.path(), place).string()] = read_file(entry.path());
  }
  return objects;
}

}  // namespace coffre::test
