// Devices that exist only in memory, behind the real interface of drivers (drivers/driver.h): for suites about what is
// done with a device's answers. (Real HTTPS recorders: support/simulator_process.h.)
//
//   FakeDriver driver;                                   // its name: kFakeDriver
//   FakeDevice& hall = driver.device("https://192.0.2.1");
//   hall.identity.serial = "B7";                         // another device answers from now on
//   hall.fail_at("collect", Error(ErrorCode::unreachable, "collecting", "gone"));
//
// A device is found by its address. What a session does is fixed when the driver opens it: changes made later count for
// the next session. Steps, in their order: "login" (inside the first request), "identify", "collect",
// "collect_end" (all parts written, before the last one is closed), "identify_again".
//
// Threads: sessions may run on many threads; the test changes devices while no session is being opened.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "drivers/driver.h"

namespace coffre::test {

inline constexpr std::string_view kFakeDriver = "fake-recorder";
inline constexpr std::string_view kFakeUser = "backup";
inline constexpr std::string_view kFakePassword = "Fake-Pass-1";
// Stands in every export: searched for where no clear byte may be.
inline constexpr std::string_view kFakeCanary = "Canary-In-Clear-7";
inline constexpr std::string_view kFakeExport = "restore/configuration.bin";
inline constexpr std::string_view kFakeFacts = "inspect/identity.txt";

struct FakePart {
  PartRole role = PartRole::inspect;
  std::string name{};
  std::string content{};
  std::string media_type = "application/octet-stream";
};

struct FakeDevice {
  std::string user{kFakeUser};
  std::string password{kFakePassword};
  DeviceIdentity identity;
  std::optional<DeviceIdentity> identity_after{};  // what the second identify() says; nullopt: the same
  // Besides these, collect() writes kFakeFacts, from which Understanding reads the identity again.
  std::vector<FakePart> parts;
  bool tells_facts = true;
  std::string export_password{};
  std::map<std::string, Error, std::less<>> errors{};            // by step; stay until removed
  std::function<void(std::string_view step)> on_step = nullptr;  // called before each step, on the session's thread

  // Model FR-100, serial by the address, 4 channels, 2 users; one export of about 4 KiB with kFakeCanary in it.
  static FakeDevice typical(std::string_view address);
  void fail_at(std::string step, Error error) { errors.insert_or_assign(std::move(step), std::move(error)); }
  void heal() { errors.clear(); }
};

// An export that Understanding accepts: the canary, `size` bytes of filling, the trailer.
std::string fake_export(std::size_t size);

struct FakeCounts {
  int sessions = 0;
  int logins = 0;   // requests with credentials
  int refused = 0;  // of these, with wrong ones
};

class FakeDriver final : public Driver {
 public:
  FakeDriver();
  // The device at that address; a typical one is made when there is none.
  FakeDevice& device(std::string_view address);
  [[nodiscard]] FakeCounts counts(std::string_view address) const;
  // What every Understanding reports beside what it finds itself.
  std::vector<std::string> problems{};
  std::string understood_by = "inspect";

  [[nodiscard]] const DriverDescription& description() const override { return description_; }
  [[nodiscard]] std::unique_ptr<DeviceSession> open(DeviceAccess access, Random& random,
                                                    StepObserver observer) const override;
  [[nodiscard]] std::unique_ptr<Understanding> understand() const override;

 private:
  friend class FakeSession;
  void count_login(const std::string& address, bool refused) const;

  DriverDescription description_;
  mutable std::mutex mutex_;
  std::map<std::string, FakeDevice, std::less<>> devices_;
  mutable std::map<std::string, FakeCounts, std::less<>> counts_;
};

// Knows one driver, which outlives it.
class FakeRegistry final : public DriverRegistry {
 public:
  explicit FakeRegistry(const Driver& driver) : driver_(driver) {}
  [[nodiscard]] const Driver* find(std::string_view name) const override {
    return name == driver_.description().name ? &driver_ : nullptr;
  }
  [[nodiscard]] std::vector<const Driver*> all() const override { return {&driver_}; }

 private:
  const Driver& driver_;
};

}  // namespace coffre::test
