// A simulated recorder in this process and a client for it, for https_client_test.
#pragma once

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "net/https_client.h"
#include "simulators/fleet.h"
#include "simulators/scripted_recorder.h"
#include "support/temp_dir.h"

namespace coffre::test {

inline const std::string kExport = "/ISAPI/System/configurationData";
inline const std::string kPassword = "Simulated-Pass-1";

struct Login {
  AuthScheme scheme = AuthScheme::digest;
  std::string user = "backup";
  std::string password = kPassword;
};

// What came of a request: an answer, or an Error's facts.
struct Outcome {
  Response response;
  std::string body;
  std::optional<ErrorCode> code{};
  std::string category{};
  std::string text{};
};

// Limits in milliseconds, so that a test of a time-out is short; generous enough for a busy machine.
inline Limits brief_limits() {
  using std::chrono::milliseconds;
  Limits limits;
  limits.connect = milliseconds(700);
  limits.first_byte = milliseconds(700);
  limits.slow_for = milliseconds(300);
  limits.max_body_bytes = 1'000'000;
  return limits;
}

class NetScene {
 public:
  explicit NetScene(Limits limits = {}) : NetScene(simulator::make_recorder({}), limits) {}
  NetScene(std::unique_ptr<simulator::Recorder> recorder, Limits limits) : limits_(limits) {
    fleet_.add(std::move(recorder));
    fleet_.start();
    connect({url(), this->recorder().pin(), "", {}});
  }

  void connect(Endpoint endpoint) { client_ = std::make_unique<HttpsClient>(std::move(endpoint), limits_); }

  Outcome ask(const std::string& target, const Login& login = {}, const std::string& method = "GET",
              const std::string& body = {}, std::vector<std::pair<std::string, std::string>> headers = {}) {
    MemorySink sink;
    const ByteView bytes = as_bytes(body);
    const Request request{method, target, std::move(headers), {bytes.begin(), bytes.end()}};
    const Credentials credentials{login.scheme, login.user, SecretString::copy_of(login.password)};
    try {
      Response response = client_->send(request, credentials, sink);
      return {std::move(response), std::string(as_text(sink.bytes()))};
    } catch (const Error& error) {
      return {{}, std::string(as_text(sink.bytes())), error.code(), error.category(), error.what()};
    }
  }

  HttpsClient& client() { return *client_; }
  [[nodiscard]] static Credentials credentials() {
    return {AuthScheme::digest, "backup", SecretString::copy_of(kPassword)};
  }
  [[nodiscard]] simulator::Recorder& recorder() const { return fleet_.recorder("NVR"); }
  [[nodiscard]] simulator::Counts counts() const { return recorder().counts(); }
  [[nodiscard]] std::string url() const { return fleet_.url("NVR"); }
  [[nodiscard]] std::uint16_t port() const { return fleet_.port("NVR"); }
  // "KIND ARGUMENT", for all requests unless it says otherwise.
  void fault(const std::string& text) {
    const std::string answer = fleet_.command("fault NVR " + text);
    if (answer != "ok") throw std::runtime_error(answer);
  }
  void set(const std::string& key, const std::string& value) {
    if (!recorder().set(key, value)) throw std::runtime_error("no setting " + key);
  }
  // The device's present certificate in a file.
  std::string ca_file() {
    write_file(folder_ / "ca.pem", recorder().certificate_pem());
    return (folder_ / "ca.pem").string();
  }

 private:
  Limits limits_;
  TempDir folder_;
  simulator::Fleet fleet_;
  std::unique_ptr<HttpsClient> client_;
};

// A NetScene whose server is a script.
class ScriptedScene : public NetScene {
 public:
  explicit ScriptedScene(simulator::ScriptedRecorder::Script script)
      : NetScene(std::make_unique<simulator::ScriptedRecorder>(std::move(script)), brief_limits()) {}
};

}  // namespace coffre::test
