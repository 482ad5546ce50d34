// `recorder-simulator` as a child of the test: real HTTPS recorders on loopback ports, with faults on demand.
//
//   SimulatorProcess fleet({"--make", "hikvision", "--devices", "3", "--name", "NVR", "--canary", "Canary-7"});
//   fleet.devices()[0].url, .pin, .name ("NVR-1" when there are several, "NVR" when there is one)
//   fleet.fault("NVR-2", "truncated");           // fleet.fault("NVR-2", "slow", "on=identify") for another request
//   fleet.counts("NVR-2").with_credentials
//
// Options, makes, faults and commands: `recorder-simulator --help` (tests/simulators/README.md says the same at more
// length). Accounts unless told otherwise: user "backup", password "Simulated-Pass-1".
// It ends with this object, with the test, or when its stdin closes. Failures throw std::runtime_error.
// Threads: all calls may come from any thread; the process dies with the thread that made it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace coffre::test {

inline constexpr std::string_view kSimulatorUser = "backup";
inline constexpr std::string_view kSimulatorPassword = "Simulated-Pass-1";

struct SimulatedDevice {
  std::string name;
  std::string url;  // "https://127.0.0.1:PORT"
  std::string pin;  // "sha256//..."
};

struct RequestCounts {
  std::uint64_t connections = 0;               // TCP connections accepted
  std::uint64_t total = 0;                     // requests whose header was read
  std::uint64_t with_credentials = 0;          // of these, with an Authorization header or a login body
  std::uint64_t wrong = 0;                     // of these, refused because user or password did not fit
  std::map<std::string, std::uint64_t> paths;  // path without query -> requests
};

class SimulatorProcess {
 public:
  // Returns when every device listens.
  explicit SimulatorProcess(const std::vector<std::string>& arguments);
  ~SimulatorProcess();
  SimulatorProcess(SimulatorProcess&&) noexcept;
  SimulatorProcess& operator=(SimulatorProcess&&) noexcept;

  [[nodiscard]] const std::vector<SimulatedDevice>& devices() const;
  [[nodiscard]] const SimulatedDevice& device(std::string_view name) const;

  // Adds a fault; the name "*" means every device. An unknown kind throws.
  void fault(std::string_view device, std::string_view kind, std::string_view argument = {});
  // Ends all faults of the device ("*": of all). Does not undo a new certificate, lock-outs or changed settings.
  void heal(std::string_view device);
  // Gives the device another certificate; returns the new pin, and devices() shows it from now on.
  std::string new_certificate(std::string_view device);
  // Changes a setting while it runs: user, password, serial, firmware, model, size, canary, delay-ms, channels.
  void set(std::string_view device, std::string_view key, std::string_view value);

  [[nodiscard]] RequestCounts counts(std::string_view device);  // "*": the sum
  void reset_counts(std::string_view device);

  // One command line, one line of answer. Throws unless the answer starts with "ok".
  std::string command(std::string_view line);
  [[nodiscard]] pid_t pid() const;
  // Closes its stdin and waits for its end; returns the exit code (0).
  int stop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace coffre::test
