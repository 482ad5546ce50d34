// A whole installation with simulated recorders, and the real programs on it: what a person has, in one folder that
// goes with the test. Made by `backupd init` (encryption: none, offline keys unlocked); devices share one credential.
//
//   Fleet fleet({.devices = 3});                   // CLIEXEMP/SIEGEPARIS/NVR_NVR-1 ... NVR-3
//   fleet.recorders().fault("NVR-2", "truncated");
//   const Run run = fleet.run({"--all"});          // backupd run --all --json
//   run.device("NVR-2").result, run.exit_code, run.err
//
// Threads: the test's own. Failures of the fixture itself throw std::runtime_error.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/child_process.h"
#include "support/simulator_process.h"
#include "support/temp_dir.h"

namespace coffre::test {

inline constexpr std::string_view kSite = "CLIEXEMP/SIEGEPARIS";
inline constexpr std::string_view kFleetCredential = "lecture";
inline constexpr std::string_view kCanary = "Canari-Mot-2718281828";

struct FleetOptions {
  std::size_t devices = 3;
  std::string run_settings{};     // lines under `run:`, each indented by two blanks
  std::filesystem::path local{};  // an existing, empty folder; empty: made in the fleet's own
  std::filesystem::path cloud{};  // the same
  std::vector<std::string> recorder{"--make", "hikvision"};
  std::string driver = "hikvision-isapi";
  std::string device_lines{};  // more lines of each device in the inventory, indented by four blanks
};

struct DeviceRun {
  std::string action;  // "back_up", "not_due", ...
  std::string result;  // "proven", "not_proven", "suspect", "failed"; "" when nothing was tried
  std::string name;
  std::string doubts;
  int proof = -1;  // -1: none
  std::string code;
  std::string category;
  std::string message;
};

struct Run {
  int exit_code = -1;
  int signal = 0;
  std::string out;
  std::string err;
  std::map<std::string, DeviceRun> devices;  // by "NVR-1"
  std::vector<std::string> missing;
  int not_replicated = 0;
  std::string error;  // code of the error that ended the whole run; "" when it came to its end
  std::string message;

  // An empty one when the run does not name the device.
  [[nodiscard]] DeviceRun device(const std::string& name) const;
  // Those lines of stderr that begin with the device's path: "NVR-1" -> "CLIEXEMP/SIEGEPARIS/NVR_NVR-1: ...".
  [[nodiscard]] std::vector<std::string> lines_about(const std::string& device) const;
};

struct ListedBackup {
  std::string name;
  std::string device;  // "NVR-1"
  int sequence = 0;
  bool suspect = false;
  int proof = -1;
  std::map<std::string, std::string> copies;  // replica -> state
  std::string suspect_path;                   // path of the local copy
};

class Fleet {
 public:
  explicit Fleet(FleetOptions options = {});

  [[nodiscard]] SimulatorProcess& recorders() { return recorders_; }
  [[nodiscard]] static std::string display(const std::string& device) { return std::string(kSite) + "/NVR_" + device; }
  [[nodiscard]] std::string name(std::size_t number) const;  // "NVR-1"

  // backupd run --json ARGUMENTS; `fault` is COFFRE_FAULT.
  Run run(std::vector<std::string> arguments = {}, const std::string& fault = {});
  // The same, not waited for; finish() reads what came of it.
  ChildProcess start_run(std::vector<std::string> arguments = {}, const std::string& fault = {});
  Run finish(ChildProcess& child);
  // Any command of a program, not waited for.
  ChildProcess start(const std::string& program, std::vector<std::string> arguments, const std::string& fault);
  // Any command of a program; stdin closed unless `input` is given.
  ChildResult call(const std::string& program, std::vector<std::string> arguments, const std::string& input = {});
  // The same; `fault` is COFFRE_FAULT.
  ChildResult call_with_fault(const std::string& program, std::vector<std::string> arguments, const std::string& fault);

  // From now on the programs' clock is that many days ahead, the machine's own (CLOCK_BOOTTIME) is not: as if somebody
  // had set it.
  void set_clock_ahead(int days);
  // The same to an instant, "2099-01-01T00:00:00Z", from which it runs on.
  void set_clock_to(std::string_view instant);
  void set_clock_right() { ahead_ = std::chrono::seconds{0}; }

  // restore-cli verify --all with each identity, so that each is proven.
  ChildResult verify(const std::string& fault = {});

  // The same with a person at its terminal: answer by write_input() when wait_for_err() has seen the question.
  ChildProcess start_at_terminal(const std::string& program, std::vector<std::string> arguments);

  std::vector<ListedBackup> backups();
  // "device_unreachable CLIEXEMP/SIEGEPARIS/NVR_NVR-1", sorted.
  std::vector<std::string> anomalies();
  // The journal's rows of an action, oldest first: "SUBJECT RESULT TICKET KEY=VALUE ...", keys in order.
  std::vector<std::string> journal(const std::string& action);

  // The inventory's file, written anew: the first `count` of the devices (but `without`), at most; then `extra`.
  void write_inventory(std::size_t count, const std::string& without = {});
  void set_password(std::string_view password);

  // Everything that must hold whatever happened; each finding a line, empty when all is well: no unfinished file, files
  // named and numbered without gap or twin and chained by digest, the same in both places, catalog and journal whole,
  // the canary and the device password in no file, no output and no database.
  std::vector<std::string> damage();
  // Where the canary or the device password stands, and what a program left in its folder for temporary files: damage()
  // asks it too.
  [[nodiscard]] std::vector<std::string> leaks() const;
  // The files of the whole installation (both places with locks and unfinished files, the catalog with its WAL, keys,
  // configuration, offline keys) and the output of the programs that hold the text, be it as it is, in hex, base64 or
  // UTF-16.
  [[nodiscard]] std::vector<std::string> places_of(std::string_view text) const;
  // Opens the backup with the offline identity, as a person at the station would: whatever is shown goes nowhere.
  [[nodiscard]] std::string export_password(const ListedBackup& backup) const;
  // The offline files whose identities open all backups.
  [[nodiscard]] std::vector<std::filesystem::path> identities() const;

  [[nodiscard]] std::filesystem::path config() const { return server() / "coffre.yaml"; }
  [[nodiscard]] std::filesystem::path server() const { return dir_ / "server"; }
  // Working folder and TMPDIR of the programs: stays empty.
  [[nodiscard]] std::filesystem::path scratch() const { return dir_ / "scratch"; }
  [[nodiscard]] const std::filesystem::path& local() const { return local_; }
  [[nodiscard]] const std::filesystem::path& cloud() const { return cloud_; }
  // All that lies below the two places, path -> bytes; locks left out.
  [[nodiscard]] static std::map<std::string, std::string> objects(const std::filesystem::path& place);

 private:
  ChildOptions options_for(const std::string& program, std::vector<std::string> arguments) const;
  void init(const FleetOptions& options);

  TempDir dir_;
  std::filesystem::path local_;
  std::filesystem::path cloud_;
  std::string driver_;
  std::string device_lines_;
  SimulatorProcess recorders_;
  std::chrono::seconds ahead_{0};
  std::string said_;  // everything that the programs have written
};

}  // namespace coffre::test
