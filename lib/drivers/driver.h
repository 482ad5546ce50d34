// What every device speaks to us through: identify, collect, understand (restore and await_ready come with the restore
// issue: their place is here). Most drivers are declarative (declarative_driver.h); service sees only this.
//
// Rule 5: identify and collect never change the device: requests that read, and a login. A wrong password is sent once.
// Threads: a Driver is immutable and may be shared; a DeviceSession belongs to one job.
// Errors (thrown): unreachable; refused (category "WRONG_PASSWORD" when credentials were answered by 401/403/490 and
// not stale: the caller stops the credential; "AUTH_DOWNGRADED", "PIN_MISMATCH", "WEAK_KEY", "NOT_ACTIVATED" when the
// device waits for its first setup); locked_out (category "LOCKED_OUT": this device, for a while);
// implausible (the answer cannot be what was asked: HTML page, empty, truncated, "HTTP 200 but it failed");
// unsupported.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/secret.h"
#include "bundle/bundle_reader.h"
#include "bundle/bundle_writer.h"
#include "model/device_identity.h"
#include "model/device_limits.h"
#include "model/inventory.h"

namespace coffre {

struct DeviceAccess {
  std::string address;  // "https://host[:port]"
  std::string pin;
  std::vector<std::string> networks;
  std::string user;
  SecretString password;
  std::map<std::string, std::string> settings;  // of the device in the inventory
  DeviceLimits limits{};                        // of the installation: they replace the definition's
  bool allow_weak_key = false;                  // of its certificate: a dated exception
};

// One line per request for `backupd driver test`; never secrets, never bodies, targets without their query's secrets.
struct StepReport {
  std::string step;  // "identify: GET /ISAPI/System/deviceInfo"
  int status = 0;
  std::uint64_t bytes = 0;
  std::chrono::milliseconds took{0};
  std::string verdict;                // "as expected", or what was wrong
  bool credentials_accepted = false;  // the answer came to a request that carried credentials, and did not refuse them
};
using StepObserver = std::function<void(const StepReport&)>;

// What collect() adds to the manifest.
struct CollectionResult {
  std::uint64_t restore_bytes = 0;
  SecretString export_password;  // made by the driver where the make wants one
};

class DeviceSession {
 public:
  virtual ~DeviceSession() = default;
  // Who the device says it is, with counts. May be called before and after collect().
  virtual DeviceIdentity identify() = 0;
  // Writes every part into `bundle` (begin_part/end_part); leaves finish() to the caller.
  virtual CollectionResult collect(BundleWriter& bundle) = 0;
  // Ends the login at the device, where there is one. Never throws.
  virtual void close() noexcept = 0;
};

// Re-reads an opened bundle and extracts the same facts from its parts: the "understood" proof, without the device.
class Understanding : public PartVisitor {
 public:
  struct Result {
    DeviceIdentity identity;            // from the inspect parts (or the artefact)
    std::string understood_by;          // "inspect" or "artefact"
    std::vector<std::string> problems;  // empty = understood; "restore/configuration.bin: trailer missing"
  };
  // After read_bundle() returned.
  virtual Result result() = 0;
};

struct DriverDescription {
  std::string name;     // "hikvision-isapi"
  std::string version;  // "1"
  std::string vendor;
  std::string title;                // one line for people
  std::vector<std::string> tested;  // firmware or product versions, with how: "ZoneMinder 1.36.33 (real)"
  std::vector<std::string> notes;   // what a backup by this driver does not hold
  bool needs_credential = true;
};

class Driver {
 public:
  virtual ~Driver() = default;
  [[nodiscard]] virtual const DriverDescription& description() const = 0;
  // Opens nothing yet: the first request is identify()'s or collect()'s. `access` is moved in and wiped with the
  // session.
  [[nodiscard]] virtual std::unique_ptr<DeviceSession> open(DeviceAccess access, Random& random,
                                                            StepObserver observer) const = 0;
  [[nodiscard]] virtual std::unique_ptr<Understanding> understand() const = 0;
};

// All drivers known to this installation, by name.
class DriverRegistry {
 public:
  virtual ~DriverRegistry() = default;
  // nullptr when there is none of that name.
  [[nodiscard]] virtual const Driver* find(std::string_view name) const = 0;
  [[nodiscard]] virtual std::vector<const Driver*> all() const = 0;
};

}  // namespace coffre
