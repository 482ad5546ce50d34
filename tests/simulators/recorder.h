// One simulated recorder: settings, faults, counts, and how a connection to it goes. A make says how it answers.
//
// Threads: each connection runs in its own; settings are copied out under a lock.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "simulators/digest_auth.h"
#include "simulators/faults.h"
#include "simulators/settings.h"
#include "simulators/tls_identity.h"
#include "simulators/wire.h"

namespace coffre::simulator {

struct Counts {
  std::uint64_t connections = 0;
  std::uint64_t total = 0;
  std::uint64_t with_credentials = 0;
  std::uint64_t wrong = 0;
  std::map<std::string, std::uint64_t> paths;
};

class Recorder {
 public:
  explicit Recorder(Settings settings);
  virtual ~Recorder() = default;
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  // Handles one accepted connection until its end.
  void serve(int socket, int stop);

  [[nodiscard]] Settings settings() const;
  [[nodiscard]] bool set(std::string_view key, std::string_view value);
  FaultSet& faults() { return faults_; }
  [[nodiscard]] Counts counts() const;
  void reset_counts();
  void unlock();                  // ends a lock-out
  std::string new_certificate();  // returns its pin
  [[nodiscard]] std::string pin() const;
  [[nodiscard]] std::string certificate_pem() const;

 protected:
  // What the request is for.
  [[nodiscard]] virtual Role role_of(const HttpRequest& request) const = 0;
  [[nodiscard]] virtual bool carries_credentials(const HttpRequest& request) const;
  virtual HttpAnswer answer(const HttpRequest& request, const Settings& now) = 0;
  // The answer to a missing or wrong password, and to a locked account; `www` is the challenge.
  virtual HttpAnswer unauthorized(const std::string& www) = 0;
  virtual HttpAnswer locked() = 0;
  // How the make says "error" with status 200.
  virtual HttpAnswer error_in_200() = 0;
  // One request on the wire; false ends the connection. Scripted servers of tests replace it.
  virtual bool exchange(const HttpRequest& request, Wire& wire);

  // nullopt when the request may go on; otherwise what to answer. Counts wrong ones and locks after kLockAfter.
  std::optional<HttpAnswer> digest_refusal(const HttpRequest& request, const Settings& now);
  void count_wrong();
  void change(const std::function<void(Settings&)>& how);
  // Identity as faults bend it.
  [[nodiscard]] std::string shown_serial(const HttpRequest& request, const Settings& now);
  [[nodiscard]] std::string shown_model(const HttpRequest& request, const Settings& now);
  [[nodiscard]] std::string shown_firmware(const HttpRequest& request, const Settings& now);
  [[nodiscard]] std::uint64_t shown_size(const HttpRequest& request, const Settings& now);

 private:
  void count(const HttpRequest& request);
  void content_fault(const HttpRequest& request, Role role, HttpAnswer& reply);
  bool send(const HttpRequest& request, Role role, const HttpAnswer& reply, Wire& wire);
  bool send_odd_length(const HttpRequest& request, Role role, const HttpAnswer& reply, Wire& wire, bool& handled);

  mutable std::mutex mutex_;
  Settings settings_;
  Counts counts_;
  TlsIdentity identity_;
  FaultSet faults_;
  DigestAuth digest_;
  unsigned wrong_in_a_row_ = 0;
  std::optional<std::chrono::steady_clock::time_point> locked_until_;
  std::uint64_t identifications_ = 0;
};

inline constexpr unsigned kLockAfter = 5;
inline constexpr std::chrono::minutes kLockTime{30};

// Throws std::runtime_error for an unknown make.
std::unique_ptr<Recorder> make_recorder(const Settings& settings);

}  // namespace coffre::simulator
