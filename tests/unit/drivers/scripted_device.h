// A device made of prepared answers, behind the Transport interface: no sockets, everything recorded.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "bundle/bundle_writer.h"
#include "drivers/declarative_driver.h"
#include "drivers/definition_loader.h"
#include "drivers/transport.h"
#include "support/source_tree.h"

namespace coffre::test {

struct ScriptedAnswer {
  int status = 200;
  std::string body;
  std::string type = "application/xml";
  std::string offered_auth{};  // when the request brings no credentials: answered 401 with this offer
  bool stale = false;
  bool cut = false;  // the connection ends before the declared end
};

struct SentRequest {
  std::string method;
  std::string target;
  std::string body;
  AuthScheme scheme = AuthScheme::none;
  std::string secret;
  std::map<std::string, std::string> headers;
};

// Answers by "METHOD /path?query" patterns (`*`, `?`); several answers of one pattern are given in turn, the last one
// for ever. What matches nothing is 404.
struct ScriptedDevice {
  std::vector<std::pair<std::string, std::deque<ScriptedAnswer>>> answers;
  std::vector<SentRequest> sent;

  void on(const std::string& pattern, ScriptedAnswer answer) {
    for (auto& [known, list] : answers) {
      if (known == pattern) return list.push_back(std::move(answer));
    }
    answers.emplace_back(pattern, std::deque<ScriptedAnswer>{std::move(answer)});
  }
  void replace(const std::string& pattern, ScriptedAnswer answer) {
    for (auto& [known, list] : answers) {
      if (known == pattern) list = {std::move(answer)};
    }
  }
  [[nodiscard]] std::size_t with_credentials() const {
    std::size_t count = 0;
    for (const SentRequest& request : sent) count += request.scheme == AuthScheme::none ? 0 : 1;
    return count;
  }

  ScriptedAnswer answer_to(const std::string& line) {
    for (auto& [pattern, list] : answers) {
      if (!matches_glob(pattern, line)) continue;
      ScriptedAnswer answer = list.front();
      if (list.size() > 1) list.pop_front();
      return answer;
    }
    return {404, "", "text/plain", "", false};
  }
};

class ScriptedTransport final : public Transport {
 public:
  explicit ScriptedTransport(ScriptedDevice& device) : device_(device) {}

  Response send(const Request& request, const Credentials& credentials, ByteSink& body) override {
    SentRequest sent{request.method,
                     request.target,
                     std::string(as_text(request.body)),
                     credentials.scheme,
                     std::string(credentials.secret.reveal_text()),
                     {}};
    for (const auto& [name, value] : request.headers) sent.headers[name] = value;
    device_.sent.push_back(sent);
    const ScriptedAnswer answer = device_.answer_to(request.method + " " + request.target);
    const bool refused = !answer.offered_auth.empty() && !offers(answer.offered_auth, credentials.scheme);
    Response response;
    response.status = refused ? 401 : answer.status;
    response.offered_auth = answer.offered_auth;
    response.challenge_stale = answer.stale;
    response.credentials_sent = credentials.scheme != AuthScheme::none && !refused;
    response.headers = {{"content-type", answer.type}};
    if (refused) return response;
    constexpr std::size_t kPiece = 1000;  // bodies arrive in pieces
    for (std::string_view left = answer.body; !left.empty(); left.remove_prefix(std::min(left.size(), kPiece))) {
      body.write(as_bytes(left.substr(0, kPiece)));
    }
    if (answer.cut) throw Error(ErrorCode::unreachable, "asking", "it ended early").with_category("SHORT_BODY");
    response.body_bytes = answer.body.size();
    return response;
  }

 private:
  static bool offers(const std::string& offered, AuthScheme scheme) {
    if (scheme == AuthScheme::digest) return offered.find("digest") != std::string::npos;
    return scheme == AuthScheme::bearer || (scheme == AuthScheme::basic && offered.find("basic") != std::string::npos);
  }
  ScriptedDevice& device_;
};

inline TransportFactory transport_to(ScriptedDevice& device) {
  return [&device](const Endpoint& /*endpoint*/, const Limits& /*limits*/) {
    return std::make_unique<ScriptedTransport>(device);
  };
}

// Counts up, so that what a test sees can be written out.
class CountingRandom final : public Random {
 public:
  void fill(ByteSpan out) override {
    for (auto& byte : out) byte = next_++;
  }

 private:
  std::uint8_t next_ = 0;
};

inline DeviceAccess access(std::map<std::string, std::string> settings = {}) {
  DeviceAccess access;
  access.address = "https://192.0.2.7";
  access.user = "backup";
  access.password = SecretString::copy_of("Passw0rd!");
  access.settings = std::move(settings);
  return access;
}

inline std::filesystem::path shipped_definition(const std::string& name) {
  return std::filesystem::path(test::source_dir()) / "lib/drivers/definitions" / (name + ".yaml");
}

// All findings as lines, so that a failing test says them.
inline std::string lines_of(const std::vector<Finding>& findings) {
  std::string lines;
  for (const Finding& finding : findings) lines += finding.line() + "\n";
  return lines;
}

inline Definition definition_of(std::string_view yaml) {
  std::vector<Finding> findings;
  auto definition = parse_definition(yaml, "test.yaml", findings);
  if (!definition) throw std::runtime_error(lines_of(findings));
  return std::move(*definition);
}

inline std::string hikvision_container(std::size_t payload) {
  std::string out("\1\0\0\0", 4);
  for (unsigned i = 0; i < 4; ++i) out.push_back(static_cast<char>((payload >> (8 * i)) & 0xffU));
  return out + std::string(payload, 'c') + std::string(16, 't');
}

}  // namespace coffre::test
